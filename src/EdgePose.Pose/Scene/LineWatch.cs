namespace EdgePose.Scene;

/// <summary>
/// One line: who crosses it. A person is on a side once past the band, and crosses when the other side is reached past the band on a way through the line.
/// A single frame on the other side is a flicker, unless the person is not seen again.
/// </summary>
internal sealed class LineWatch(LineOptions options, int capacity) : ISceneWatch
{
    // A person who is first seen this near to the line, as a share of the band, is on neither side.
    private const float ShareOnNeitherSide = 1f / 3;

    private readonly Passage[] passages = new Passage[capacity];

    /// <summary>The line's id.</summary>
    public string Id => options.Id;

    /// <summary>Crossings from left to right since the reset.</summary>
    public long In { get; private set; }

    /// <summary>Crossings from right to left since the reset.</summary>
    public long Out { get; private set; }

    /// <summary>Goes on from totals of before.</summary>
    public void Restore(long totalIn, long totalOut) => (In, Out) = (totalIn, totalOut);

    public void Start(Person person) => passages[person.Slot] = default;

    public void See(Person person, in Moment now, SceneEvents events)
    {
        ref var passage = ref passages[person.Slot];
        var place = person.PlaceOf(options.Place);
        var (from, to) = (End(0, now), End(1, now));
        var away = AwayFrom(from, to, place) / person.H;
        var side = away > 0 ? 1 : away < 0 ? -1 : 0;
        if (side == 0)
        {
            return; // exactly on the line: on the side of before
        }

        if (passage.RawSide != 0 && side != passage.RawSide)
        {
            var share = passage.RawAway / (passage.RawAway - away);
            var crossing = passage.Place + ((place - passage.Place) * share);
            passage.IsThrough = ShareAlong(from, to, crossing) is >= 0 and <= 1;
            passage.CrossedAt = passage.SeenAt + ((now.At - passage.SeenAt) * share);
        }

        (passage.RawSide, passage.RawAway, passage.Place, passage.SeenAt) = (side, away, place, now.At);
        var band = (float)options.BandHeights;
        if (passage.Side == 0)
        {
            passage.Side = MathF.Abs(away) >= band * ShareOnNeitherSide ? side : 0;
        }
        else if (side == passage.Side || MathF.Abs(away) < band)
        {
            passage.FramesBeyond = 0;
        }
        else if (++passage.FramesBeyond >= 2)
        {
            Settle(person, ref passage, now, events);
        }
    }

    public void Leave(Person person, EndCause cause, in Moment now, SceneEvents events)
    {
        if (passages[person.Slot].FramesBeyond > 0)
        {
            Settle(person, ref passages[person.Slot], now, events);
        }
    }

    /// <summary>Distance from the endless line, positive on its right.</summary>
    private static float AwayFrom(Spot from, Spot to, Spot place)
    {
        var (line, way) = (to - from, place - from);
        return ((line.X * way.Y) - (line.Y * way.X)) / line.Length;
    }

    private static float ShareAlong(Spot from, Spot to, Spot place)
    {
        var (line, way) = (to - from, place - from);
        return ((line.X * way.X) + (line.Y * way.Y)) / ((line.X * line.X) + (line.Y * line.Y));
    }

    private Spot End(int index, in Moment now) =>
        new((float)((options.Points[index][0] * now.WidthPx) - .5), (float)((options.Points[index][1] * now.HeightPx) - .5));

    /// <summary>The person is on the other side: counts, unless the way led round the line's end.</summary>
    private void Settle(Person person, ref Passage passage, in Moment now, SceneEvents events)
    {
        (passage.Side, passage.FramesBeyond) = (passage.RawSide, 0);
        if (!passage.IsThrough)
        {
            return;
        }

        var isIn = passage.Side > 0;
        (In, Out) = isIn ? (In + 1, Out) : (In, Out + 1);
        events.Add(new SceneEvent
        {
            Kind = SceneEventKind.LineCrossed, Subject = options.Id, Detail = isIn ? "in" : "out", Former = "", TrackId = person.Id, At = now.At, Since = passage.CrossedAt,
            TotalIn = In, TotalOut = Out,
            Evidence = Evidence.Of(new("distanceHeights", passage.RawAway), new("speedHeightsPerSecond", person.Velocity.Length / person.H)),
        });
    }

    private record struct Passage
    {
        /// <summary>The side past the band: 1 right, -1 left, 0 not yet known.</summary>
        public int Side;

        /// <summary>The side of the latest frame that was not exactly on the line.</summary>
        public int RawSide;
        public float RawAway;
        public Spot Place;
        public TimeSpan SeenAt;
        public TimeSpan CrossedAt;

        /// <summary>Whether the latest change of sides was between the line's ends.</summary>
        public bool IsThrough;
        public int FramesBeyond;
    }
}
