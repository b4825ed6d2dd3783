namespace EdgePose.Daemon.Hosting;

/// <summary>Exit codes of the command. Source of the numbers: sysexits.h of BSD, which systemd knows by name.</summary>
public static class ExitCodes
{
    /// <summary>All went well.</summary>
    public const int Ok = 0;

    /// <summary>Something failed that has no code of its own.</summary>
    public const int Failure = 1;

    /// <summary>EX_USAGE: the command line is wrong.</summary>
    public const int Usage = 64;

    /// <summary>EX_DATAERR: an input file was read, and is not what it should be.</summary>
    public const int BadInput = 65;

    /// <summary>EX_NOINPUT: an input file cannot be read.</summary>
    public const int NoInput = 66;

    /// <summary>EX_UNAVAILABLE: something that is needed is not there.</summary>
    public const int Unavailable = 69;

    /// <summary>EX_SOFTWARE: a fault of the program.</summary>
    public const int Software = 70;

    /// <summary>EX_CANTCREAT: an output file cannot be written.</summary>
    public const int CannotCreate = 73;

    /// <summary>EX_CONFIG: the configuration is wrong, and a daemon has no last good one to start with. systemd must not start the daemon again (RestartPreventExitStatus=78).</summary>
    public const int Config = 78;
}
