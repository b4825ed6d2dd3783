using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EdgePose.Decoding;
using EdgePose.Inference;
using OpenCvSharp;

namespace EdgePose.Benchmarks;

/// <summary>What a network and the decoder find in each frame of a clip, in the clip's pixels: the same for every tracker that is compared.</summary>
internal sealed record ClipPoses(double FramesPerSecond, IReadOnlyList<PoseList> Frames)
{
    /// <summary>Runs a network on a whole clip.</summary>
    /// <param name="manifest">The network's manifest.</param>
    /// <param name="clip">A video file.</param>
    public static ClipPoses Of(string manifest, string clip)
    {
        using var network = PoseNetwork.Open(NetworkManifest.Load(manifest), new NetworkShape(256, 456, 1), new ExecutionOptions { Providers = [ExecutionProvider.Cpu] });
        using var capture = new VideoCapture(clip);
        if (!capture.IsOpened())
        {
            throw new FileNotFoundException($"{clip} is no video that OpenCV reads.");
        }

        var preprocessor = new Preprocessor(network.Manifest.Input);
        var decoder = new PoseDecoder(network.Manifest.Skeleton, new DecoderOptions());
        List<PoseList> frames = [];
        using var picture = new Mat();
        using var pixels = new Mat();
        var bytes = Array.Empty<byte>();
        while (capture.Read(picture))
        {
            Cv2.CvtColor(picture, pixels, ColorConversionCodes.BGR2BGRA);
            Array.Resize(ref bytes, pixels.Width * pixels.Height * 4);
            System.Runtime.InteropServices.Marshal.Copy(pixels.Data, bytes, 0, bytes.Length);
            var letterbox = Letterbox.Fit(pixels.Width, pixels.Height, network.Shape.InputWidthPx, network.Shape.InputHeightPx);
            preprocessor.Prepare(bytes, pixels.Width, pixels.Height, pixels.Width * 4, PixelFormat.Bgrx, network.Input(0, 0), letterbox);
            network.Run(0, 1);
            var poses = new PoseList(network.Manifest.Skeleton);
            decoder.Decode(network.Heatmaps(0, 0), network.Pafs(0, 0), poses);
            letterbox.ToSource(poses, network.Manifest.StridePx);
            frames.Add(poses);
        }

        return new(capture.Fps, frames);
    }

    /// <summary>A manifest for the teacher network, in a folder of its own that also holds a link to it.</summary>
    public static string TeacherManifest(string folder, string network)
    {
        File.CreateSymbolicLink(Path.Combine(folder, "teacher.onnx"), network);
        var manifest = new JsonObject
        {
            ["id"] = "hpe0001",
            ["file"] = "teacher.onnx",
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(network))),
            ["licence"] = "Apache-2.0",
            ["trainingData"] = "COCO",
            ["card"] = "none.md",
            ["skeleton"] = "coco-18",
            ["stridePx"] = 8,
            ["input"] = new JsonObject { ["name"] = "data", ["layout"] = "NCHW", ["channels"] = "BGR", ["normalisation"] = "inside", ["multipleOf"] = 8 },
            ["exits"] = new JsonArray(new JsonObject { ["name"] = "refinement", ["heatmaps"] = "Mconv7_stage2_L2", ["pafs"] = "Mconv7_stage2_L1" }),
        };
        var path = Path.Combine(folder, "teacher.json");
        File.WriteAllText(path, manifest.ToJsonString());
        return path;
    }
}
