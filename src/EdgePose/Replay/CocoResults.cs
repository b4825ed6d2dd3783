using System.Text.Json;
using EdgePose.Cli.Terminal;
using EdgePose.Cameras.Frames;
using EdgePose.Daemon;
using EdgePose.Daemon.Events;
using EdgePose.Tracking;

namespace EdgePose.Cli.Replay;

/// <summary>
/// The people of each frame in COCO's keypoint result format, as pycocotools' loadRes takes it: an array of image_id, category_id, keypoints, score and our track_id. OUT.images.json has
/// the document of the pictures, which loadRes wants first.
/// </summary>
/// <remarks>
/// Positions are pixels of the source. A keypoint that was not found stands at the mean of the others with a confidence of 0: COCO's evaluation takes a person's size
/// from all 17, and zeros would spoil it. There is no bbox: loadRes would then take the area from it and pass over the keypoints' own.
/// </remarks>
internal sealed class CocoResults : IReplayOutput
{
    private const int PersonCategory = 1;

    private readonly Clip clip;
    private readonly OutputSkeleton skeleton;
    private readonly JsonArrayFile people;
    private readonly JsonArrayFile images;

    /// <summary>Makes both files.</summary>
    /// <exception cref="CommandFault">One cannot be written.</exception>
    public CocoResults(string path, Clip clip, Skeleton network)
    {
        this.clip = clip;
        skeleton = new OutputSkeleton(network, Skeletons.Coco17);
        people = new JsonArrayFile(path, "[", "]");
        images = new JsonArrayFile(Path.ChangeExtension(path, ".images.json"), $"{{\"categories\":[{Category()}],\"annotations\":[],\"images\":[", "]}");
    }

    public string Name => "coco";

    public void Observe(in FrameResult result)
    {
        if (result.Picture is null)
        {
            return;
        }

        var moment = result.Moment;
        var imageId = clip.ImageId(moment);
        images.Add(json => WriteImage(json, imageId, clip.FileName(moment), moment));
        foreach (var track in result.Visible)
        {
            people.Add(json => WritePerson(json, imageId, track, (double)moment.SourceWidthPx / moment.WidthPx, (double)moment.SourceHeightPx / moment.HeightPx));
        }
    }

    public void Complete()
    {
        people.Complete();
        images.Complete();
    }

    public void Dispose()
    {
        people.Dispose();
        images.Dispose();
    }

    private static void WriteImage(Utf8JsonWriter json, long id, string fileName, in FrameMoment frame)
    {
        json.WriteStartObject();
        json.WriteNumber("id"u8, id);
        json.WriteString("file_name"u8, fileName);
        json.WriteNumber("width"u8, frame.SourceWidthPx);
        json.WriteNumber("height"u8, frame.SourceHeightPx);
        json.WriteNumber("seconds"u8, Math.Round(frame.CapturedMonotonic.TotalSeconds, 3));
        json.WriteEndObject();
    }

    private void WritePerson(Utf8JsonWriter json, long imageId, Track track, double scaleX, double scaleY)
    {
        var (meanX, meanY) = Mean(track);
        json.WriteStartObject();
        json.WriteNumber("image_id"u8, imageId);
        json.WriteNumber("category_id"u8, PersonCategory);
        json.WriteStartArray("keypoints"u8);
        foreach (var index in skeleton.From)
        {
            var keypoint = track.Keypoints[index];
            // Pixel centres lie on whole numbers in both pictures.
            json.WriteNumberValue(Math.Round((((keypoint.IsPresent ? keypoint.X : meanX) + .5) * scaleX) - .5, 2));
            json.WriteNumberValue(Math.Round((((keypoint.IsPresent ? keypoint.Y : meanY) + .5) * scaleY) - .5, 2));
            json.WriteNumberValue(keypoint.IsPresent ? Math.Round(Math.Min(keypoint.Confidence, 1.0), 3) : 0);
        }

        json.WriteEndArray();
        json.WriteNumber("score"u8, Math.Round(track.Score, 4));
        json.WriteNumber("track_id"u8, track.Id);
        json.WriteEndObject();
    }

    private static (double X, double Y) Mean(Track track)
    {
        var (x, y, present) = (0.0, 0.0, 0);
        foreach (var keypoint in track.Keypoints)
        {
            if (keypoint.IsPresent)
            {
                (x, y, present) = (x + keypoint.X, y + keypoint.Y, present + 1);
            }
        }

        return present == 0 ? (0, 0) : (x / present, y / present);
    }

    private string Category()
    {
        var names = string.Join(',', skeleton.Skeleton.KeypointNames.Select(name => $"\"{name}\""));
        var limbs = string.Join(',', skeleton.Skeleton.Limbs.Select(limb => $"[{limb.From + 1},{limb.To + 1}]"));
        return $"{{\"id\":{PersonCategory},\"name\":\"person\",\"keypoints\":[{names}],\"skeleton\":[{limbs}]}}";
    }
}
