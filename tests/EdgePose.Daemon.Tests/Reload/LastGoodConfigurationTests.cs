using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Tests.Configuration.Layers;
using EdgePose.Configuration.Inspection;
using EdgePose.Configuration.Layers;
using EdgePose.Daemon.Reload;
using EdgePose.Daemon.Settings;
using EdgePose.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgePose.Daemon.Tests.Reload;

/// <summary>The copy of the configuration that ran last: the same configuration, for the same device, or a reason.</summary>
public sealed class LastGoodConfigurationTests : IDisposable
{
    private readonly FleetScratch fleet = new() { Environment = { ["EDGEPOSE__cameras__a__maxFps"] = "5.1" } };
    private readonly string state = Directory.CreateTempSubdirectory("edgepose-state-").FullName;

    public LastGoodConfigurationTests()
    {
        fleet["fleet.json"] = "{" + FleetScratch.Network + ",\"cameraTemplates\":{\"door\":{\"latencyMs\":50,\"passwordFile\":{\"fromCredential\":\"doors\"}}},\"overload\":{\"steps\":[]}}";
        fleet["devices/one.json"] =
            """
            {
              "device": { "site": "shop" }, "mqtt": { "username": "me", "passwordFile": "secrets/broker" },
              "cameras": {
                "a": { "extends": "door", "address": "rtsp://host/path?token=ab\"c" },
                "b": { "address": "rtsp://host/", "username": "viewer", "pipeline": "rtspsrc location={address} user-pw=Pipe-Secret ! appsink name=frames" }
              }
            }
            """;
        Secret("credentials/doors", "Door-Secret");
        Secret("secrets/broker", "Broker-Secret");
    }

    private string File => Path.Combine(state, "last-good.json");

    public void Dispose()
    {
        fleet.Dispose();
        Directory.Delete(state, recursive: true);
    }

