using System.Text.Json;
using EdgePose.Compression.Evaluation;
using OpenCvSharp;

namespace EdgePose.Cli.Tests.Replay;

public sealed class ReplayTests : IDisposable
{
    private const int Pictures = 8;

    private readonly ScratchFolder scratch = new();

    [Fact]
    public async Task Two_replays_of_a_folder_are_equal_to_the_byte_and_number_its_pictures()
    {
        var folder = FolderOfPictures(broken: 2);
        foreach (var run in (string[])["a", "b"])
        {
            var (code, _, error) = await ShippedProgram.RunAsync("replay", folder, "--events", scratch.File($"{run}.jsonl"), "--coco", scratch.File($"{run}.json"));
            Assert.True(code == 0, error);
        }

        foreach (var ending in (string[])[".jsonl", ".json", ".images.json"])
        {
            Assert.Equal(await File.ReadAllBytesAsync(scratch.File("a" + ending), Stop), await File.ReadAllBytesAsync(scratch.File("b" + ending), Stop));
        }

        var images = CocoDataset.Load(scratch.File("a.images.json")).Images;
        Assert.Equal(["0.png", "1.png", "3.png", "4.png", "5.png", "6.png", "7.png"], images.Select(image => image.FileName));
        Assert.Equal([1, 2, 4, 5, 6, 7, 8], images.Select(image => image.Id));
        Assert.All(images, image => Assert.Equal((640, 360), (image.Width, image.Height)));
        var people = CocoDetection.Load(scratch.File("a.json"));
        Assert.NotEmpty(people);
        Assert.All(people, person => Assert.Equal(51, person.Keypoints.Count));
        Assert.All(people, person => Assert.Contains(person.ImageId, images.Select(image => image.Id)));
        // Somebody in the lobby stands in the right half: positions are pixels of the source, not of the network's 456.
        Assert.Contains(people, person => person.Keypoints.Where((_, i) => i % 3 == 0).Max() > 456);
    }

