namespace EdgePose.Inference;

/// <summary>The event ids of all log messages, so that none names two. It stands here because every project that logs knows this one.</summary>
/// <remarks>An id keeps its message: operators filter by it. A test finds an id that two messages share.</remarks>
public static class LogEvents
{
    /// <summary>Network runs.</summary>
    public const int NetworkRuns = 1;

    /// <summary>Network progress.</summary>
    public const int NetworkProgress = 2;

    /// <summary>Daemon fault.</summary>
    public const int DaemonFault = 3;

    /// <summary>Daemon pipeline failed.</summary>
    public const int DaemonPipelineFailed = 4;

    /// <summary>Daemon changed.</summary>
    public const int DaemonChanged = 5;

    /// <summary>Provider failed.</summary>
    public const int ProviderFailed = 6;

    /// <summary>No fallback.</summary>
    public const int NoFallback = 7;

    /// <summary>Daemon last good.</summary>
    public const int DaemonLastGood = 9;

    /// <summary>Daemon no last good.</summary>
    public const int DaemonNoLastGood = 10;

    /// <summary>Report minute.</summary>
    public const int ReportMinute = 11;

    /// <summary>Report faulty maps.</summary>
    public const int ReportFaultyMaps = 12;

    /// <summary>Report drops.</summary>
    public const int ReportDrops = 13;

    /// <summary>Hang guard expired.</summary>
    public const int HangGuardExpired = 14;

    /// <summary>Daemon left behind.</summary>
    public const int DaemonLeftBehind = 15;

    /// <summary>Report failed runs.</summary>
    public const int ReportFailedRuns = 16;

    /// <summary>Observer fault.</summary>
    public const int ObserverFault = 17;

    /// <summary>Observer slow.</summary>
    public const int ObserverSlow = 18;

    /// <summary>Watchdog silent.</summary>
    public const int WatchdogSilent = 19;

    /// <summary>Camera state.</summary>
    public const int CameraState = 100;

    /// <summary>Camera fault.</summary>
    public const int CameraFault = 101;

    /// <summary>Camera decoder line.</summary>
    public const int CameraDecoderLine = 102;

    /// <summary>Camera picture bad.</summary>
    public const int CameraPictureBad = 103;

    /// <summary>Camera picture good.</summary>
    public const int CameraPictureGood = 104;

    /// <summary>Camera clock doubted.</summary>
    public const int CameraClockDoubted = 105;

    /// <summary>Camera program fault.</summary>
    public const int CameraProgramFault = 106;

    /// <summary>Camera listener failed.</summary>
    public const int CameraListenerFailed = 107;

    /// <summary>Camera ended.</summary>
    public const int CameraEnded = 108;

    /// <summary>Camera note.</summary>
    public const int CameraNote = 109;

    /// <summary>Broker connected.</summary>
    public const int BrokerConnected = 200;

    /// <summary>Broker away.</summary>
    public const int BrokerAway = 201;

    /// <summary>Broker certificate.</summary>
    public const int BrokerCertificate = 202;

    /// <summary>Broker refused.</summary>
    public const int BrokerRefused = 203;

    /// <summary>Broker dropped.</summary>
    public const int BrokerDropped = 204;

    /// <summary>Broker too long.</summary>
    public const int BrokerTooLong = 205;

    /// <summary>Broker limits.</summary>
    public const int BrokerLimits = 206;

    /// <summary>Configuration error.</summary>
    public const int ConfigurationError = 300;

    /// <summary>Reload refused.</summary>
    public const int ReloadRefused = 301;

    /// <summary>Reload restart needed.</summary>
    public const int ReloadRestartNeeded = 302;

    /// <summary>Reload fault.</summary>
    public const int ReloadFault = 303;

    /// <summary>Reload failed.</summary>
    public const int ReloadFailed = 304;

    /// <summary>Reload hang up ignored.</summary>
    public const int ReloadHangUpIgnored = 305;

    /// <summary>Reload not kept.</summary>
    public const int ReloadNotKept = 306;

    /// <summary>Reload no socket.</summary>
    public const int ReloadNoSocket = 307;

    /// <summary>Spool holds.</summary>
    public const int SpoolHolds = 350;

    /// <summary>Spool takes.</summary>
    public const int SpoolTakes = 351;

    /// <summary>Spool damaged.</summary>
    public const int SpoolDamaged = 352;

    /// <summary>Spool lost.</summary>
    public const int SpoolLost = 354;

    /// <summary>Spool opened.</summary>
    public const int SpoolOpened = 355;

    /// <summary>Spool unusable.</summary>
    public const int SpoolUnusable = 356;

    /// <summary>Spool hangs.</summary>
    public const int SpoolHangs = 358;

    /// <summary>Spool taken over.</summary>
    public const int SpoolTakenOver = 359;

    /// <summary>Overload taken.</summary>
    public const int OverloadTaken = 400;

    /// <summary>Overload undone.</summary>
    public const int OverloadUndone = 401;

    /// <summary>Overload refused.</summary>
    public const int OverloadRefused = 402;

    /// <summary>Overload not undone.</summary>
    public const int OverloadNotUndone = 403;

    /// <summary>Page opened.</summary>
    public const int PageOpened = 500;

    /// <summary>Page not opened.</summary>
    public const int PageNotOpened = 501;

    /// <summary>Page refused a token.</summary>
    public const int PageTokenRefused = 502;

    /// <summary>Page without pictures.</summary>
    public const int PageNoPictures = 503;

    /// <summary>Page fault.</summary>
    public const int PageFault = 505;
    /// <summary>Scene journal unusable.</summary>
    public const int SceneJournalUnusable = 404;
}
