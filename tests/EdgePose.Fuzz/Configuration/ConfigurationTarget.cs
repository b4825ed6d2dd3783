using EdgePose.Daemon.Settings;
using System.Text;
using EdgePose.Configuration.Inspection;
using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Migration;
using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Overload;

namespace EdgePose.Fuzz.Configuration;

/// <summary>
/// A configuration of several layers, one after the other, with a line between them. There is a configuration or there are errors, never both, never neither, and never an exception;
/// an error is one line that says where, what and what to do; a configuration that is shown and read again is the same one; and migration changes no meaning.
/// </summary>
internal sealed class ConfigurationTarget : IFuzzTarget
{
    private static readonly byte[] Divider = Encoding.ASCII.GetBytes("\n=====\n");
    private static readonly string[] Layers = ["fleet", "site", "device", "conf.d"];

    public string Name => "configuration";

    public int MaxBytes => ConfigurationFile.MaxBytes;

    /// <summary>The promise of a load.</summary>
    public TimeSpan LimitPerMegabyte => TimeSpan.FromMilliseconds(100);

    public IReadOnlyList<string> Pieces { get; } =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "/*", "*/", "//", "\n", "\n=====\n", "null", "true", "-1", "1e999", "0.5", "\"\\ud800\"", "\u00e9", "\ud83d\ude00", "\u0085", "\0",
        "\"version\":1,", "\"version\":2,", "\"device\":{\"site\":\"s\"},", "\"network\":{\"manifest\":\"m.json\"},", "\"cameras\":[", "\"cameras\":{\"a\":", "\"cameras\":{\"a\":null},",
        "{\"id\":\"a\",\"address\":\"rtsp://h/\"},", "\"extends\":\"a\",", "\"cameraTemplates\":{\"a\":{\"extends\":\"b\"},\"b\":{\"extends\":\"a\"}},", "{\"fromCredential\":\"x\"}", "\"passwordFile\":",
        "\"address\":\"rtsp://u:p@h/?k=v\",", "\"pipeline\":\"a user-pw=b ! c\",", "\"id\":\"b\",", "\"maxFps\":3,", "\"mqtt\":{\"address\":\"mqtts://h\",\"keyFile\":\"k\"},", "\"providers\":[\"cpu\",\"cpu\"],",
    ];

    public object Run(byte[] input) => Load(input);

    public void Examine(byte[] input, object outcome)
    {
        var result = (ConfigurationResult<EdgePoseConfig>)outcome;
        Assert.Equal(result.Config is null, result.Errors.Count > 0);
        Assert.InRange(result.Errors.Count, 0, ConfigurationErrors.Most);
        foreach (var error in result.Errors)
        {
            Assert.StartsWith("$", error.Path, StringComparison.Ordinal);
            Assert.True(error is { File.Length: > 0, Reason.Length: > 0, Remedy.Length: > 0, Line: >= 0, Column: >= 0 });
            Assert.DoesNotContain(error.ToString(), char.IsControl);
        }

        if (result.Config is { } config)
        {
            var shown = LayeredConfiguration.OfFile(EdgePoseConfiguration.Model, ConfigurationLayer.Parse(EdgePoseConfiguration.Model, new ConfigurationSource("file", "shown.json"), Encoding.UTF8.GetBytes(EffectiveConfiguration.ToText(config))), "shown.json", Elsewhere).Result;
            Assert.True(shown.Config is not null, string.Join('\n', shown.Errors));
            Assert.Equal(ConfigurationHash.Of(config), ConfigurationHash.Of(shown.Config!));
            Assert.Empty(ConfigurationDifference.Between(config, config));
        }

        Migrate(input);
    }

    private static LoadOptions Elsewhere { get; } = new() { LookForFiles = false };

    private static ConfigurationResult<EdgePoseConfig> Load(byte[] input)
    {
        var layers = new List<ConfigurationLayer>();
        foreach (var part in Parts(input))
        {
            var name = Layers[Math.Min(layers.Count, Layers.Length - 1)];
            layers.Add(ConfigurationLayer.Parse(EdgePoseConfiguration.Model, new ConfigurationSource(name, $"{name}-{layers.Count}.json"), input.AsSpan(part)));
        }

        var whole = new ConfigurationSource("folder", "fleet");
        var errors = new ConfigurationErrors(whole);
        var config = (EdgePoseConfig?)new Composition(EdgePoseConfiguration.Model, layers, whole).Bind("/", Elsewhere, errors);
        return new ConfigurationResult<EdgePoseConfig>(config, errors.Sorted());
    }

    private static void Migrate(byte[] input)
    {
        var outcome = FormatMigration.OfBytes(EdgePoseConfiguration.Model, input, "old.json");
        Assert.Equal(outcome.Text is null, outcome.Errors.Count > 0);
        if (outcome.Text is { } text && Encoding.UTF8.GetByteCount(text) <= ConfigurationFile.MaxBytes)
        {
            var (before, after) = (EdgePoseConfiguration.Model.Parse(input, "old.json"), EdgePoseConfiguration.Model.Parse(Encoding.UTF8.GetBytes(text), "old.json"));
            Assert.Empty(FormatMigration.OfBytes(EdgePoseConfiguration.Model, Encoding.UTF8.GetBytes(text), "old.json").Changes);
            Assert.Equal(before.Config is { } old ? ConfigurationHash.Of(old) : null, after.Config is { } now ? ConfigurationHash.Of(now) : null);
        }
    }

    private static List<Range> Parts(byte[] input)
    {
        var (parts, start) = (new List<Range>(), 0);
        while (parts.Count < Layers.Length && input.AsSpan(start).IndexOf(Divider) is >= 0 and var at)
        {
            parts.Add(start..(start + at));
            start += at + Divider.Length;
        }

        parts.Add(start..);
        return parts;
    }
}
