using EdgePose.Tracking;

namespace EdgePose.Scene;

/// <summary>
/// What happens in front of one camera. It gets the people of each frame and tells what is new. Time is the frames' own, so a recording gives the same
/// events as the live camera. Not thread-safe. A frame allocates nothing.
/// </summary>
/// <remarks>A frame is <see cref="Begin"/>, <see cref="See"/> for each person, and <see cref="Finish"/>; <see cref="Observe"/> does all three.</remarks>
public sealed class CameraScene
{
    /// <summary>The most people in one scene, hidden ones included: twice the tracker's most.</summary>
    private const int Capacity = 256;

    private readonly People people;
    private readonly ZoneWatch[] zones;
    private readonly LineWatch[] lines;
    private readonly FallWatch? falls;
    private readonly ISceneWatch[] watches;
    private readonly SceneEvents events = new();
    private Moment now;

    /// <summary>Makes a scene without people.</summary>
    /// <param name="skeleton">What the keypoints mean.</param>
    /// <param name="options">What is watched; valid.</param>
    public CameraScene(Skeleton skeleton, SceneOptions options)
    {
        ArgumentNullException.ThrowIfNull(skeleton);
        ArgumentNullException.ThrowIfNull(options);
        people = new People(skeleton, Capacity, TimeSpan.FromSeconds(options.HoldSeconds));
        zones = [.. options.Zones.Select(zone => new ZoneWatch(zone, Capacity))];
        lines = [.. options.Lines.Select(line => new LineWatch(line, Capacity))];
        falls = options.Falls.Enabled ? new FallWatch(options.Falls, options.Zones, Capacity) : null;
        watches =
        [
            new PostureWatch(options.Postures, Capacity), .. zones, .. lines, .. falls is null ? Array.Empty<ISceneWatch>() : [falls],
            .. options.Gestures ? [new GestureWatch(Capacity)] : Array.Empty<ISceneWatch>(),
        ];
    }

    /// <summary>What happened in the latest frame or at the end, valid until the next one.</summary>
    public ReadOnlySpan<SceneEvent> Events => events.Items;

    /// <summary>The zones with the number of people in each, hidden ones included.</summary>
    public IEnumerable<(string Id, int People)> Zones => zones.Select(zone => (zone.Id, zone.People));

    /// <summary>The lines with their totals since the reset.</summary>
    public IEnumerable<(string Id, long In, long Out)> Lines => lines.Select(line => (line.Id, line.In, line.Out));

    /// <summary>How many falls are open: suspected, or confirmed and not over.</summary>
    public int OpenFalls => falls?.Open ?? 0;

    /// <summary>Takes in the people of a frame.</summary>
    /// <param name="visible">People seen in this frame, keypoints in the pixels of the picture.</param>
    /// <param name="at">Capture time on the camera's clock.</param>
    /// <param name="widthPx">Width of the picture.</param>
    /// <param name="heightPx">Height of the picture.</param>
    public void Observe(ReadOnlySpan<Track> visible, TimeSpan at, int widthPx, int heightPx)
    {
        Begin(at, widthPx, heightPx);
        foreach (var track in visible)
        {
            See(track.Id, track.Keypoints);
        }

        Finish();
    }

    /// <summary>Begins a frame. A time before the latest frame's is taken as that one's.</summary>
    public void Begin(TimeSpan at, int widthPx, int heightPx)
    {
        events.Clear();
        now = new Moment(at > now.At ? at : now.At, widthPx, heightPx);
        people.Begin();
    }

    /// <summary>Adds a person to the frame.</summary>
    /// <param name="trackId">The person's track.</param>
    /// <param name="keypoints">Keypoints in the pixels of the picture, as many as the skeleton has.</param>
    public void See(long trackId, ReadOnlySpan<Keypoint> keypoints) => people.See(trackId, keypoints, now.At);

    /// <summary>Ends the frame: <see cref="Events"/> tells what is new.</summary>
    public void Finish()
    {
        people.Mend(now, events);
        foreach (var person in people.New)
        {
            foreach (var watch in watches)
            {
                watch.Start(person);
            }
        }

        foreach (var person in people.Active)
        {
            foreach (var watch in watches)
            {
                if (person.IsSeen)
                {
                    watch.See(person, now, events);
                }
                else
                {
                    watch.Miss(person, now, events);
                }
            }
        }

        for (var i = people.Active.Length - 1; i >= 0; i--)
        {
            if (people.IsGone(people.Active[i], now.At))
            {
                Leave(i, EndCause.Lost);
            }
        }

        foreach (var watch in watches)
        {
            watch.EndFrame(now, events);
        }
    }

    /// <summary>Closes every open state: the camera, the configuration or the daemon ends. The next frame's time may be any.</summary>
    public void End(EndCause cause)
    {
        events.Clear();
        while (people.Active.Length > 0)
        {
            Leave(people.Active.Length - 1, cause);
        }

        foreach (var watch in watches)
        {
            watch.End(cause, now, events);
        }

        now = default;
    }

    /// <summary>Lets a line go on from totals of before.</summary>
    /// <returns>False when there is no such line.</returns>
    public bool Restore(string line, long totalIn, long totalOut)
    {
        var known = Array.Find(lines, each => each.Id == line);
        known?.Restore(totalIn, totalOut);
        return known is not null;
    }

    private void Leave(int index, EndCause cause)
    {
        foreach (var watch in watches)
        {
            watch.Leave(people.Active[index], cause, now, events);
        }

        people.Remove(index);
    }
}
