using System.Text.Json;
using System.Text.Json.Nodes;
using EdgePose.Configuration.Inspection;
using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Settings;
using EdgePose.Delivery.Spool;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Reload;

/// <summary>
/// The configuration that ran last, as one file in the state folder. The daemon starts with it when the files of the configuration are refused.
/// It is the effective one: layers, templates and environment are merged. It names passwords and certificates, and does not hold them. Paths keep their base folder.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="device">The given name of this device; null when it has none.</param>
/// <param name="host">The name of this host; null when it is every machine's.</param>
public sealed partial class LastGoodConfiguration(string file, string? device, string? host)
{
    private const string Layer = "last good";
    private const string DeviceKey = "device";
    private const string HostKey = "host";
    private const string FolderKey = "baseFolder";
    private const string ConfigurationKey = "configuration";

    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>The last good configuration of the daemon on this machine whose configuration is <paramref name="path"/>.</summary>
    public static LastGoodConfiguration Of(string path)
    {
        var options = LoadOptions.OfThisMachine();
        return new LastGoodConfiguration(LocationOf(path, Environment.GetEnvironmentVariable), DeviceIdentity.GivenName(EdgePoseConfiguration.Model, path, options), DeviceIdentity.HostName(options));
    }

    /// <summary>The service has one file, also after a change from one file to a fleet's folder. In the user's state folder each configuration has its own.</summary>
    internal static string LocationOf(string path, Func<string, string?> environment) => StateFolder.OfService(environment) is { } state
        ? Path.Combine(state, "last-good.json")
        : Path.Combine(StateFolder.OfUser(environment), $"{ControlSocketPath.NameOf(path)}.last-good.json");

    /// <summary>Reads and checks it, as any configuration.</summary>
    /// <returns>The configuration, or the errors: it was never kept, it is another device's, or it is no longer valid.</returns>
    public ConfigurationResult<EdgePoseConfig> Read()
    {
        var source = new ConfigurationSource(Layer, file);
        var errors = new ConfigurationErrors(source);
        if (!File.Exists(file))
        {
            errors.Add("$", "there is no last good configuration to start with", "Correct the errors above, then start again");
        }
        else if (ConfigurationFile.Read(file, errors) is { } bytes && ConfigurationParser.Parse(bytes, source, errors) is { } root)
        {
            if (root[FolderKey] is not { Kind: JsonTokenType.String, Text: { } folder } || root[ConfigurationKey] is not { } configuration)
            {
                errors.Add("$", "this is no last good configuration", "Delete it; the next accepted one is kept");
            }
            else if (WhyNotOurs(root[DeviceKey]?.Text, root[HostKey]?.Text) is { } reason)
            {
                errors.Add("$", reason, "Correct the errors above; the next accepted one replaces it");
            }
            else
            {
                return EdgePoseConfiguration.Model.Load(ConfigurationLayer.Of(EdgePoseConfiguration.Model, source, configuration), folder, new LoadOptions { IsToRun = true });
            }
        }

        return new ConfigurationResult<EdgePoseConfig>(null, errors.Sorted());
    }

    /// <summary>Replaces the kept one by <paramref name="config"/>, which is on the disk before it gets the name. When it cannot be written, the log says so, and the kept one stays.</summary>
    public void Keep(EdgePoseConfig config, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(config);
        var bytes = Write(config);
        try
        {
            PrivateFolder.Make(Path.GetDirectoryName(file)!);
            if (!IsThere(bytes))
            {
                Replace(bytes);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogNotKept(logger, file, fault.Message.ReplaceLineEndings(" ").TrimEnd('.'));
        }
    }

    private byte[] Write(EdgePoseConfig config)
    {
        var configuration = EffectiveConfiguration.ToNode(config, typeof(EdgePoseConfig), sorted: false, hidden: false)!.AsObject();
        configuration.Insert(0, LayerKey.Version, EdgePoseConfiguration.Model.Version);
        var root = new JsonObject { [DeviceKey] = device, [HostKey] = host, [FolderKey] = config.BaseFolder, [ConfigurationKey] = configuration };
        return JsonSerializer.SerializeToUtf8Bytes(root, Layout);
    }

    /// <summary>The same configuration is not written again, to spare the disk.</summary>
    private bool IsThere(byte[] bytes) => File.Exists(file) && !ConfigurationFile.IsNoFile(file) && ConfigurationFile.ReadAll(file, bytes.Length + 1).AsSpan().SequenceEqual(bytes);

    private void Replace(byte[] bytes)
    {
        var beside = file + ".new";
        File.Delete(beside); // left by a daemon that was killed
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // a pipeline can hold a password
        }

        try
        {
            using (var stream = new FileStream(beside, options))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true); // otherwise a loss of power after the rename can leave an empty file
            }

            File.Move(beside, file, overwrite: true);
        }
        catch (IOException)
        {
            File.Delete(beside); // frees the space on a full disk
            throw;
        }
    }

    /// <summary>Why it is not this device's, or null. Given names count before names of hosts, and an unknown name differs from none.</summary>
    private string? WhyNotOurs(string? itsDevice, string? itsHost)
    {
        var (what, its, ours) = device is not null && itsDevice is not null ? ("device", itsDevice, device) : ("host", itsHost, host);
        return its is null || ours is null || its == ours ? null : $"it is the configuration of {what} {its}, and this is {ours}";
    }

    [LoggerMessage(EventId = 306, Level = LogLevel.Warning, Message = "The configuration that runs could not be kept as the last good one in {Path} ({Reason}); a start with a refused configuration uses the one before, or none. Free disk space, or correct the rights of the folder")]
    private static partial void LogNotKept(ILogger logger, string path, string reason);
}
