namespace EdgePose.Scene;

/// <summary>One zone: who is inside, for how long, and whether they are too many or too few.</summary>
internal sealed class ZoneWatch(ZoneOptions options, int capacity) : ISceneWatch
{
    // A point on the border is inside; so far off it, in pixels, rounding has put it.
    private const float OnBorderPx = 0.01f;

    private readonly Polygon polygon = new(options.Points);
    private readonly Visit[] visits = new Visit[capacity];
    private readonly TimeSpan enter = TimeSpan.FromSeconds(options.EnterSeconds);
    private readonly TimeSpan leave = TimeSpan.FromSeconds(options.LeaveSeconds);
    private Limit limit;

    /// <summary>The zone's id.</summary>
    public string Id => options.Id;

    /// <summary>How many people are inside, hidden ones included.</summary>
    public int People { get; private set; }

    /// <summary>Whether a person is inside.</summary>
    public bool Contains(Person person) => visits[person.Slot].IsInside;

    public void Start(Person person) => visits[person.Slot] = default;

    public void See(Person person, in Moment now, SceneEvents events)
    {
        polygon.Fit(now.WidthPx, now.HeightPx);
        ref var visit = ref visits[person.Slot];
        var depth = Depth(person);
        var margin = MathF.Min((float)options.MarginHeights * person.H, polygon.HalfWidthPx / 2);
        var isChanging = visit.IsInside ? depth < -margin - OnBorderPx : depth >= margin - OnBorderPx;
        if (!isChanging)
        {
            visit.ChangesSince = null;
        }
        else
        {
            var since = visit.ChangesSince ??= now.At;
            if (now.At - since >= (visit.IsInside ? leave : enter))
            {
                Change(person, ref visit, since, EndCause.Ended, depth / person.H, now, events);
            }
        }

        Dwell(person, ref visit, now, events);
    }

    public void Miss(Person person, in Moment now, SceneEvents events) => Dwell(person, ref visits[person.Slot], now, events);

    public void Leave(Person person, EndCause cause, in Moment now, SceneEvents events)
    {
        ref var visit = ref visits[person.Slot];
        if (visit.IsInside)
        {
            Change(person, ref visit, person.LastSeen, cause, float.NaN, now, events);
        }
    }

    public void EndFrame(in Moment now, SceneEvents events)
    {
        var isPast = IsTooMany || People < options.MinPeople;
        if (isPast == limit.IsPast)
        {
            limit.ChangesSince = null;
            return;
        }

        var since = limit.ChangesSince ??= now.At;
        if ((now.At - since).TotalSeconds >= options.LimitSeconds)
        {
            Pass(isPast, since, EndCause.Ended, now, events);
        }
    }

    public void End(EndCause cause, in Moment now, SceneEvents events)
    {
        if (limit.IsPast)
        {
            Pass(isPast: false, now.At, cause, now, events);
        }

        limit = default;
    }

    private bool IsTooMany => People > options.MaxPeople;

    private void Pass(bool isPast, TimeSpan since, EndCause cause, in Moment now, SceneEvents events)
    {
        limit = new Limit { IsPast = isPast };
        events.Add(new SceneEvent
        {
            Kind = isPast ? SceneEventKind.ZoneLimit : SceneEventKind.ZoneNormal, Subject = options.Id, Detail = !isPast ? "" : IsTooMany ? "tooMany" : "tooFew", Former = "",
            At = now.At, Since = since, Cause = cause, People = People,
        });
    }

    private float Depth(Person person)
    {
        if (options.Place is PersonPlace.Feet or PersonPlace.Hips)
        {
            return polygon.Depth(person.PlaceOf(options.Place));
        }

        var (least, most) = (float.PositiveInfinity, float.NegativeInfinity);
        for (var i = 0; i < person.Body.Keypoints.Length; i++)
        {
            if (person.Body.Of(i) is { IsKnown: true } spot)
            {
                var depth = polygon.Depth(spot);
                (least, most) = (MathF.Min(least, depth), MathF.Max(most, depth));
            }
        }

        return most < least ? float.NegativeInfinity : options.Place == PersonPlace.Any ? most : least;
    }

    private void Change(Person person, ref Visit visit, TimeSpan since, EndCause cause, float depth, in Moment now, SceneEvents events)
    {
        var entered = visit.IsInside ? visit.EnteredAt : since;
        visit = visit.IsInside ? default : new Visit { IsInside = true, EnteredAt = since };
        People += visit.IsInside ? 1 : -1;
        events.Add(new SceneEvent
        {
            Kind = visit.IsInside ? SceneEventKind.ZoneEntered : SceneEventKind.ZoneLeft, Subject = options.Id, Detail = "", Former = "", TrackId = person.Id,
            At = now.At, Since = since, Cause = cause, People = People,
            Evidence = Evidence.Of(new("depthHeights", depth), new("dwellSeconds", visit.IsInside ? float.NaN : (float)(since - entered).TotalSeconds)),
        });
    }

    private void Dwell(Person person, ref Visit visit, in Moment now, SceneEvents events)
    {
        if (!visit.IsInside || options.DwellSeconds.IsDefaultOrEmpty)
        {
            return;
        }

        var stay = (now.At - visit.EnteredAt).TotalSeconds;
        while (Threshold(visit.Dwells) is { } threshold && stay >= threshold)
        {
            visit.Dwells++;
            events.Add(new SceneEvent
            {
                Kind = SceneEventKind.ZoneDwell, Subject = options.Id, Detail = "", Former = "", TrackId = person.Id, At = now.At, Since = visit.EnteredAt, People = People,
                Evidence = Evidence.Of(new("dwellSeconds", (float)stay), new("thresholdSeconds", (float)threshold)),
            });
        }
    }

    /// <summary>The length of stay that is reported after a number of others; null when there is none.</summary>
    private double? Threshold(int after)
    {
        var beyond = after - options.DwellSeconds.Length;
        return beyond < 0 ? options.DwellSeconds[after] : options.DwellRepeatSeconds > 0 ? options.DwellSeconds[^1] + ((beyond + 1) * options.DwellRepeatSeconds) : null;
    }

    private record struct Visit
    {
        public bool IsInside;
        public TimeSpan? ChangesSince;
        public TimeSpan EnteredAt;
        public int Dwells;
    }

    private record struct Limit
    {
        public bool IsPast;
        public TimeSpan? ChangesSince;
    }
}