    [Fact]
    public async Task Image_ids_come_from_the_folders_own_coco_document_and_a_missing_picture_is_named()
    {
        var folder = FolderOfPictures();
        var document = scratch.File("images.json");
        var names = Enumerable.Range(0, Pictures).Select(i => new { id = 1000 + (7 * i), file_name = $"{i}.png", width = 640, height = 360 }).ToArray();
        await File.WriteAllTextAsync(document, JsonSerializer.Serialize(new { images = names, annotations = Array.Empty<int>() }), Stop);
        var (code, _, error) = await ShippedProgram.RunAsync("replay", folder, "--events", scratch.File("events"), "--coco", scratch.File("out.json"), "--coco-images", document);
        Assert.True(code == 0, error);
        Assert.Equal(names.Select(name => (long)name.id), CocoDataset.Load(scratch.File("out.images.json")).Images.Select(image => image.Id));

        await File.WriteAllTextAsync(document, JsonSerializer.Serialize(new { images = names[1..], annotations = Array.Empty<int>() }), Stop);
        (code, _, error) = await ShippedProgram.RunAsync("replay", folder, "--coco", scratch.File("out.json"), "--coco-images", document);
        Assert.Equal(65, code);
        Assert.Contains("no image 0.png", OneLine(error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_scene_of_a_camera_is_watched_and_two_replays_tell_the_same_to_the_byte()
    {
        var (folder, config) = (FolderOfPictures(), ConfigurationOf("lobby"));
        foreach (var run in (string[])["a", "b"])
        {
            var (code, _, error) = await ShippedProgram.RunAsync("replay", folder, "--config", config, "--camera", "lobby", "--events", scratch.File($"{run}.jsonl"));
            Assert.True(code == 0, error);
        }

        var lines = await File.ReadAllLinesAsync(scratch.File("a.jsonl"), Stop);
        Assert.Equal(lines, await File.ReadAllLinesAsync(scratch.File("b.jsonl"), Stop));
        var kinds = lines.Where(line => line.StartsWith("{\"topic\":\"event\"", StringComparison.Ordinal)).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("payload").GetProperty("kind").GetString()).ToList();
        Assert.Contains("zoneEntered", kinds);
        Assert.Equal(kinds.Count(kind => kind == "zoneEntered"), kinds.Count(kind => kind == "zoneLeft"));
    }

    [Theory]
    [InlineData("drawn.mp4")]
    [InlineData("drawn.mkv")]
    [InlineData("drawn.avi")]
    public async Task A_drawn_video_has_every_frame_and_differs_from_the_clip(string name)
    {
        var folder = FolderOfPictures();
        var (code, _, error) = await ShippedProgram.RunAsync("replay", folder, "--events", scratch.File("events"), "--draw", scratch.File(name));
        Assert.True(code == 0, error);
        using var capture = new VideoCapture(scratch.File(name));
        using var frame = new Mat();
        var frames = 0;
        while (capture.Read(frame) && !frame.Empty())
        {
            Assert.Equal(new Size(640, 360), frame.Size());
            frames++;
            if (frames == Pictures)
            {
                using var clip = Cv2.ImRead(Path.Combine(folder, $"{Pictures - 1}.png"));
                using var difference = new Mat();
                Cv2.Absdiff(clip, frame, difference);
                using var strong = difference.Reshape(1).Threshold(90, 255, ThresholdTypes.Binary);
                Assert.InRange(Cv2.CountNonZero(strong), 500, 100_000); // skeletons, not another picture
            }
        }

        Assert.Equal(Pictures, frames);
        Assert.Empty(Directory.GetFiles(scratch.Path, "*.partial*"));
    }

    [Fact]
    public async Task Drawn_pictures_are_called_by_the_frames_number()
    {
        var (code, _, error) = await ShippedProgram.RunAsync("replay", FolderOfPictures(), "--events", scratch.File("events"), "--draw", scratch.File("drawn"));
        Assert.True(code == 0, error);
        Assert.Equal(Enumerable.Range(0, Pictures).Select(i => $"{i:000000}.jpg"), Directory.GetFiles(scratch.File("drawn")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task What_cannot_be_replayed_or_written_is_one_line_and_an_exit_code()
    {
        var text = scratch.File("text.mp4");
        await File.WriteAllTextAsync(text, "not a video at all\n", Stop);
        var empty = Directory.CreateDirectory(scratch.File("empty")).FullName;
        var nowhere = scratch.File("no/such/folder/out.json");
        var pictures = FolderOfPictures();
        foreach (var (code, says, arguments) in new (int, string, string[])[]
        {
            (66, "no such file", ["replay", scratch.File("none.mp4")]),
            (65, "no video", ["replay", text]),
            (66, "no picture", ["replay", empty]),
            (64, "is a camera", ["replay", "rtsp://192.0.2.1/x"]),
            (64, "--config", ["replay", pictures, "--camera", "hall"]),
            (64, "no camera 'hall'", ["replay", pictures, "--camera", "hall", "--config", ConfigurationOf("lobby")]),
            (64, "--coco-images", ["replay", text, "--coco-images", text]),
            (66, "cannot be read", ["replay", pictures, "--coco-images", nowhere]),
            (66, "manifest cannot be read", ["replay", pictures, "--network", nowhere]),
            (73, "cannot be written", ["replay", pictures, "--events", nowhere]),
            (73, "cannot be written", ["replay", pictures, "--events", scratch.File("e"), "--coco", nowhere]),
            (73, "cannot be written", ["replay", pictures, "--events", scratch.File("e"), "--draw", scratch.File("no/such.mp4")]),
            (73, "cannot be written", ["replay", pictures, "--events", scratch.File("e"), "--draw", text + "/folder"]),
        })
        {
            var (exit, _, error) = await ShippedProgram.RunAsync(arguments);
            Assert.Contains(says, OneLine(error), StringComparison.Ordinal);
            Assert.True(exit == code, $"{string.Join(' ', arguments)}: exit code {exit}, expected {code}");
        }

        Assert.Empty(Directory.GetFiles(scratch.Path, "*.partial*"));
    }

    [Fact]
    public async Task Pictures_of_two_sizes_are_no_video_and_nothing_half_written_is_left()
    {
        var folder = FolderOfPictures();
        using (var small = new Mat(100, 200, MatType.CV_8UC3, Scalar.Gray))
        {
            small.ImWrite(Path.Combine(folder, "9.png"));
        }

        var (code, _, error) = await ShippedProgram.RunAsync("replay", folder, "--events", scratch.File("events"), "--draw", scratch.File("out.mp4"), "--coco", scratch.File("out.json"));
        Assert.Equal(65, code);
        Assert.Contains("differ in size", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(scratch.Path, "out.*"));
    }

    public void Dispose() => scratch.Dispose();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string OneLine(string error)
    {
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return error;
    }

    /// <summary>A configuration whose camera watches the whole picture as a zone.</summary>
    private string ConfigurationOf(string camera)
    {
        var path = scratch.File($"{camera}.config.json");
        var zone = new { id = "all", place = "any", enterSeconds = 0, points = new double[][] { [0, 0], [1, 0], [1, 1], [0, 1] } };
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            network = new { manifest = Repository.File("models", "edgepose-l.json") },
            cameras = new[] { new { id = camera, address = "rtsp://192.0.2.1/x", scene = new { zones = new[] { zone } } } },
        }));
        return path;
    }

    /// <summary>The first frames of the bundled clip; one of them may be no picture.</summary>
    private string FolderOfPictures(int broken = -1)
    {
        var folder = Directory.CreateDirectory(scratch.File($"pictures-{Guid.NewGuid():N}")).FullName;
        using var capture = new VideoCapture(Repository.File("scenes", "lobby.mp4"));
        using var frame = new Mat();
        for (var i = 0; i < Pictures; i++)
        {
            Assert.True(capture.Read(frame));
            frame.ImWrite(Path.Combine(folder, $"{i}.png"));
            if (i == broken)
            {
                File.WriteAllText(Path.Combine(folder, $"{i}.png"), "no picture");
            }
        }

        return folder;
    }
}
