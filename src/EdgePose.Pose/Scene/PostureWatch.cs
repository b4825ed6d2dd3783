namespace EdgePose.Scene;

/// <summary>Each person's posture, from the torso's angle and the hips' height.</summary>
internal sealed class PostureWatch(bool reports, int capacity) : ISceneWatch
{
    // Degrees of the torso from upright.
    private const float MinBentDegrees = 30;
    private const float MinLyingDegrees = 60;
    private const float MaxSittingDegrees = 45;
    private const float HysteresisDegrees = 5;

    // In body heights: hips above the feet of who sits; head above the feet of who lies towards the camera or away from it.
    private const float MaxSittingHips = 0.35f;
    private const float MaxLyingHead = 0.4f;
    private const float MinSittingThighDegrees = 45;
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(0.5);

    private static readonly string[] Names = ["unknown", "upright", "bent", "sitting", "lying"];

    private readonly (Posture Next, TimeSpan Since, TimeSpan Began)[] changes = new (Posture, TimeSpan, TimeSpan)[capacity];

    public void Start(Person person) => changes[person.Slot] = (Posture.Unknown, person.FirstSeen, person.FirstSeen);

    public void See(Person person, in Moment now, SceneEvents events)
    {
        ref var change = ref changes[person.Slot];
        var posture = Of(person);
        if (posture != change.Next)
        {
            (change.Next, change.Since) = (posture, now.At);
        }

        if (change.Next == person.Posture || now.At - change.Since < Hold)
        {
            return;
        }

        if (reports)
        {
            events.Add(new SceneEvent
            {
                Kind = SceneEventKind.PostureChanged, Subject = "", TrackId = person.Id, At = now.At, Since = change.Since, Detail = Names[(int)posture], Former = Names[(int)person.Posture],
                Evidence = Evidence.Of(
                    new("torsoDegrees", person.Body.TorsoDegrees), new("hipHeights", (person.Feet.Y - person.Body.Hips.Y) / person.H), new("thighDegrees", person.Body.ThighDegrees),
                    new("formerSeconds", (float)(change.Since - change.Began).TotalSeconds)),
            });
        }

        (person.Posture, change.Began) = (posture, change.Since);
    }

    public void Leave(Person person, EndCause cause, in Moment now, SceneEvents events)
    {
        if (reports && person.Posture != Posture.Unknown)
        {
            var began = changes[person.Slot].Began;
            events.Add(new SceneEvent
            {
                Kind = SceneEventKind.PostureChanged, Subject = "", TrackId = person.Id, At = now.At, Since = person.LastSeen, Cause = cause,
                Detail = Names[0], Former = Names[(int)person.Posture], Evidence = Evidence.Of(new Reading("formerSeconds", (float)(person.LastSeen - began).TotalSeconds)),
            });
        }
    }

    private static Posture Of(Person person)
    {
        var (body, degrees) = (person.Body, person.Body.TorsoDegrees);
        if (float.IsNaN(degrees))
        {
            return Posture.Unknown;
        }

        var isLow = body.Ankles.IsKnown && body.Head.IsKnown && body.Ankles.Y - body.Head.Y < MaxLyingHead * person.H;
        if (isLow || degrees > MinLyingDegrees - Slack(Posture.Lying))
        {
            return Posture.Lying;
        }

        var isFolded = person.Feet.Y - body.Hips.Y < MaxSittingHips * person.H || body.ThighDegrees > MinSittingThighDegrees - Slack(Posture.Sitting);
        if (isFolded && degrees < MaxSittingDegrees + Slack(Posture.Sitting))
        {
            return Posture.Sitting;
        }

        return degrees > MinBentDegrees + (person.Posture == Posture.Upright ? HysteresisDegrees : 0) - Slack(Posture.Bent) ? Posture.Bent : Posture.Upright;

        float Slack(Posture posture) => person.Posture == posture ? HysteresisDegrees : 0;
    }
}
