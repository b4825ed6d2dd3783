using EdgePose.Configuration.Reading;
using EdgePose.Configuration.Layers;
using EdgePose.Daemon.Overload;
using EdgePose.Daemon.Settings;

namespace EdgePose.Daemon.Tests.Configuration.Layers;

/// <summary>A fleet's folder that a test writes, with one device called <c>one</c>.</summary>
internal sealed class FleetScratch : IDisposable
{
    public const string Network = "\"network\":{\"manifest\":\"m.json\"}";

    public string Folder { get; } = Directory.CreateTempSubdirectory("edgepose-fleet-").FullName;

    public Dictionary<string, string> Environment { get; } = [];

    public string Device { get; init; } = "one";

    public string this[string name]
    {
        set
        {
            var path = Path.Combine(Folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, value);
        }
    }

    public ConfigurationResult<EdgePoseConfig> Load() => EdgePoseConfiguration.Model.Load(Folder, new LoadOptions { Device = Device, LookForFiles = false, Environment = Environment });

    /// <summary>The configuration; the errors, if there are any, are the test's failure.</summary>
    public EdgePoseConfig Config()
    {
        var (config, errors) = Load();
        Assert.True(config is not null, string.Join('\n', errors));
        return config!;
    }

    /// <summary>The lines of the errors, with the folder's own path left out.</summary>
    public string[] Errors() => Told(Load());

    public string[] Told(ConfigurationResult<EdgePoseConfig> result) => [.. result.Errors.Select(error => error.ToString().Replace(Folder + "/", "", StringComparison.Ordinal).Replace(Folder, "FOLDER", StringComparison.Ordinal))];

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
