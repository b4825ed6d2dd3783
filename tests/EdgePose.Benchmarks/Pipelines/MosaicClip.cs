using System.Text.Json.Nodes;
using OpenCvSharp;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>
/// A hall of 1280x720 made of the lobby: six copies of the rendered clip, smaller and at other times, on grey. Its people are 30 to 120 px tall, and their keypoints are exact.
/// </summary>
internal static class MosaicClip
{
    private const int WidthPx = 1280;
    private const int HeightPx = 720;
    private const int Grey = 96;

    // Left, top, scale, and the frame that each copy begins with.
    private static readonly (int X, int Y, double Scale, int Begins)[] Tiles =
        [(40, 60, .5, 0), (480, 40, .35, 110), (820, 60, .35, 220), (100, 420, .45, 165), (600, 400, .4, 60), (980, 460, .35, 275)];

    /// <summary>Makes the clip and its truth beside it.</summary>
    /// <param name="lobby">The rendered clip, with its truth beside it.</param>
    /// <param name="path">Where the clip goes: an .avi.</param>
    public static void Make(string lobby, string path)
    {
        List<Mat> frames = [];
        using var capture = new VideoCapture(lobby);
        for (var frame = new Mat(); capture.Read(frame); frame = new Mat())
        {
            frames.Add(frame);
        }

        using var writer = new VideoWriter(path, VideoCaptureAPIs.FFMPEG, FourCC.FromString("MJPG"), capture.Fps, new Size(WidthPx, HeightPx));
        for (var i = 0; i < frames.Count; i++)
        {
            using var canvas = new Mat(HeightPx, WidthPx, MatType.CV_8UC3, Scalar.All(Grey));
            foreach (var tile in Tiles)
            {
                using var small = frames[(i + tile.Begins) % frames.Count].Resize(default, tile.Scale, tile.Scale, InterpolationFlags.Area);
                small.CopyTo(canvas[new Rect(tile.X, tile.Y, small.Width, small.Height)]);
            }

            writer.Write(canvas);
        }

        File.WriteAllText(Path.ChangeExtension(path, ".json"), Truth(JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(lobby, ".json")))!, frames.Count).ToJsonString());
        frames.ForEach(frame => frame.Dispose());
    }

    private static JsonObject Truth(JsonNode lobby, int frames)
    {
        var annotations = new JsonArray();
        foreach (var (tile, number) in Tiles.Select((tile, number) => (tile, number)))
        {
            foreach (var person in lobby["annotations"]!.AsArray())
            {
                var copy = person!.DeepClone();
                var image = ((int)copy["image_id"]! - tile.Begins + frames) % frames;
                (copy["image_id"], copy["id"], copy["track_id"]) = (image, annotations.Count + 1, (100 * number) + (int)copy["track_id"]!);
                copy["area"] = (double)copy["area"]! * tile.Scale * tile.Scale;
                double Moved(JsonNode value, int by) => by + ((double)value * tile.Scale);
                copy["keypoints"] = new JsonArray([.. copy["keypoints"]!.AsArray().Select((value, i) => i % 3 == 2 ? value!.DeepClone() : JsonValue.Create(Moved(value!, i % 3 == 0 ? tile.X : tile.Y)))]);
                copy["bbox"] = new JsonArray([.. copy["bbox"]!.AsArray().Select((value, i) => JsonValue.Create(Moved(value!, i == 0 ? tile.X : i == 1 ? tile.Y : 0)))]);
                annotations.Add(copy);
            }
        }

        return new JsonObject { ["images"] = lobby["images"]!.DeepClone(), ["categories"] = lobby["categories"]!.DeepClone(), ["annotations"] = annotations };
    }
}
