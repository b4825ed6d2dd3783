namespace EdgePose.Cli.Tests.Config;

/// <summary>The commands as an operator of a fleet uses them, on the example and on copies of it.</summary>
public sealed class ConfigCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-config-").FullName;

    public ConfigCommandTests()
    {
        foreach (var file in Directory.GetFiles(Example, "*.json", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Example, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static string Example => Repository.File("config", "fleet");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Check_tells_each_error_of_a_fleet_once_with_the_devices_that_have_it()
    {
        Assert.Equal((0, $"{folder}: all is well with 6 devices; the files and credentials that a device names were not looked for"), Told(CommandLine.Run("config", "check", "--config", folder, "--all")));

        Replace("fleet.json", "\"poseMaxRateHertz\"", "\"poseMaxRateHerz\"");
        Replace("devices/osaka-usb.json", "\"maxFps\": 5", "\"maxFps\": 500");
        Replace("devices/lyon-gate.json", "\"extends\": \"radio\"", "\"extends\": \"radi\"");
        var (exit, _, error) = CommandLine.Run("config", "check", "--config", folder, "--all");
        Assert.Equal(78, exit);
        Assert.Equal(
            [
                "devices/lyon-gate.json:8:26: $.cameras.yard.extends: there is no template \"radi\". Did you mean \"radio\"? [lyon-gate]",
                "devices/osaka-usb.json:7:89: $.cameras.desk.maxFps: 500 is out of range. Write a number from 0 to 240. [osaka-usb]",
                "fleet.json:16:5: $.mqtt.poseMaxRateHerz: there is no key \"poseMaxRateHerz\". Did you mean \"poseMaxRateHertz\"? [every device]",
                "3 errors; 6 of 6 devices would be refused",
            ],
            Lines(error));

        var json = CommandLine.Run("config", "check", "--config", folder, "--device", "osaka-usb", "--json");
        Assert.Equal((78, 2), (json.ExitCode, System.Text.Json.JsonDocument.Parse(json.Output).RootElement.GetArrayLength()));
    }

    [Fact]
    public void Check_and_doctor_refuse_a_network_that_lacks_a_keypoint_of_the_output()
    {
        Assert.Equal(0, CommandLine.Run("model", "new", "cpm", "--narrow", "16", "--out", folder, "--id", "n17").ExitCode);
        var file = Path.Combine(folder, "one.json");
        File.WriteAllText(file, "{\"network\":{\"manifest\":\"n17.json\"},\"mqtt\":{\"address\":\"mqtt://127.0.0.1:9\"},\"cameras\":[{\"id\":\"a\",\"address\":\"rtsp://127.0.0.1:9/\"}]}");
        var check = CommandLine.Run("config", "check", "--config", file);
        Assert.Equal(78, check.ExitCode);
        Assert.Contains("$.network: ", check.Error, StringComparison.Ordinal);
        Assert.Contains("has no keypoint neck, which output.skeleton coco-18 needs", check.Error, StringComparison.Ordinal);

        var doctor = CommandLine.Run("doctor", "--config", file);
        Assert.NotEqual(0, doctor.ExitCode);
        Assert.Contains(doctor.Output.Split('\n'), line => line.StartsWith("FAULT network: ", StringComparison.Ordinal) && line.Contains("has no keypoint neck", StringComparison.Ordinal));
    }

    [Fact]
    public void Check_refuses_what_the_daemon_refuses_at_its_start()
    {
        var file = Path.Combine(folder, "one.json");
        string Text(string network, string cameras) => $"{{\"network\":{{\"manifest\":{network}}},\"cameras\":[{cameras}]}}";
        var manifest = $"\"{Repository.File("models", "edgepose-l.json")}\"";
        const string camera = "{\"id\":\"a\",\"address\":\"rtsp://h/\"}";
        (int ExitCode, string Output, string Error) Check(string network, string cameras, params string[] more)
        {
            File.WriteAllText(file, Text(network, cameras));
            return CommandLine.Run(["config", "check", "--config", file, .. more]);
        }

        Assert.Equal((0, ""), (Check(manifest, camera).ExitCode, Check(manifest, camera).Error));
        var (exit, _, error) = Check(manifest, "");
        Assert.Equal(78, exit);
        Assert.Contains("$.cameras: no camera is configured", error, StringComparison.Ordinal);
        Assert.Equal(78, Check(manifest, "", "--device", "one").ExitCode);

        (exit, _, error) = Check("\"no-such.json\"", camera);
        Assert.Equal(78, exit);
        Assert.Contains($"$.network: {folder}/no-such.json", error, StringComparison.Ordinal);
        Assert.Equal(0, Check("\"no-such.json\"", camera, "--device", "one").ExitCode); // of another machine, which has its own files
        (exit, _, error) = Check(manifest + ",\"exit\":\"nowhere\"", camera);
        Assert.Equal(78, exit);
        Assert.Contains("no exit 'nowhere'", error, StringComparison.Ordinal);

        Replace("devices/osaka-usb.json", "\"cameras\"", "\"cameraTemplates\"");
        Assert.Equal(78, CommandLine.Run("config", "check", "--config", folder, "--all").ExitCode);
    }

    [Fact]
    public void An_empty_variable_names_no_configuration()
    {
        var (exit, output, error) = CommandLine.RunWith(new() { ["EDGEPOSE_CONFIG"] = "" }, "config", "check");
        Assert.True(exit is 0 or 78, error);
        Assert.StartsWith("/etc/edgepose", output + error, StringComparison.Ordinal);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Migrate_leaves_a_file_to_its_owner_and_group()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may give files away.");
        var file = Path.Combine(folder, "fleet.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("  \"version\": 1,\n", "", StringComparison.Ordinal));
        Assert.Equal("", Unix("chown", "1234:5678", file));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        Assert.Contains("1 of 11 files changed", CommandLine.Run("config", "migrate", folder, "--write").Output, StringComparison.Ordinal);
        Assert.Equal("1234:5678 640", Unix("stat", "-c", "%u:%g %a", file));
    }

    [Fact]
    public void Two_devices_of_one_name_are_refused_because_they_would_publish_under_the_same_topics()
    {
        Replace("devices/osaka-usb.json", "\"site\": \"osaka\"", "\"site\": \"osaka\", \"id\": \"osaka-dock\"");
        var (exit, _, error) = CommandLine.Run("config", "check", "--config", folder, "--all");
        Assert.Equal(78, exit);
        Assert.Contains("devices/osaka-dock.json: $.device.id: device osaka-usb is called osaka/osaka-dock too. Give each device of a site an id of its own. [osaka-dock]", Lines(error));
    }

    [Fact]
    public void Explain_tells_who_said_what_and_the_last_one_wins()
    {
        var (exit, output, error) = CommandLine.Run("config", "explain", "cameras.gate.maxFps", "--config", folder, "--device", "lyon-gate");
        Assert.Equal((0, ""), (exit, error));
        Assert.Equal(["cameras.gate.maxFps", "    0   built-in default", "    15  fleet.json:24 (template camera)", "  * 10  sites/lyon.json:5 (template camera)"], Lines(output));

        var wrong = CommandLine.Run("config", "explain", "cameras.gate.maxFsp", "--config", folder, "--device", "lyon-gate");
        Assert.Equal(78, wrong.ExitCode);
        Assert.Contains("Did you mean \"cameras.gate.maxFps\"?", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Show_prints_what_is_in_force_and_no_secret()
    {
        Replace("devices/lyon-press.json", "rtsp://192.0.2.30/stream1", "rtsp://192.0.2.30/stream1?key=hunter2");
        Replace("devices/lyon-press.json", "\"cameras\": {", "\"cameras\": { \"own\": { \"address\": \"rtsp://h/\", \"pipeline\": \"rtspsrc location=rtsp://u:hunter2@h/ user-pw=hunter2 ! appsink\" },");
        var (exit, output, error) = CommandLine.Run("config", "show", "--config", folder, "--device", "lyon-press");
        Assert.Equal((0, ""), (exit, error));
        Assert.Contains("\"inputWidthPx\": 656", output, StringComparison.Ordinal);
        Assert.Contains("rtspsrc location=rtsp://h/ user-pw=... ! appsink", output, StringComparison.Ordinal);
        Assert.Contains("credential:cameras", output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", output, StringComparison.Ordinal);
        Assert.Equal(64, CommandLine.Run("config", "show", "--config", folder, "--device", "lyon-press", "--revision").Output.Trim().Length);
    }

    [Fact]
    public void Diff_tells_two_devices_and_two_revisions_apart_and_only_what_differs()
    {
        var devices = CommandLine.Run("config", "diff", "osaka-dock", "osaka-usb", "--config", folder);
        Assert.Equal(1, devices.ExitCode);
        Assert.Contains("  network.providers: [\"tensorrt\",\"cuda\",\"cpu\"] -> [\"cpu\"]", Lines(devices.Output));
        Assert.Contains("+ cameras.desk.maxFps: 5", Lines(devices.Output));
        Assert.DoesNotContain("+ cameras.desk.loop: false", Lines(devices.Output));

        Assert.Equal((0, ""), Told(CommandLine.Run("config", "diff", Example, folder)));
        Replace("sites/lyon.json", "\"maxFps\": 10", "\"maxFps\": 9");
        File.Delete(Path.Combine(folder, "devices/osaka-usb.json"));
        Assert.Equal((1, "  device lyon-gate\n    cameras.gate.maxFps: 10 -> 9\n  device lyon-press\n    cameras.press.maxFps: 10 -> 9\n- device osaka-usb"), Told(CommandLine.Run("config", "diff", Example, folder)));
    }

    [Fact]
    public void Migrate_changes_what_it_must_keeps_the_rest_and_may_run_again()
    {
        var file = Path.Combine(folder, "fleet.json");
        var before = File.ReadAllText(file);
        File.WriteAllText(file, before.Replace("  \"version\": 1,\n", "", StringComparison.Ordinal));
        Assert.Contains("1 of 11 files to change", CommandLine.Run("config", "migrate", folder).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("version", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Equal(0, CommandLine.Run("config", "migrate", folder, "--write").ExitCode);
        Assert.Equal(before.Split('\n').Order(), File.ReadAllText(file).Split('\n').Order());
        Assert.Contains("all of today's form", CommandLine.Run("config", "migrate", folder).Output, StringComparison.Ordinal);

        File.WriteAllText(file, "{\"version\":2}");
        Assert.Equal(78, CommandLine.Run("config", "migrate", folder).ExitCode);
    }

    [Fact]
    public void Schema_is_the_committed_one() =>
        Assert.Equal(File.ReadAllText(Path.Combine(Example, "..", "edgepose-layer.schema.json")), CommandLine.Run("config", "schema", "--layer").Output);

    private static string Unix(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd().TrimEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private void Replace(string name, string old, string now)
    {
        var path = Path.Combine(folder, name);
        var text = File.ReadAllText(path);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(old, now, StringComparison.Ordinal));
    }

    private static (int, string) Told((int ExitCode, string Output, string Error) run) => (run.ExitCode, run.Output.TrimEnd());

    private string[] Lines(string text) => text.Replace(folder + "/", "", StringComparison.Ordinal).TrimEnd().Split('\n');
}