    [Fact]
    public void What_is_kept_is_the_same_configuration_whole_for_this_user_alone_and_without_the_secrets_that_it_names()
    {
        var config = fleet.Config();
        Of("one").Keep(config, NullLogger.Instance);
        var (read, errors) = Of("one").Read();
        Assert.Empty(errors);
        Assert.Equal(Whole(config), Whole(read!));
        Assert.Equal((config.BaseFolder, ConfigurationHash.Of(config)), (read!.BaseFolder, ConfigurationHash.Of(read)));
        Assert.Contains("Pipe-Secret", read.Cameras[1].Pipeline, StringComparison.Ordinal); // as the operator wrote it
        Assert.EndsWith("token=ab\"c", read.Cameras[0].Address, StringComparison.Ordinal);
        Assert.Equal(config.PasswordOf(config.Cameras[0]), read.PasswordOf(read.Cameras[0]));

        var text = System.IO.File.ReadAllText(File);
        Assert.DoesNotContain("Door-Secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Broker-Secret", text, StringComparison.Ordinal);
        Assert.Equal([File], Directory.GetFiles(state));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        }
    }

    [Fact]
    public void The_same_configuration_is_not_written_again_and_another_one_takes_its_place()
    {
        var config = fleet.Config();
        Of("one").Keep(config, NullLogger.Instance);
        System.IO.File.SetLastWriteTimeUtc(File, DateTime.UnixEpoch);
        Of("one").Keep(config, NullLogger.Instance);
        Assert.Equal(DateTime.UnixEpoch, System.IO.File.GetLastWriteTimeUtc(File));
        System.IO.File.WriteAllText(File + ".new", "of a daemon that was killed");
        Of("one").Keep(config with { Cameras = config.Cameras[..1] }, NullLogger.Instance);
        Assert.Equal(("a", 1), (Assert.Single(Of("one").Read().Config!.Cameras).Id, Directory.GetFiles(state).Length));
    }

    [Theory]
    [InlineData("one", "host", "one", "host", null)]
    [InlineData("one", "host", "one", "other", null)]
    [InlineData("one", "host", "two", "host", "it is the configuration of device one, and this is two")]
    [InlineData("one", "host", null, "host", null)] // the identity file is what is at fault
    [InlineData("one", "host", null, "other", "it is the configuration of host host, and this is other")]
    [InlineData(null, "host", "one", "host", null)] // from one file to a fleet's folder
    [InlineData(null, "host", null, "other", "it is the configuration of host host, and this is other")]
    [InlineData(null, null, null, "other", null)]
    public void That_of_another_device_is_not_taken(string? itsDevice, string? itsHost, string? device, string? host, string? reason)
    {
        Of(itsDevice, itsHost).Keep(fleet.Config(), NullLogger.Instance);
        var (config, errors) = Of(device, host).Read();
        Assert.Equal((reason is null, reason), (config is not null, errors.SingleOrDefault()?.Reason));
    }

    [Fact]
    public void One_that_is_not_there_or_damaged_or_of_another_form_or_lacks_a_file_is_told_and_not_taken()
    {
        Assert.Equal("there is no last good configuration to start with", Reason());
        Of("one").Keep(fleet.Config(), NullLogger.Instance);
        var good = System.IO.File.ReadAllText(File);
        System.IO.File.Delete(Path.Combine(fleet.Folder, "secrets/broker"));
        Assert.Equal("there is no file of that name", Reason());
        Secret("secrets/broker", "Broker-Secret");
        Assert.StartsWith("the file is of version 2", Changed(good.Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("there is no version 0", Changed(good.Replace("\"version\": 1", "\"version\": 0", StringComparison.Ordinal)));
        Assert.Equal("there is no key \"latencyM\"", Changed(good.Replace("\"latencyMs\": 50", "\"latencyM\": 50", StringComparison.Ordinal)));
        Assert.Equal("this is no last good configuration", Changed(Whole(fleet.Config())));
        Assert.StartsWith("this is not JSON", Changed(good[..^20]), StringComparison.Ordinal);
        Assert.StartsWith("this is not JSON", Changed("\0\0\0\0"), StringComparison.Ordinal);
        Assert.Null(Changed(good));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_told_and_leaves_what_was_kept()
    {
        var config = fleet.Config();
        Of("one").Keep(config, NullLogger.Instance);
        Directory.CreateDirectory(File + ".new"); // nobody, not even root, makes a file there
        var log = new ListLogger();
        Of("one").Keep(config with { Cameras = config.Cameras[..1] }, log);
        Assert.Contains("could not be kept as the last good one in " + File, log.Text, StringComparison.Ordinal);
        Assert.Equal(2, Of("one").Read().Config!.Cameras.Length);
    }

    [Theory]
    [InlineData("/var/lib/edgepose", "/etc/a.json", "/var/lib/edgepose/last-good.json")]
    [InlineData("/var/lib/edgepose:/var/lib/other", "/etc/b", "/var/lib/edgepose/last-good.json")]
    [InlineData(null, "/etc/a.json", "/home/me/.local/state/edgepose/454e330fb717d3eb.last-good.json")]
    public void It_is_in_the_state_folder_of_the_service_or_of_the_user(string? service, string path, string expected) =>
        Assert.Equal(expected, LastGoodConfiguration.LocationOf(path, name => name switch { "STATE_DIRECTORY" => service, "HOME" => "/home/me", _ => null }));

    [Fact]
    public void A_device_is_who_the_environment_or_the_identity_file_says()
    {
        Assert.Null(DeviceIdentity.GivenName(EdgePoseConfiguration.Model, fleet.Folder, new LoadOptions()));
        fleet["identity.json"] = "{ \"device\": \"one\" }";
        Assert.Equal("one", DeviceIdentity.GivenName(EdgePoseConfiguration.Model, fleet.Folder, new LoadOptions()));
        Assert.Equal("two", DeviceIdentity.GivenName(EdgePoseConfiguration.Model, fleet.Folder, new LoadOptions { Environment = new Dictionary<string, string> { [EdgePoseConfiguration.Model.DeviceVariable] = "two" } }));
        fleet["identity.json"] = "{ \"device\": ";
        Assert.Null(DeviceIdentity.GivenName(EdgePoseConfiguration.Model, fleet.Folder, new LoadOptions()));
        Assert.Null(DeviceIdentity.GivenName(EdgePoseConfiguration.Model, Path.Combine(fleet.Folder, "fleet.json"), new LoadOptions()));
        Assert.Equal((null, "jetson"), (DeviceIdentity.HostName(new LoadOptions()), DeviceIdentity.HostName(new LoadOptions { HostName = "Jetson.site" })));
    }

    private static string Whole(EdgePoseConfig config) => EffectiveConfiguration.ToNode(config, typeof(EdgePoseConfig), hidden: false)!.ToJsonString();

    private LastGoodConfiguration Of(string? device, string? host = "host") => new(File, device, host);

    private string? Reason() => Of("one").Read().Errors.FirstOrDefault()?.Reason;

    private string? Changed(string text)
    {
        System.IO.File.WriteAllText(File, text);
        return Reason();
    }

    private void Secret(string name, string secret)
    {
        fleet[name] = secret;
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(Path.Combine(fleet.Folder, name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
