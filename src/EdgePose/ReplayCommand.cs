using System.CommandLine;
using EdgePose.Cameras.Sources;
using EdgePose.Cli.Config;
using EdgePose.Cli.Replay;
using EdgePose.Cli.Terminal;
using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Hosting;
using EdgePose.Inference;
using EdgePose.Regions;

namespace EdgePose.Cli;

/// <summary><c>edgepose replay FILE</c>: a clip through the whole pipeline, every frame, the same result each time.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A video file, or a folder of pictures (taken in the order of their names, ten a second)." };
        var network = CommonOptions.Network();
        var (width, height) = (CommonOptions.Width(), CommonOptions.Height());
        var events = new Option<string?>("--events") { Description = "Write the events to this file, one JSON object a line. Without it they go to standard output; '-' says the same.", HelpName = "OUT.jsonl" };
        var coco = new Option<FileInfo?>("--coco")
        {
            Description = "Write the people as COCO keypoint results (COCO-17, pixels of the source), and beside it OUT.images.json, the pictures that image_id counts. A video's frames count from 1.",
            HelpName = "OUT.json",
        };
        var numbers = new Option<FileInfo?>("--coco-images") { Description = "For a folder: take image_id from this COCO document, by the pictures' file names.", HelpName = "COCO.json" };
        var draw = new Option<string?>("--draw")
        {
            Description = "Draw the skeletons: OUT.mp4, OUT.mkv or OUT.avi is a video, anything else a folder of one JPEG a frame. The clip is then decoded at its own size.",
            HelpName = "OUT",
        };
        var regions = CommonOptions.Regions();
        var config = new Option<FileInfo?>("--config", "-c") { Description = "Watch the scene of a camera of this configuration: its zones, lines, falls and gestures are among the events. Needs --camera.", HelpName = "CONFIG" };
        var camera = new Option<string?>("--camera") { Description = "The camera whose scene the clip gets.", HelpName = "CAMERA" };
        var command = new Command(
            "replay",
            """
            Run a clip through the whole pipeline as fast as the network allows: every frame, and the same output to the byte each time. What comes out is what the daemon
            would publish: tracks, smoothed, with the clip's own times from 2000-01-01 on. (To measure a network picture by picture: edgepose model eval.)

              edgepose replay clip.mp4 --draw drawn.mp4 --events events.jsonl
              edgepose replay pictures/ --coco people.json --coco-images person_keypoints.json
            """)
        {
            file, network, width, height, events, coco, numbers, draw, regions, config, camera,
        };
        command.SetAction((parsed, stop) => CommandRunner.RunAsync(
            () => ReplayRun.RunAsync(
                new ReplayOptions(
                    parsed.GetRequiredValue(file), parsed.GetRequiredValue(network).FullName, new NetworkShape(parsed.GetValue(height), parsed.GetValue(width), 1),
                    parsed.GetValue(events), parsed.GetValue(coco)?.FullName, parsed.GetValue(numbers)?.FullName, parsed.GetValue(draw),
                    CameraOf(parsed.GetValue(config), parsed.GetValue(camera)), new RegionOptions { Enabled = parsed.GetValue(regions) }),
                stop),
            ExitCodes.NoInput));
        return command;
    }

    /// <summary>The camera of a configuration; without one, a camera that watches nothing.</summary>
    private static CameraConfig CameraOf(FileInfo? config, string? id)
    {
        if (config is null)
        {
            return id is null
                ? new CameraConfig { Id = "replay", Address = "" }
                : throw new CommandFault(ExitCodes.Usage, "--camera names a camera of a configuration; name that with --config.");
        }

        var cameras = ConfigTool.Load(config.FullName, LoadOptions.OfThisMachine()).Cameras;
        var found = cameras.FirstOrDefault(camera => camera.Id == id)
            ?? throw new CommandFault(ExitCodes.Usage, $"{config} has no camera '{id}'; name one of {string.Join(", ", cameras.Select(camera => camera.Id))} with --camera.");
        return new CameraConfig { Id = found.Id, Address = "", Scene = found.Scene };
    }
}
