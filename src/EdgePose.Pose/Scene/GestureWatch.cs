namespace EdgePose.Scene;

/// <summary>Each person's gestures: a condition of the arms that holds for its time. Left and right of pointing are those of the picture.</summary>
internal sealed class GestureWatch(int capacity) : ISceneWatch
{
    private static readonly TimeSpan EndHold = TimeSpan.FromSeconds(0.5);

    private static readonly (string Name, double HoldSeconds)[] Gestures =
        [("handRaised", 0.5), ("bothHandsRaised", 0.5), ("waving", 0), ("pointingLeft", 0.7), ("pointingRight", 0.7)];

    private readonly Arms[] arms = [.. Enumerable.Range(0, capacity).Select(_ => new Arms())];
    private readonly State[] states = new State[capacity * Gestures.Length];

    public void Start(Person person)
    {
        arms[person.Slot].Reset();
        states.AsSpan(person.Slot * Gestures.Length, Gestures.Length).Clear();
    }

    public void See(Person person, in Moment now, SceneEvents events)
    {
        var arm = arms[person.Slot];
        arm.See(person.Body, person.H, now.Seconds);
        Follow(person, 0, arm.LeftIsRaised || arm.RightIsRaised, now, events);
        Follow(person, 1, arm.LeftIsRaised && arm.RightIsRaised, now, events);
        Follow(person, 2, arm.Waves, now, events);
        Follow(person, 3, arm.PointsLeft, now, events);
        Follow(person, 4, arm.PointsRight, now, events);
    }

    public void Leave(Person person, EndCause cause, in Moment now, SceneEvents events)
    {
        for (var gesture = 0; gesture < Gestures.Length; gesture++)
        {
            ref var state = ref states[(person.Slot * Gestures.Length) + gesture];
            if (state.IsOn)
            {
                Add(SceneEventKind.GestureEnded, person, gesture, person.LastSeen, cause, now, events);
            }

            state = default;
        }
    }

    private void Follow(Person person, int gesture, bool isTrue, in Moment now, SceneEvents events)
    {
        ref var state = ref states[(person.Slot * Gestures.Length) + gesture];
        if (isTrue == state.IsOn)
        {
            state.ChangesSince = null;
            return;
        }

        var since = state.ChangesSince ??= now.At;
        if (now.At - since >= (state.IsOn ? EndHold : TimeSpan.FromSeconds(Gestures[gesture].HoldSeconds)))
        {
            state = new State { IsOn = isTrue };
            Add(isTrue ? SceneEventKind.GestureStarted : SceneEventKind.GestureEnded, person, gesture, since, EndCause.Ended, now, events);
        }
    }

    private void Add(SceneEventKind kind, Person person, int gesture, TimeSpan since, EndCause cause, in Moment now, SceneEvents events)
    {
        var arm = arms[person.Slot];
        events.Add(new SceneEvent
        {
            Kind = kind, Subject = Gestures[gesture].Name, Detail = "", Former = "", TrackId = person.Id, At = now.At, Since = since, Cause = cause,
            Evidence = Evidence.Of(new("leftWristHeights", arm.LeftWrist), new("rightWristHeights", arm.RightWrist), new("changesOfDirection", arm.Changes)),
        });
    }

    private record struct State
    {
        public bool IsOn;
        public TimeSpan? ChangesSince;
    }
}
