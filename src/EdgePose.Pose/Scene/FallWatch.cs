using System.Collections.Immutable;

namespace EdgePose.Scene;

/// <summary>
/// Falls. Speed alone does not tell a fall from sitting down; the end does (Debard et al. 2017): a fast descent, then low, then still. A person who goes
/// down fast and is then not seen counts as lying: a network often finds nobody who is curled up or half out of the picture.
/// </summary>
internal sealed class FallWatch(FallOptions options, ImmutableArray<ZoneOptions> zones, int capacity) : ISceneWatch
{
    // In seconds.
    private const double DescentToLow = 0.9;
    private const double LostSoon = 1;
    private const double LostFor = 0.5;
    private const double RecoveredFor = 1;
    private const double MovingDownFor = 30;

    // The mean of most of a second is above the ground only some time after a fall has begun.
    private const double DismissedFor = 1.5;

    // A fallen person who is not flat on the ground rests at once; who goes on moving sits or kneels.
    private const double RestsSoon = 2.5;

    // Who lies down from a squat is flat on the ground later than this after the fast part.
    private const double FlatSoon = 1.2;
    private const double RestsAfterFlat = 1;
    private const float FlatShoulders = 0.25f;

    // In body heights above the ground: shoulders and hips of who is down, head of who is up again.
    private const float DownShoulders = 0.34f;
    private const float DownHips = 0.27f;

    // Who went down at a speed that nobody sits down with may be higher: against a wall, or away from the camera.
    private const float HardSpeed = 0.6f;
    private const float HardShoulders = 0.53f;
    private const float LostShoulders = 0.7f;
    private const float UpHead = 0.6f;
    private const float UpShoulders = 0.52f;
    private const float LyingDegrees = 60;
    private const float UpDegrees = 45;

    // A person who walks out of the picture is lost at its border, upright.
    private const float BorderHeights = 0.3f;
    private const float LeavingDegrees = 35;

    // How sure each reason is, 0 to 1. They order alarms; they are no probabilities.
    private const float SureOfFall = 0.9f;
    private const float SureOfLost = 0.6f;
    private const float SureOfFound = 0.5f;

    private readonly Polygon[] rests = [.. zones.Where(zone => zone.Kind is ZoneKind.Bed or ZoneKind.Sofa).Select(zone => new Polygon(zone.Points))];

    private readonly State[] states = [.. Enumerable.Range(0, capacity).Select(_ => new State())];

    /// <summary>Falls that are not over.</summary>
    public int Open { get; private set; }

    public void Start(Person person) => states[person.Slot].Reset();

    public void See(Person person, in Moment now, SceneEvents events)
    {
        var state = states[person.Slot];
        state.Descent.See(person, now.Seconds);
        state.Degrees = person.Body.TorsoDegrees;
        if (state.Phase != FallPhase.None)
        {
            if (person.Body.HasTorso)
            {
                state.Still.See(person.Body.Centre, person.H, now.Seconds);
            }

            if (IsUpAgain(person, state, now.Seconds))
            {
                Add(SceneEventKind.FallRecovered, person, state, EndCause.Ended, now, events);
                Close(person, state);
                return;
            }

            Advance(person, state, now, events);
            if (state.Phase == FallPhase.Suspected && IsDismissed(state, now.Seconds))
            {
                Add(SceneEventKind.FallEnded, person, state, EndCause.Ended, now, events);
                Close(person, state);
            }

            return;
        }

        var isDown = IsDown(person, state) && !IsResting(person, now);
        if (isDown && now.Seconds - state.Descent.FellAt <= DescentToLow)
        {
            Begin(person, state, "fall", SureOfFall, now.Seconds);
            Add(SceneEventKind.FallSuspected, person, state, EndCause.Ended, now, events);
            return;
        }

        FindLying(person, state, now, events);
    }

