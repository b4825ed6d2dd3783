using EdgePose.Tracking;

namespace EdgePose.Scene;

/// <summary>
/// Who is in the scene. A person who is not seen is kept for the hold time. A new track that begins where somebody was lost goes on as that person:
/// a network loses people, and the tracker then gives another id.
/// </summary>
internal sealed class People
{
    // How far from the expected place a person may come back, in body heights: at once, and more for each second out of sight.
    private const float ReturnDistance = 0.5f;
    private const float ReturnDistancePerSecond = 1;
    private const float MaxReturnDistance = 2.5f;

    // A person who walked and is lost for longer is elsewhere. In seconds, and body heights a second.
    private const double MaxWalkingGapSeconds = 4;
    private const float WalkingSpeed = 0.3f;
    private const float MaxSizeRatio = 1.7f;

    private readonly Person[] all;
    private readonly Person[] active;
    private readonly Stack<Person> free;
    private readonly Dictionary<long, Person> byId;
    private readonly TimeSpan hold;
    private int count;
    private int known;

    /// <param name="skeleton">What the keypoints mean.</param>
    /// <param name="capacity">The most people, hidden ones included.</param>
    /// <param name="hold">How long a person who is not seen is kept.</param>
    public People(Skeleton skeleton, int capacity, TimeSpan hold)
    {
        var proportions = new BodySize(skeleton);
        all = [.. Enumerable.Range(0, capacity).Select(slot => new Person(slot, skeleton, proportions))];
        active = new Person[capacity];
        free = new Stack<Person>(all.Reverse());
        byId = new Dictionary<long, Person>(capacity);
        this.hold = hold;
    }

    /// <summary>Everybody in the scene, in the order of coming.</summary>
    public ReadOnlySpan<Person> Active => active.AsSpan(0, count);

    /// <summary>Those whom nobody knew before this frame; they are the last of <see cref="Active"/>.</summary>
    public ReadOnlySpan<Person> New => active.AsSpan(known, count - known);

    /// <summary>Begins a frame.</summary>
    public void Begin()
    {
        known = count;
        foreach (var person in Active)
        {
            person.IsSeen = false;
        }
    }

    /// <summary>Takes in one person of the frame. More people than there is room for are left out.</summary>
    public void See(long id, ReadOnlySpan<Keypoint> keypoints, TimeSpan at)
    {
        if (!byId.TryGetValue(id, out var person))
        {
            if (!free.TryPop(out person))
            {
                return;
            }

            person.Begin(id, at);
            byId[id] = person;
            active[count++] = person;
        }

        person.See(keypoints, at);
    }

    /// <summary>Lets new tracks go on as people who were lost at that place, and reports each.</summary>
    public void Mend(in Moment now, SceneEvents events)
    {
        for (var i = known; i < count;)
        {
            var newcomer = active[i];
            if (Lost(newcomer, now) is { } person)
            {
                byId.Remove(person.Id);
                byId[newcomer.Id] = person;
                events.Add(new SceneEvent
                {
                    Kind = SceneEventKind.Renamed, Subject = "", Detail = "", Former = "", TrackId = newcomer.Id, FormerTrackId = person.Id, At = now.At, Since = person.LastSeen,
                    Evidence = Evidence.Of(new Reading("distanceHeights", newcomer.Body.Centre.DistanceTo(person.Body.Centre) / person.H)),
                });
                person.Id = newcomer.Id;
                person.See(newcomer.Body.Keypoints, now.At);
                free.Push(newcomer);
                active[i] = active[--count];
            }
            else
            {
                i++;
            }
        }
    }

    /// <summary>Whether a person is out of sight for too long to be kept.</summary>
    public bool IsGone(Person person, TimeSpan at) => !person.IsSeen && !person.IsPinned && at - person.LastSeen > hold;

    /// <summary>Forgets a person, the index of whom is in <see cref="Active"/>. The others keep their order.</summary>
    public void Remove(int index)
    {
        var person = active[index];
        byId.Remove(person.Id);
        free.Push(person);
        Array.Copy(active, index + 1, active, index, --count - index);
    }

    /// <summary>The nearest person who was lost where a newcomer begins; null when there is none.</summary>
    private Person? Lost(Person newcomer, in Moment now)
    {
        Person? nearest = null;
        var least = float.PositiveInfinity;
        foreach (var person in active.AsSpan(0, known))
        {
            var distance = person.IsSeen ? float.PositiveInfinity : DistanceBack(person, newcomer, now);
            if (distance < least)
            {
                (nearest, least) = (person, distance);
            }
        }

        return nearest;
    }

    /// <summary>How far from the expected place a newcomer begins, as a share of what is allowed; infinite when it is somebody else.</summary>
    private static float DistanceBack(Person person, Person newcomer, in Moment now)
    {
        var seconds = (now.At - person.LastSeen).TotalSeconds;
        var walks = person.Velocity.Length > WalkingSpeed * person.H && !person.IsPinned;
        var ratio = newcomer.H / person.H;
        if ((walks && seconds > MaxWalkingGapSeconds) || ratio is > MaxSizeRatio or < 1 / MaxSizeRatio)
        {
            return float.PositiveInfinity;
        }

        var expected = person.Body.Centre + (walks ? person.Velocity * (float)seconds : new Spot(0, 0));
        var allowed = MathF.Min(ReturnDistance + (ReturnDistancePerSecond * (float)seconds), MaxReturnDistance) * person.H;
        var distance = newcomer.Body.Centre.DistanceTo(expected) / allowed;
        return distance <= 1 ? distance : float.PositiveInfinity;
    }
}
