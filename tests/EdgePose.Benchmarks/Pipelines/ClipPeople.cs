using EdgePose.Compression.Evaluation;
using EdgePose.Daemon;
using EdgePose.Decoding;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>Whom the pipeline publishes in each frame of a clip, in source pixels and COCO-17.</summary>
internal sealed class ClipPeople(Skeleton network) : IFrameObserver
{
    private readonly PoseMapper toCoco17 = new(network, Skeletons.Coco17);
    private readonly PoseList one = new(network, 1);
    private readonly PoseList mapped = new(Skeletons.Coco17, 1);

    public string Name => "people";

    /// <summary>Everybody who was published.</summary>
    public List<Person> People { get; } = [];

    /// <summary>How many frames came.</summary>
    public int Frames { get; private set; }

    public void Observe(in FrameResult result)
    {
        if (result.Picture is null)
        {
            return;
        }

        var (moment, frame) = (result.Moment, Frames++);
        var (scaleX, scaleY) = ((double)moment.SourceWidthPx / moment.WidthPx, (double)moment.SourceHeightPx / moment.HeightPx);
        foreach (var track in result.Visible)
        {
            one.Clear();
            one.TryAdd(track.Score, out var keypoints);
            for (var k = 0; k < keypoints.Length; k++)
            {
                var keypoint = track.Keypoints[k];
                keypoints[k] = keypoint with { X = (float)(((keypoint.X + .5) * scaleX) - .5), Y = (float)(((keypoint.Y + .5) * scaleY) - .5) };
            }

            toCoco17.Map(one, mapped);
            People.Add(new(frame, track.Id, moment.CapturedMonotonic.TotalSeconds, mapped[0].Keypoints.ToArray(), track.Score));
        }
    }

    /// <summary>As COCO's results.</summary>
    public IEnumerable<CocoDetection> ToCoco() =>
        People.Select(person => CocoDetection.Of(person.Frame, new Pose(person.Keypoints, person.Score))).OfType<CocoDetection>();

    /// <summary>Somebody in one frame.</summary>
    internal sealed record Person(int Frame, long Id, double Seconds, Keypoint[] Keypoints, float Score)
    {
        public BoundingBox Box { get; } = BoundingBox.Around(Keypoints);
    }
}
