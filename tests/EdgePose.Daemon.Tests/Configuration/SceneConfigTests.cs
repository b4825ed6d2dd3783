using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Settings;

namespace EdgePose.Daemon.Tests.Configuration;

public sealed class SceneConfigTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-scene-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private (EdgePoseConfig? Config, IReadOnlyList<ConfigurationError> Errors) Load(string scene)
    {
        var path = Path.Combine(folder, "edgepose.json");
        File.WriteAllText(path, $$"""
            {
              "network": { "manifest": "net.json" },
              "cameras": [{ "id": "door", "address": "rtsp://192.0.2.1/a",
                "scene": {{scene}} }]
            }
            """);
        var (config, errors) = EdgePoseConfiguration.Model.Load(path, LoadOptions.Of("device"));
        return (config, errors);
    }

    [Fact]
    public void Zones_and_lines_are_read()
    {
        var (config, errors) = Load("""{ "zones": [{ "id": "bed", "kind": "bed", "points": [[0.1, 0.1], [0.5, 0.1], [0.5, 0.5]] }], "lines": [{ "id": "in", "points": [[0, 0], [1, 1]] }], "falls": { "enabled": true } }""");
        Assert.Empty(errors);
        var scene = config!.Cameras[0].Scene;
        Assert.Equal((3, .5, 2), (scene.Zones[0].Points.Length, scene.Zones[0].Points[1][0], scene.Lines[0].Points.Length));
        Assert.True(scene.Falls.Enabled);
    }

    [Theory]
    [InlineData("""{ "zones": [{ "id": "a", "points": [[0.1, 0.1], [0.5, 0.5], [0.5, 0.1], [0.1, 0.5]] }] }""", "scene.zones[0].points", "crosses itself: side 1 meets side 3")]
    [InlineData("""{ "zones": [{ "id": "a", "points": [[0.1, 0.1], [0.5, 0.5], [1.2, 0.1]] }] }""", "scene.zones[0].points[2]", "outside the picture")]
    [InlineData("""{ "zones": [{ "id": "a", "points": [[0.1, 0.1], [0.2, 0.2], [0.3, 0.3]] }] }""", "scene.zones[0].points", "no area")]
    [InlineData("""{ "zones": [{ "id": "a", "points": [[0.1, 0.1], [0.2, 0.2]] }] }""", "scene.zones[0].points", "too few")]
    [InlineData("""{ "zones": [{ "id": "a", "points": [[0.1, 0.1], [0.2], [0.3, 0.1]] }] }""", "scene.zones[0].points[1]", "two numbers")]
    [InlineData("""{ "lines": [{ "id": "a", "points": [[0.1, 0.1], [0.1, 0.1]] }] }""", "scene.lines[0].points", "no length")]
    [InlineData("""{ "lines": [{ "id": "a", "points": [[0.1, 0.1], [0.5, 0.1]], "place": "any" }] }""", "scene.lines[0].place", "one point")]
    [InlineData("""{ "zones": [{ "id": "a", "points": [[0.1, 0.1], [0.5, 0.5], [0.9, 0.1]], "minPeople": 4, "maxPeople": 2 }] }""", "scene.zones[0].minPeople", "above maxPeople")]
    [InlineData("""{ "zones": [{ "id": "a", "points": [[0.1, 0.1], [0.5, 0.5], [0.9, 0.1]], "dwellSeconds": [9, 3] }] }""", "scene.zones[0].dwellSeconds", "do not rise")]
    public void What_is_no_zone_or_line_is_refused_with_file_line_path_and_remedy(string scene, string path, string reason)
    {
        var (config, errors) = Load(scene);
        Assert.Null(config);
        var error = Assert.Single(errors);
        Assert.Equal(4, error.Line);
        Assert.EndsWith("edgepose.json", error.File, StringComparison.Ordinal);
        Assert.EndsWith(path, error.Path, StringComparison.Ordinal);
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
        Assert.NotEmpty(error.Remedy);
    }

    [Fact]
    public void Another_scene_restarts_no_camera_and_the_same_one_is_no_change()
    {
        const string Scene = """{ "zones": [{ "id": "a", "points": [[0.1, 0.1], [0.5, 0.5], [0.9, 0.1]] }] }""";
        var before = Load(Scene).Config!;
        Assert.True(ConfigurationChange.Between(before, Load(Scene).Config!).IsEmpty);
        var change = ConfigurationChange.Between(before, Load("""{ "falls": { "enabled": true } }""").Config!);
        Assert.Equal(["door"], change.ScenesChanged);
        Assert.Empty(change.CamerasChanged);
    }
}
