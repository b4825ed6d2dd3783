using EdgePose.Daemon.Settings;
using EdgePose.Configuration.Reading;
using System.Diagnostics;
using EdgePose.Configuration.Layers;

namespace EdgePose.Daemon.Tests.Configuration.Layers;

/// <summary>Every kind of broken file, each with the very line that an operator reads.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed partial class BrokenFileTests : IDisposable
{
    private const uint Nobody = 65534;
    private const string Door = "{\"cameras\":[{\"id\":\"door\",\"address\":\"rtsp://h/\"";

    private readonly FleetScratch fleet = new();

    public BrokenFileTests()
    {
        fleet["fleet.json"] = "{" + FleetScratch.Network + "}";
        fleet["devices/one.json"] = "{}";
    }

    public void Dispose() => fleet.Dispose();

    [Theory]
    [InlineData("syntax", "{\n\"mqtt\" {}}", "devices/one.json:2:8: $: this is not JSON: '{' is invalid after a property name. Expected a ':'. Correct the syntax there, or just before it.")]
    [InlineData("cut off", "{\"mqtt\":{", "devices/one.json:1:10: $: this is not JSON: Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed. Correct the syntax there, or just before it.")]
    [InlineData("empty", "", "devices/one.json:1:1: $: this is not JSON: The input does not contain any JSON tokens. Expected the input to start with a valid JSON token, when isFinalBlock is true. Correct the syntax there, or just before it.")]
    [InlineData("no object", "5", "devices/one.json:1:1: $: an object is expected here, not a number. Write { } with the section's keys.")]
    [InlineData("unknown key", "{\"mqtt\":{\"keepAliveSecond\":1}}", "devices/one.json:1:10: $.mqtt.keepAliveSecond: there is no key \"keepAliveSecond\". Did you mean \"keepAliveSeconds\"?")]
    [InlineData("duplicate key", "{\"mqtt\":{},\n \"mqtt\":{}}", "devices/one.json:2:2: $.mqtt: the key \"mqtt\" is repeated. Keep one of the two.")]
    [InlineData("wrong type", "{\"mqtt\":{\"inFlight\":\"8\"}}", "devices/one.json:1:21: $.mqtt.inFlight: a whole number is expected here, not a text. Write a whole number.")]
    [InlineData("wrong name", "{\"network\":{\"precision\":\"fp8\"}}", "devices/one.json:1:25: $.network.precision: \"fp8\" is not one of the allowed values. Write one of \"fp32\", \"fp16\", \"int8\".")]
    [InlineData("out of range", "{\"mqtt\":{\"inFlight\":1001}}", "devices/one.json:1:21: $.mqtt.inFlight: 1001 is out of range. Write a number from 1 to 1000.")]
    [InlineData("duplicate id", Door + "},\n{\"id\":\"door\",\"address\":\"rtsp://h/2\"}]}", "devices/one.json:2:7: $.cameras[1].id: entry 0 has the id \"door\" too. Give each an id of its own.")]
    [InlineData("no id", "{\"cameras\":[{\"address\":\"rtsp://h/\"}]}", "devices/one.json:1:13: $.cameras[0].id: the key \"id\" is missing. Add it: it tells which one this is.")]
    [InlineData("no address", "{\"cameras\":{\"door\":{\"maxFps\":1}}}", "devices/one.json:1:20: $.cameras.door.address: the key \"address\" is missing. Add it: Source: rtsp:// or rtsps:// without user and password, a video file or picture folder relative to this file, or a device. Prefer /dev/v4l/by-id/... to /dev/videoN, because its name is stable.")]
    [InlineData("id that differs", "{\"cameras\":{\"door\":{\"id\":\"gate\",\"address\":\"rtsp://h/\"}}}", "devices/one.json:1:26: $.cameras.door.id: the id differs from the name before it. Leave the id out: the name is the id.")]
    [InlineData("removes nothing", "{\"cameras\":{\"door\":null}}", "devices/one.json:1:20: $.cameras.door: there is no \"door\" to remove. Leave it out.")]
    [InlineData("password in an address", "{\"cameras\":{\"door\":{\"address\":\"rtsp://u:hunter2@h/\"}}}", "devices/one.json:1:31: $.cameras.door.address: the address holds a user or a password. Write the address without them, the user as \"username\", and the password in a file of mode 0600 named by \"passwordFile\".")]
    [InlineData("unknown template", Door + ",\"extends\":\"entrence\"}],\"cameraTemplates\":{\"entrance\":{}}}", "devices/one.json:1:58: $.cameras.door.extends: there is no template \"entrence\". Did you mean \"entrance\"?")]
    [InlineData("cyclic extends", "{\"cameraTemplates\":{\"a\":{\"extends\":\"b\"},\"b\":{\"extends\":\"a\"}}}", "devices/one.json:1:56: $.cameraTemplates.b.extends: the templates extend each other: a -> b -> a. Take one \"extends\" out.")]
    [InlineData("extends itself", "{\"cameraTemplates\":{\"a\":{\"extends\":\"a\"}}}", "devices/one.json:1:36: $.cameraTemplates.a.extends: the templates extend each other: a -> a. Take one \"extends\" out.")]
    [InlineData("malformed credential", Door + ",\"passwordFile\":{\"fromCredential\":\"../x\"}}]}", "devices/one.json:1:63: $.cameras[0].passwordFile: this is neither a file nor a credential. Write the file's name, or { \"fromCredential\": \"name\" }, a name of letters, digits, - _ and ..")]
    [InlineData("newer version", "{\"version\":2}", "devices/one.json:1:12: $.version: the file is of version 2, and this program reads up to 1. Update the program first, or give the device the older file.")]
    [InlineData("unknown site", "{\"device\":{\"site\":\"nowhere\"}}", "devices/one.json:1:19: $.device.site: there is no site \"nowhere\": no file sites/nowhere.json. Make that file, or correct the name of the site.")]
    public void A_broken_device_file_is_one_exact_line(string kind, string json, string line)
    {
        Assert.NotEmpty(kind);
        fleet["sites/berlin.json"] = "{}";
        fleet["devices/one.json"] = json;
        Assert.Equal([line], fleet.Errors());
    }

    [Fact]
    public void Invalid_utf8_a_huge_file_deep_nesting_and_half_a_character_are_refused_with_their_place()
    {
        var path = Path.Combine(fleet.Folder, "devices", "one.json");
        File.WriteAllBytes(path, [(byte)'{', (byte)'\n', 0xff, (byte)'}']);
        Assert.Equal(["devices/one.json:2:1: $: the file is not valid UTF-8. Save it as UTF-8."], fleet.Errors());
        File.WriteAllBytes(path, new byte[ConfigurationFile.MaxBytes + 1]);
        Assert.Equal(["devices/one.json: $: the file is larger than 1 MB. Name a configuration file."], fleet.Errors());
        File.WriteAllText(path, "{\"mqtt\":" + new string('[', 100) + new string(']', 100) + "}");
        Assert.StartsWith("devices/one.json:1:", Assert.Single(fleet.Errors()), StringComparison.Ordinal);
        Assert.Contains("maximum configured depth of 32", Assert.Single(fleet.Errors()), StringComparison.Ordinal);
        File.WriteAllText(path, "{\"mqtt\":{\"username\":\"\\ud800\"}}");
        Assert.Equal(["devices/one.json:1:21: $: a text holds an escape that is no character. Write the character itself, in UTF-8."], fleet.Errors());
    }

    [Fact]
    public void Files_that_cannot_be_read_are_refused_and_the_others_are_checked_all_the_same()
    {
        fleet["conf.d/1.json"] = "{\"batchin\":{}}";
        var device = Path.Combine(fleet.Folder, "devices", "one.json");
        File.Delete(device);
        Directory.CreateDirectory(device);
        string[] others = ["conf.d/1.json:1:2: $.batchin: there is no key \"batchin\". Did you mean \"batching\"?"];
        Assert.Equal(["devices/one.json: $: this is a folder. Name the file in it.", .. others], fleet.Errors());

        Directory.Delete(device);
        using (var pipe = Process.Start("mkfifo", [device]))
        {
            pipe.WaitForExit();
        }

        Assert.Equal(["devices/one.json: $: this is a pipe, a socket or a device. Name a file.", .. others], fleet.Errors());
        File.Delete(device);
        File.CreateSymbolicLink(device, device);
        Assert.StartsWith("FOLDER: $: ", fleet.Errors()[0].Replace("devices/one.json: $: ", "FOLDER: $: ", StringComparison.Ordinal), StringComparison.Ordinal);
        File.Delete(device);
        File.CreateSymbolicLink(device, "/dev/zero");
        Assert.Equal(["devices/one.json: $: this is a pipe, a socket or a device. Name a file.", .. others], fleet.Errors());
    }

    [Fact]
    public void A_file_without_the_right_to_read_it_is_refused()
    {
        File.SetUnixFileMode(fleet.Folder, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(Path.Combine(fleet.Folder, "fleet.json"), UnixFileMode.None);
        _ = SetFileSystemUser(Nobody); // of this thread alone: root may read everything
        try
        {
            Assert.Equal(["fleet.json: $: the file may not be read by this user. Give the daemon's user the right to read it."], fleet.Errors());
        }
        finally
        {
            _ = SetFileSystemUser(0);
        }
    }

    [Fact]
    public void A_missing_credential_and_one_that_others_can_read_are_refused_where_files_count()
    {
        fleet["devices/one.json"] = Door + ",\"passwordFile\":{\"fromCredential\":\"door\"}}]}";
        ConfigurationResult<EdgePoseConfig> Here() => EdgePoseConfiguration.Model.Load(fleet.Folder, new LoadOptions { Device = "one" });
        Assert.Equal(["devices/one.json:1:63: $.cameras.door.passwordFile: there is no credential door. Let systemd load it (LoadCredential=door:FILE), or write it to credentials/door beside the configuration, with mode 0600."], fleet.Told(Here()));
        Assert.Empty(fleet.Errors());

        fleet["credentials/door"] = "secret";
        File.SetUnixFileMode(Path.Combine(fleet.Folder, "credentials/door"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Equal(["devices/one.json:1:63: $.cameras.door.passwordFile: other users may read or write the file. Run: chmod 600 credentials/door; or mount it read-only, as containers do (docs/install.md, Secrets)."], fleet.Told(Here()));
        File.SetUnixFileMode(Path.Combine(fleet.Folder, "credentials/door"), UnixFileMode.UserRead);
        Assert.Empty(fleet.Told(Here()));
    }

    [Fact]
    public void Every_error_of_every_layer_is_told_at_once_in_the_order_of_the_layers()
    {
        fleet["fleet.json"] = "{" + FleetScratch.Network + ",\"batchin\":{}}";
        fleet["sites/s.json"] = "{\"mqtt\":5}";
        fleet["devices/one.json"] = "{\"device\":{\"site\":\"s\"},\"cameras\":{\"door\":{\"maxFps\":-1}}}";
        fleet["conf.d/1.json"] = "{\"network\":{\"inputWidthPx\":63}}";
        Assert.Equal(["fleet.json", "sites/s.json", "devices/one.json", "devices/one.json", "conf.d/1.json"], fleet.Errors().Select(error => error.Split(':')[0]));
    }

    [System.Runtime.InteropServices.LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetFileSystemUser(uint user);
}
