using EdgePose.Daemon.Settings;
using EdgePose.Configuration.Reading;
using EdgePose.Configuration.Layers;
using EdgePose.Daemon.Overload;

namespace EdgePose.Daemon.Tests.Configuration.Layers;

public sealed class DeviceIdentityTests : IDisposable
{
    private readonly FleetScratch fleet = new();

    public DeviceIdentityTests()
    {
        fleet["fleet.json"] = "{" + FleetScratch.Network + "}";
        foreach (var name in new[] { "host-1", "by-file", "by-variable" })
        {
            fleet[$"devices/{name}.json"] = "{}";
        }

        fleet["sites/berlin.json"] = "{\"batching\":{\"maxDelayMs\":7}}";
    }

    public void Dispose() => fleet.Dispose();

    [Fact]
    public void The_variable_goes_before_the_identity_file_and_that_before_the_host_name()
    {
        Assert.Equal("host-1", Load().Config!.Device.Id);
        fleet["identity.json"] = "{\"device\":\"by-file\",\"site\":\"berlin\"}";
        Assert.Equal(("by-file", "berlin", 7), Facts(Load()));
        Assert.Equal(("by-variable", "berlin", 7), Facts(Load("by-variable")));
        fleet["devices/by-file.json"] = "{\"device\":{\"site\":\"lyon\",\"id\":\"front\"}}";
        fleet["sites/lyon.json"] = "{\"batching\":{\"maxDelayMs\":8}}";
        Assert.Equal(("front", "lyon", 8), Facts(Load()));
    }

    [Fact]
    public void The_site_of_the_identity_file_goes_before_that_of_the_fleet_in_name_and_settings()
    {
        fleet["fleet.json"] = "{" + FleetScratch.Network + ",\"device\":{\"site\":\"hq\"}}";
        fleet["sites/hq.json"] = "{}";
        fleet["identity.json"] = "{\"device\":\"by-file\",\"site\":\"berlin\"}";
        Assert.Equal(("by-file", "berlin", 7), Facts(Load()));
        fleet["identity.json"] = "{\"device\":\"by-file\"}";
        Assert.Equal(("by-file", "hq", 10), Facts(Load()));
    }

    [Theory]
    [InlineData("sites/berlin.json", "sites/berlin.json:1:19")]
    [InlineData("conf.d/1.json", "conf.d/1.json:1:19")]
    public void A_layer_that_calls_the_site_otherwise_than_the_file_that_counts_is_refused(string layer, string place)
    {
        fleet["identity.json"] = "{\"device\":\"by-file\",\"site\":\"berlin\"}";
        fleet[layer] = "{\"device\":{\"site\":\"hq\"}}";
        Assert.Equal([place + ": $.device.site: the device is of the site \"berlin\", whose file applies, but device.site is \"hq\". Name the site in the device's file, the identity file or fleet.json alone."], fleet.Told(Load()));
    }

    [Theory]
    [InlineData("{\"device\":\"by-fil\"}", "identity.json:1:11: $: there is no device \"by-fil\": no file devices/by-fil.json. Did you mean \"by-file\"?")]
    [InlineData("{\"device\":\"../x\"}", "identity.json:1:11: $: \"../x\" is no name of a device or site. Use small letters, digits, - and _, a letter or digit first, at most 64.")]
    [InlineData("{\"device\":\"by-file\",\"site\":\"berln\"}", "identity.json:1:28: $.device.site: there is no site \"berln\": no file sites/berln.json. Did you mean \"berlin\"?")]
    [InlineData("{\"site\":\"berlin\"}", "identity.json:1:1: $.device: the key \"device\" is missing. Add it: the name of this device's file in devices/, without .json.")]
    [InlineData("{\"device\":1}", "identity.json:1:2: $.device: an identity has a \"device\" and a \"site\", both texts. Write { \"device\": \"name\", \"site\": \"name\" }, the site only if the device's file does not say it.")]
    public void An_identity_at_fault_is_told_with_its_place(string identity, string error)
    {
        fleet["identity.json"] = identity;
        Assert.Equal([error], fleet.Told(Load()));
    }

    [Fact]
    public void A_device_that_nobody_knows_is_refused_with_who_said_so() =>
        Assert.Equal(["EDGEPOSE_DEVICE: $: there is no device \"nobody\": no file devices/nobody.json. Make that file, or correct the name of the device."], fleet.Told(Load("nobody")));

    [Theory]
    [InlineData("Host-1.example.com", null, "{}", "host-1")]
    [InlineData("Host-1.example.com", "by-variable", "{}", "by-variable")]
    [InlineData("Host-1.example.com", "by-variable", "{\"id\":\"front\"}", "front")]
    [InlineData("localhost", null, "{}", "edgepose")]
    [InlineData("my.host", null, "{\"site\":\"lyon\"}", "my")]
    [InlineData("höst", null, "{}", "edgepose")]
    public void A_single_file_that_names_no_device_leaves_it_to_the_variable_and_the_host(string host, string? variable, string device, string expected)
    {
        fleet["one.json"] = "{\"device\":" + device + "," + FleetScratch.Network + "}";
        Assert.Equal(expected, EdgePoseConfiguration.Model.Load(Path.Combine(fleet.Folder, "one.json"), Options(host, variable)).Config!.Device.Id);
    }

    [Fact]
    public void A_variable_that_names_no_device_is_told_for_a_single_file_too()
    {
        fleet["one.json"] = "{" + FleetScratch.Network + "}";
        var error = Assert.Single(fleet.Told(EdgePoseConfiguration.Model.Load(Path.Combine(fleet.Folder, "one.json"), Options("host-1", "Front Door"))));
        Assert.StartsWith("EDGEPOSE_DEVICE: $.device.id: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_with_a_single_file_is_told_at_its_place_in_it()
    {
        fleet["one.json"] = "{\"cameras\":[{\"id\":\"door\",\"address\":\"rtsp://u:p@h/\"}]}";
        Assert.Equal(
            [
                "one.json:1:1: $.network: the key \"network\" is missing. Add it: The network that finds keypoints and limbs, and what runs it.",
                "one.json:1:36: $.cameras[0].address: the address holds a user or a password. Write the address without them, the user as \"username\", and the password in a file of mode 0600 named by \"passwordFile\".",
            ],
            fleet.Told(EdgePoseConfiguration.Model.Load(Path.Combine(fleet.Folder, "one.json"), Options("host-1", null))));
    }

    private static (string, string, int) Facts(ConfigurationResult<EdgePoseConfig> result) => (result.Config!.Device.Id, result.Config.Device.Site, result.Config.Batching.MaxDelayMs);

    private ConfigurationResult<EdgePoseConfig> Load(string? variable = null) => EdgePoseConfiguration.Model.Load(fleet.Folder, Options("Host-1.example.com", variable));

    private static LoadOptions Options(string host, string? variable) => new()
    {
        LookForFiles = false,
        HostName = host,
        Environment = variable is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [EdgePoseConfiguration.Model.DeviceVariable] = variable },
    };
}