    public void Miss(Person person, in Moment now, SceneEvents events)
    {
        var state = states[person.Slot];
        var lost = (now.At - person.LastSeen).TotalSeconds;
        if (state.Phase != FallPhase.None)
        {
            if (lost > options.LostSeconds)
            {
                Add(SceneEventKind.FallEnded, person, state, EndCause.Lost, now, events);
                Close(person, state);
            }
            else
            {
                Advance(person, state, now, events);
            }
        }
        else if (lost >= LostFor && person.LastSeen.TotalSeconds - state.Descent.FellAt <= LostSoon && !(state.Descent.Shoulders > LostShoulders)
            && !IsResting(person, now) && !IsLeaving(person, state, now))
        {
            Begin(person, state, "lostLow", SureOfLost, person.LastSeen.TotalSeconds);
            Add(SceneEventKind.FallSuspected, person, state, EndCause.Ended, now, events);
        }
    }

    public void Leave(Person person, EndCause cause, in Moment now, SceneEvents events)
    {
        var state = states[person.Slot];
        if (state.Phase != FallPhase.None)
        {
            Add(SceneEventKind.FallEnded, person, state, cause, now, events);
            Close(person, state);
        }
    }

    private static bool IsDown(Person person, State state) =>
        state.Descent.Shoulders <= MaxShoulders(state) && (person.Body.TorsoDegrees > LyingDegrees || !(state.Descent.Hips > DownHips));

    /// <summary>Whether the last second shows a person on the ground.</summary>
    private static bool IsLow(State state) => state.Descent.Mean.Shoulders <= MaxShoulders(state);

    private static float MaxShoulders(State state) => state.Descent.Speed >= HardSpeed || state.Degrees > LyingDegrees ? HardShoulders : DownShoulders;

    private static bool IsUpAgain(Person person, State state, double seconds)
    {
        var isUp = state.Descent.Head > UpHead && state.Descent.Mean.Shoulders > UpShoulders && !(person.Body.TorsoDegrees >= UpDegrees);
        state.UpSince = isUp ? Math.Min(state.UpSince, seconds) : double.PositiveInfinity;
        return seconds - state.UpSince >= RecoveredFor;
    }

    /// <summary>Whether a suspected person turned out to be higher than the ground: who squats or kneels.</summary>
    private static bool IsDismissed(State state, double seconds)
    {
        if (state.WasHalfDown && !state.WasFlat && state.Descent.Shoulders <= FlatShoulders)
        {
            (state.WasFlat, state.WasFlatLate) = (true, seconds - state.Descent.FellAt > FlatSoon);
        }

        if (state.WasFlatLate && state.Still.Since > state.Descent.FellAt + RestsAfterFlat)
        {
            return true;
        }

        state.HighSince = IsLow(state) ? double.PositiveInfinity : Math.Min(state.HighSince, seconds);
        return seconds - state.HighSince >= DismissedFor || (state.WasHalfDown && state.Descent.Mean.Shoulders > DownShoulders && state.Still.Since - state.DownSince > RestsSoon);
    }

    /// <summary>Whether a person who is not seen any more walked out of the picture.</summary>
    private static bool IsLeaving(Person person, State state, in Moment now)
    {
        var (box, border) = (person.Body.Box, BorderHeights * person.H);
        var isAtBorder = box.XPx < border || box.YPx + box.HeightPx > now.HeightPx - border || box.XPx + box.WidthPx > now.WidthPx - border;
        return isAtBorder && !(state.Degrees > LeavingDegrees);
    }

