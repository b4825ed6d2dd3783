using EdgePose.Inference;
using EdgePose.Configuration.Reading;
using EdgePose.Configuration.Layers;
using EdgePose.Daemon.Settings;
using EdgePose.Delivery.Broker;

namespace EdgePose.Daemon.Tests.Configuration.Layers;

public sealed class LayerMergeTests : IDisposable
{
    private readonly FleetScratch fleet = new();

    public LayerMergeTests() => fleet["fleet.json"] = "{" + FleetScratch.Network + ",\"mqtt\":{\"keepAliveSeconds\":10,\"inFlight\":8,\"username\":\"fleet\"}}";

    public void Dispose() => fleet.Dispose();

    [Fact]
    public void Each_layer_goes_before_the_one_below_it()
    {
        fleet["devices/one.json"] = "{\"device\":{\"site\":\"s\"}}";
        Assert.Equal(10, fleet.Config().Mqtt.KeepAliveSeconds);
        fleet["sites/s.json"] = "{\"mqtt\":{\"keepAliveSeconds\":11}}";
        Assert.Equal(11, fleet.Config().Mqtt.KeepAliveSeconds);
        fleet["devices/one.json"] = "{\"device\":{\"site\":\"s\"},\"mqtt\":{\"keepAliveSeconds\":12}}";
        Assert.Equal(12, fleet.Config().Mqtt.KeepAliveSeconds);
        fleet["conf.d/20.json"] = "{\"mqtt\":{\"keepAliveSeconds\":14}}";
        fleet["conf.d/10.json"] = "{\"mqtt\":{\"keepAliveSeconds\":13}}";
        Assert.Equal(14, fleet.Config().Mqtt.KeepAliveSeconds);
        fleet.Environment["EDGEPOSE__mqtt__keepAliveSeconds"] = "15";
        Assert.Equal((15, 8, "s", "one"), (fleet.Config().Mqtt.KeepAliveSeconds, fleet.Config().Mqtt.InFlight, fleet.Config().Device.Site, fleet.Config().Device.Id));
    }

    [Fact]
    public void Null_takes_away_what_lower_layers_said_and_is_refused_where_there_is_nothing()
    {
        fleet["devices/one.json"] = "{\"mqtt\":{\"keepAliveSeconds\":null,\"username\":null}}";
        Assert.Equal((15, null), (fleet.Config().Mqtt.KeepAliveSeconds, fleet.Config().Mqtt.Username));
        fleet["conf.d/1.json"] = "{\"mqtt\":{\"keepAliveSeconds\":20}}";
        Assert.Equal(20, fleet.Config().Mqtt.KeepAliveSeconds);
        fleet["conf.d/1.json"] = "{\"mqtt\":null}";
        Assert.Equal(new MqttConfig(), fleet.Config().Mqtt);
        fleet["conf.d/1.json"] = "{\"batching\":{\"maxDelayMs\":null}}";
        Assert.Equal(["conf.d/1.json:1:27: $.batching.maxDelayMs: null is not a value here, and removes nothing. Leave the key out to have the default."], fleet.Errors());
    }

    [Fact]
    public void Cameras_merge_by_id_whether_they_stand_in_a_list_or_under_their_ids()
    {
        fleet["devices/one.json"] = "{\"cameras\":[{\"id\":\"a\",\"address\":\"rtsp://a/\",\"maxFps\":5},{\"id\":\"b\",\"address\":\"rtsp://b/\"}]}";
        fleet["conf.d/1.json"] = "{\"cameras\":{\"c\":{\"address\":\"rtsp://c/\"},\"a\":{\"priority\":3}}}";
        fleet["conf.d/2.json"] = "{\"cameras\":[{\"id\":\"a\",\"maxFps\":7}]}";
        fleet["conf.d/3.json"] = "{\"cameras\":{\"b\":null}}";

        Assert.Equal([("a", "rtsp://a/", 7.0, 3), ("c", "rtsp://c/", 0.0, 1)], fleet.Config().Cameras.Select(camera => (camera.Id, camera.Address, camera.MaxFps, camera.Priority)));
    }

    [Fact]
    public void Lists_without_ids_are_replaced()
    {
        fleet["devices/one.json"] = "{\"network\":{\"providers\":[\"cuda\"]}}";
        Assert.Equal([ExecutionProvider.Cuda], fleet.Config().Network.Providers);
    }

