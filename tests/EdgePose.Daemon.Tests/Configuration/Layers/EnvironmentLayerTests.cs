using EdgePose.Inference;
using EdgePose.Daemon.Settings;

namespace EdgePose.Daemon.Tests.Configuration.Layers;

public sealed class EnvironmentLayerTests : IDisposable
{
    private readonly FleetScratch fleet = new();

    public EnvironmentLayerTests() => fleet["devices/one.json"] = "{" + FleetScratch.Network + ",\"cameras\":[{\"id\":\"front-door\",\"address\":\"rtsp://a/\"}]}";

    public void Dispose() => fleet.Dispose();

    [Fact]
    public void Names_are_taken_whatever_their_letter_case_and_values_as_the_key_has_them()
    {
        fleet.Environment["EDGEPOSE__CAMERAS__FRONT_DOOR__MAXFPS"] = "2.5";
        fleet.Environment["EDGEPOSE__cameras__front_door__loop"] = "true";
        fleet.Environment["EDGEPOSE__network__providers"] = "cuda, cpu";
        fleet.Environment["EDGEPOSE__network__exit"] = "7";
        fleet.Environment["EDGEPOSE__mqtt__passwordFile"] = "{\"fromCredential\":\"broker\"}";
        fleet.Environment["EDGEPOSE__mqtt__username"] = "u";
        fleet.Environment["EDGEPOSE_DEVICE"] = "not asked, because the test names the device";

        var config = fleet.Config();
        Assert.Equal((2.5, true), (config.Cameras.Single().MaxFps, config.Cameras.Single().Loop));
        Assert.Equal([ExecutionProvider.Cuda, ExecutionProvider.Cpu], config.Network.Providers);
        Assert.Equal(("7", Path.Combine(fleet.Folder, "credentials", "broker")), (config.Network.Exit, config.Resolve(config.Mqtt.PasswordFile!)));
    }

    [Fact]
    public void Templates_and_what_a_camera_extends_are_set_like_any_other_key()
    {
        fleet["fleet.json"] = "{\"cameraTemplates\":{\"far-off\":{\"latencyMs\":900}}}";
        fleet.Environment["EDGEPOSE__CAMERAS__FRONT_DOOR__EXTENDS"] = "far-off";
        fleet.Environment["EDGEPOSE__cameraTemplates__far_off__maxFps"] = "8";
        Assert.Equal((8.0, 900), (fleet.Config().Cameras.Single().MaxFps, fleet.Config().Cameras.Single().LatencyMs));
        fleet.Environment["EDGEPOSE__cameratemplates"] = "{\"far-off\":{\"maxFps\":7}}";
        fleet.Environment.Remove("EDGEPOSE__cameraTemplates__far_off__maxFps");
        Assert.Equal(7.0, fleet.Config().Cameras.Single().MaxFps);
    }

    [Theory]
    [InlineData("EDGEPOSE__mqtt__keepAlive", "5", "EDGEPOSE__mqtt__keepAlive: $.mqtt.keepAlive: there is no key \"keepAlive\". The keys here are address")]
    [InlineData("EDGEPOSE__mqtt__adress", "5", "EDGEPOSE__mqtt__adress: $.mqtt.adress: there is no key \"adress\". Did you mean \"address\"?")]
    [InlineData("EDGEPOSE__mqtt__keepAliveSeconds", "soon", "EDGEPOSE__mqtt__keepAliveSeconds: $.mqtt.keepAliveSeconds: a whole number is expected here, not a text. Write a whole number.")]
    [InlineData("EDGEPOSE__mqtt__keepAliveSeconds", "0", "EDGEPOSE__mqtt__keepAliveSeconds: $.mqtt.keepAliveSeconds: 0 is out of range. Write a number from 1 to 3600.")]
    [InlineData("EDGEPOSE__mqtt", "{", "EDGEPOSE__mqtt:1:2: $: this is not JSON")]
    [InlineData("EDGEPOSE__", "1", "EDGEPOSE__: $: this names no key. Write EDGEPOSE__section__key.")]
    [InlineData("EDGEPOSE__mqtt____x", "1", "EDGEPOSE__mqtt____x: $: this names no key. Write EDGEPOSE__section__key.")]
    [InlineData("EDGEPOSE__cameras__back_door__maxFps", "1", "EDGEPOSE__cameras__back_door__maxFps: $.cameras.back_door.address: the key \"address\" is missing")]
    public void A_variable_at_fault_is_told_by_its_name(string name, string value, string error)
    {
        fleet.Environment[name] = value;
        Assert.StartsWith(error, Assert.Single(fleet.Errors()), StringComparison.Ordinal);
    }
}
