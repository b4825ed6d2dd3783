using EdgePose.Configuration.Reading;
using System.Text.Json;
using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Schema;
using EdgePose.Daemon.Settings;
using EdgePose.Delivery.Broker;
using NJsonSchema;

namespace EdgePose.Daemon.Tests.Configuration.Layers;

/// <summary>config/fleet, the worked example.</summary>
public sealed class FleetExampleTests
{
    private static readonly string Fleet = Repository.File("config", "fleet");

    public static TheoryData<string> Devices => [.. new FleetFolder(EdgePoseConfiguration.Model, Fleet).Devices()];

    [Theory]
    [MemberData(nameof(Devices))]
    public void Every_device_loads_and_is_called_by_its_site_and_name(string device)
    {
        var (config, errors) = EdgePoseConfiguration.Model.Load(Fleet, LoadOptions.Of(device));
        Assert.Empty(errors);
        Assert.Equal((device, device.Split('-')[0]), (config!.Device.Id, config.Device.Site));
        Assert.NotEmpty(config.Cameras);
        Assert.Equal(4, config.Tracking.ConfirmFrames);
    }

    [Fact]
    public void The_example_has_three_sites_and_six_devices_and_each_site_its_way()
    {
        Assert.Equal(6, Devices.Count);
        Assert.Equal(3, Directory.GetFiles(Path.Combine(Fleet, "sites")).Length);
        Assert.Equal(("mqtts://broker.berlin.example.com:8883", "edgepose"), (Of("berlin-door").Mqtt.Address, Of("berlin-door").Mqtt.Username));
        Assert.Equal((null, MqttVersion.V311), (Of("osaka-dock").Mqtt.Username, Of("osaka-dock").Mqtt.Version));
        Assert.Equal([("gate", 4, 10.0, "viewer"), ("yard", 1, 8.0, null)], Of("lyon-gate").Cameras.Select(camera => (camera.Id, camera.Priority, camera.MaxFps, camera.Username)));
        Assert.Equal(15.0, Of("berlin-door").Cameras[0].MaxFps);
    }

    [Fact]
    public async Task Every_file_keeps_to_the_schema_of_a_layer()
    {
        var schema = await JsonSchema.FromJsonAsync(ConfigurationSchema.Generate(EdgePoseConfiguration.Model, isLayer: true), TestContext.Current.CancellationToken);
        var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        foreach (var file in Directory.GetFiles(Fleet, "*.json", SearchOption.AllDirectories))
        {
            using var document = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), options);
            Assert.True(schema.Validate(JsonSerializer.Serialize(document)) is { Count: 0 }, file);
        }

        Assert.NotEmpty(schema.Validate("{\"mqtt\":{\"adress\":\"x\"}}"));
        Assert.NotEmpty(schema.Validate("{\"cameras\":{\"a\":{\"maxFps\":\"5\"}}}"));
        Assert.Empty(schema.Validate("{\"cameraTemplates\":null,\"cameras\":{\"a\":{\"extends\":null}}}"));
        Assert.Empty(schema.Validate("{\"cameras\":{\"a\":null},\"mqtt\":{\"username\":null,\"keyFile\":{\"fromCredential\":\"k\"}}}"));
    }

    private static EdgePoseConfig Of(string device) => EdgePoseConfiguration.Model.Load(Fleet, LoadOptions.Of(device)).Config!;
}