    private bool IsResting(Person person, in Moment now)
    {
        foreach (var area in rests)
        {
            area.Fit(now.WidthPx, now.HeightPx);
            if (area.Depth(person.Body.HipsOrMiddle()) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A person who was never seen upright, and lies.</summary>
    private void FindLying(Person person, State state, in Moment now, SceneEvents events)
    {
        var isFound = IsLow(state) && state.Descent.Mean.Degrees > LyingDegrees && double.IsNegativeInfinity(state.Descent.UprightAt) && !IsResting(person, now);
        state.FoundSince = isFound ? Math.Min(state.FoundSince, now.Seconds) : double.PositiveInfinity;
        if (now.Seconds - state.FoundSince >= options.FoundLyingSeconds)
        {
            Begin(person, state, "foundLying", SureOfFound, state.FoundSince);
            state.Phase = FallPhase.Confirmed;
            Add(SceneEventKind.FallConfirmed, person, state, EndCause.Ended, now, events);
        }
    }

    private void Begin(Person person, State state, string reason, float confidence, double downSince)
    {
        (state.Phase, state.Reason, state.Confidence, state.DownSince, state.LongLies) = (FallPhase.Suspected, reason, confidence, downSince, 0);
        state.Still = Stillness.At(person.Body.Centre, downSince);
        (state.UpSince, state.LowSince, state.HighSince) = (double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity);
        (state.WasFlat, state.WasFlatLate) = (false, false);
        state.WasHalfDown = state.Descent.Shoulders > DownShoulders && !(state.Degrees > LyingDegrees);
        person.IsPinned = true;
        Open++;
    }

    private void Close(Person person, State state)
    {
        (state.Phase, state.FoundSince) = (FallPhase.None, double.PositiveInfinity);
        state.Descent.Forget();
        person.IsPinned = false;
        Open--;
    }

    /// <summary>What time makes of an open fall.</summary>
    private void Advance(Person person, State state, in Moment now, SceneEvents events)
    {
        var down = now.Seconds - state.DownSince;
        if (!person.IsSeen || IsLow(state))
        {
            state.LowSince = Math.Min(state.LowSince, now.Seconds);
        }
        else
        {
            state.LowSince = double.PositiveInfinity;
        }

        var still = now.Seconds - Math.Max(state.Still.Since, state.LowSince);
        if (state.Phase == FallPhase.Suspected && (still >= options.ConfirmSeconds || now.Seconds - state.LowSince >= MovingDownFor))
        {
            state.Phase = FallPhase.Confirmed;
            Add(SceneEventKind.FallConfirmed, person, state, EndCause.Ended, now, events);
        }
        else if (state.Phase == FallPhase.Confirmed && down >= options.LongLieSeconds * (state.LongLies + 1))
        {
            state.LongLies++;
            Add(SceneEventKind.FallLongLie, person, state, EndCause.Ended, now, events);
        }
    }

    private static void Add(SceneEventKind kind, Person person, State state, EndCause cause, in Moment now, SceneEvents events)
    {
        var descent = state.Descent;
        events.Add(new SceneEvent
        {
            Kind = kind, Subject = "", TrackId = person.Id, At = now.At, Since = TimeSpan.FromSeconds(state.DownSince), Cause = cause, Detail = state.Reason, Former = "",
            Evidence = Evidence.Of(
                new("confidence", state.Confidence), new("descentHeightsPerSecond", descent.Speed > 0 ? descent.Speed : float.NaN),
                new("dropHeights", descent.Drop > 0 ? descent.Drop : float.NaN), new("torsoDegrees", state.Degrees), new("shoulderHeights", descent.Shoulders),
                new("downSeconds", (float)(now.Seconds - state.DownSince))),
        });
    }

    private sealed class State
    {
        public Descent Descent { get; } = new();

        public FallPhase Phase { get; set; }

        public string Reason { get; set; } = "";

        public float Confidence { get; set; }

        public float Degrees { get; set; }

        public double DownSince { get; set; }

        public double UpSince { get; set; }

        public double FoundSince { get; set; }

        public double LowSince { get; set; }

        public double HighSince { get; set; }

        public int LongLies { get; set; }

        public bool WasHalfDown { get; set; }

        public bool WasFlat { get; set; }

        public bool WasFlatLate { get; set; }

        public Stillness Still;

        public void Reset()
        {
            Descent.Reset();
            (Phase, FoundSince, UpSince, Degrees) = (FallPhase.None, double.PositiveInfinity, double.PositiveInfinity, float.NaN);
        }
    }
}