    [Fact]
    public void A_camera_takes_over_what_its_templates_say_and_goes_first()
    {
        fleet["fleet.json"] = "{" + FleetScratch.Network + ",\"cameraTemplates\":{\"base\":{\"maxFps\":5,\"priority\":2,\"username\":\"u\"},\"door\":{\"extends\":\"base\",\"priority\":3}}}";
        fleet["conf.d/1.json"] = "{\"cameraTemplates\":{\"base\":{\"latencyMs\":50}}}";
        fleet["devices/one.json"] = "{\"cameras\":[{\"id\":\"a\",\"extends\":\"door\",\"address\":\"rtsp://a/\",\"username\":null},{\"id\":\"b\",\"extends\":\"base\",\"address\":\"rtsp://b/\",\"maxFps\":9}]}";

        Assert.Equal([("a", 5.0, 3, 50, null), ("b", 9.0, 2, 50, "u")], fleet.Config().Cameras.Select(camera => (camera.Id, camera.MaxFps, camera.Priority, camera.LatencyMs, camera.Username)));
    }

    [Fact]
    public void Null_takes_away_what_a_camera_extends_and_all_templates_and_is_refused_where_there_is_nothing()
    {
        fleet["fleet.json"] = "{" + FleetScratch.Network + ",\"cameraTemplates\":{\"t\":{\"maxFps\":5}},\"cameras\":{\"door\":{\"extends\":\"t\",\"address\":\"rtsp://a/\"}}}";
        fleet["devices/one.json"] = "{}";
        Assert.Equal(5, fleet.Config().Cameras.Single().MaxFps);
        fleet["devices/one.json"] = "{\"cameras\":{\"door\":{\"extends\":null}}}";
        Assert.Equal(0, fleet.Config().Cameras.Single().MaxFps);
        fleet["devices/one.json"] = "{\"cameraTemplates\":null,\"cameras\":{\"door\":{\"extends\":null}}}";
        Assert.Equal(0, fleet.Config().Cameras.Single().MaxFps);
        fleet["conf.d/1.json"] = "{\"cameras\":{\"door\":{\"extends\":\"u\"}},\"cameraTemplates\":{\"u\":{\"maxFps\":6}}}";
        Assert.Equal(6, fleet.Config().Cameras.Single().MaxFps);

        fleet["fleet.json"] = "{" + FleetScratch.Network + ",\"cameras\":{\"door\":{\"address\":\"rtsp://a/\"}}}";
        File.Delete(Path.Combine(fleet.Folder, "conf.d/1.json"));
        Assert.Equal(
            [
                "devices/one.json:1:20: $.cameraTemplates: there is nothing here to remove. Leave it out.",
                "devices/one.json:1:54: $.cameras.door.extends: there is nothing here to remove. Leave it out.",
            ],
            fleet.Errors());
    }

    [Fact]
    public void A_value_that_is_overridden_is_checked_all_the_same()
    {
        fleet["fleet.json"] = "{" + FleetScratch.Network + ",\n\"mqtt\":{\"keepAliveSeconds\":0}}";
        fleet["devices/one.json"] = "{\"mqtt\":{\"keepAliveSeconds\":5}}";
        Assert.Equal(["fleet.json:2:28: $.mqtt.keepAliveSeconds: 0 is out of range. Write a number from 1 to 3600."], fleet.Errors());
    }

    [Fact]
    public void A_single_file_has_templates_credentials_and_the_environment_too()
    {
        fleet["edgepose.json"] = "{\"version\":1," + FleetScratch.Network + ",\"cameraTemplates\":{\"t\":{\"maxFps\":5}},\"cameras\":[{\"id\":\"a\",\"extends\":\"t\",\"address\":\"rtsp://a/\",\"passwordFile\":{\"fromCredential\":\"x\"}}]}";
        var options = new LoadOptions { LookForFiles = false, Environment = new Dictionary<string, string> { ["EDGEPOSE__BATCHING__MAXDELAYMS"] = "3" } };
        var (config, errors) = EdgePoseConfiguration.Model.Load(Path.Combine(fleet.Folder, "edgepose.json"), options);
        Assert.Empty(errors);
        Assert.Equal((5.0, 3), (config!.Cameras.Single().MaxFps, config.Batching.MaxDelayMs));
    }
}
