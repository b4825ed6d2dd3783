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
/// The configuration that ran last, as one file in the state folder, so that the daemon starts with it when what lies there at a start is refused. It is the effective one: layers merged, templates
/// filled in, the environment taken over. Passwords and certificates are named in it and not held, and paths start from the folder that they started from.
/// </summary>
/// <param name="file">Where it is kept.</param>
/// <param name="device">The name that this device was given; null when it was given none.</param>
/// <param name="host">The name of this host; null when it is every machine's.</param>
public sealed partial class LastGoodConfiguration(string file, string? device, string? host)
{
    private const string Layer = "last good";
    private const string DeviceKey = "device";
    private const string HostKey = "host";
    private const string FolderKey = "baseFolder";
    private const string ConfigurationKey = "configuration";

    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>The one of the daemon on this machine whose configuration is <paramref name="path"/>.</summary>
    public static LastGoodConfiguration Of(string path)
    {
        var options = LoadOptions.OfThisMachine();
        return new LastGoodConfiguration(LocationOf(path, Environment.GetEnvironmentVariable), DeviceIdentity.GivenName(path, options), DeviceIdentity.HostName(options));
    }

    /// <summary>The service has one, so that a device which goes from one file to a fleet's folder has it still; in the user's state folder each configuration has its own.</summary>
    internal static string LocationOf(string path, Func<string, string?> environment) => StateFolder.OfService(environment) is { } state
        ? Path.Combine(state, "last-good.json")
        : Path.Combine(StateFolder.OfUser(environment), $"{ControlSocketPath.NameOf(path)}.last-good.json");

    /// <summary>Reads and checks it, as any configuration.</summary>
    /// <returns>The configuration; or why there is none: it was never kept, is another device's, or is not valid any more.</returns>
    public ConfigurationResult Read()
    {
        var source = new ConfigurationSource(Layer, file);
        var errors = new ConfigurationErrors(source);
        if (!File.Exists(file))
        {
            errors.Add("$", "there is no last good configuration to start with", "Correct the errors that are told, then start again");
        }
        else if (ConfigurationFile.Read(file, errors) is { } bytes && ConfigurationParser.Parse(bytes, source, errors) is { } root)
        {
            if (root[FolderKey] is not { Kind: JsonTokenType.String, Text: { } folder } || root[ConfigurationKey] is not { } configuration)
            {
                errors.Add("$", "this is no last good configuration", "Delete it: the next one that is accepted is kept");
            }
            else if (WhyNotOurs(root[DeviceKey]?.Text, root[HostKey]?.Text) is { } reason)
            {
                errors.Add("$", reason, "Correct the errors that are told; the next one that is accepted takes its place");
            }
            else
            {
                return LayeredConfiguration.OfWhole(ConfigurationLayer.Of(source, configuration), folder, new LoadOptions { NeedsCamera = true }).Result;
            }
        }

        return new ConfigurationResult(null, errors.Sorted());
    }

    /// <summary>Keeps <paramref name="config"/> in place of the one before: whole on the disk before it gets its name. One that cannot be written is told in the log, and the one before stays.</summary>
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
        configuration.Insert(0, LayerKeys.Version, FormatVersion.Current);
        var root = new JsonObject { [DeviceKey] = device, [HostKey] = host, [FolderKey] = config.BaseFolder, [ConfigurationKey] = configuration };
        return JsonSerializer.SerializeToUtf8Bytes(root, Layout);
    }

    /// <summary>A start with the same configuration does not wear the disk.</summary>
    private bool IsThere(byte[] bytes) => File.Exists(file) && !ConfigurationFile.IsNoFile(file) && ConfigurationFile.ReadAll(file, bytes.Length + 1).AsSpan().SequenceEqual(bytes);

    private void Replace(byte[] bytes)
    {
        var beside = file + ".new";
        File.Delete(beside); // of a daemon that was killed
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // an operator's own pipeline may hold a password
        }

        try
        {
            using (var stream = new FileStream(beside, options))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true); // else a power cut after the rename could leave an empty file under the name
            }

            File.Move(beside, file, overwrite: true);
        }
        catch (IOException)
        {
            File.Delete(beside); // on a full disk every byte is somebody's
            throw;
        }
    }

    /// <summary>Why it is not this device's, or null: names that were given count before those of hosts, and a name that is not known is none that differs.</summary>
    private string? WhyNotOurs(string? itsDevice, string? itsHost)
    {
        var (what, its, ours) = device is not null && itsDevice is not null ? ("device", itsDevice, device) : ("host", itsHost, host);
        return its is null || ours is null || its == ours ? null : $"it is the configuration of {what} {its}, and this is {ours}";
    }

    [LoggerMessage(EventId = 306, Level = LogLevel.Warning, Message = "The configuration that runs could not be kept as the last good one in {Path} ({Reason}): a bad one at the next start finds the one before it, or none")]
    private static partial void LogNotKept(ILogger logger, string path, string reason);
}
