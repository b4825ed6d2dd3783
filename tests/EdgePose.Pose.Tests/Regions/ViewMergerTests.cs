using EdgePose.Regions;
using EdgePose.Tests.Tracking;
using EdgePose.Tracking;

namespace EdgePose.Tests.Regions;

public sealed class ViewMergerTests
{
    private const int WidthPx = 1280;
    private const int HeightPx = 720;

    private readonly ViewMerger merger = new(Skeletons.Coco18, new TrackerOptions());
    private readonly PoseList people = new(Skeletons.Coco18);
    private readonly View whole = View.Whole(WidthPx, HeightPx, 456, 256);

    private static Keypoint[] Person(double x, double y, float heightPx)
    {
        var keypoints = new Keypoint[18];
        new Walker(heightPx, _ => (x, y)).Draw(0, keypoints);
        return keypoints;
    }

    private static View Of(Keypoint[] person)
    {
        var box = BoundingBox.Around(person);
        return View.Around(ViewKind.Person, box.CentreXPx, box.CentreYPx, 0, 160 / (1.4 * box.HeightPx), 120, 160, box);
    }

    private void Add(View view, params (Keypoint[] Keypoints, float Score)[] found)
    {
        PoseList poses = new(Skeletons.Coco18);
        foreach (var (keypoints, score) in found)
        {
            poses.TryAdd(score, out var added);
            keypoints.CopyTo(added);
        }

        merger.Add(view, poses);
    }

    /// <summary>What of a person a view shows.</summary>
    private static Keypoint[] Inside(View view, Keypoint[] person) => [.. person.Select(keypoint =>
        view.ToView(keypoint.X, keypoint.Y) is var (x, y) && x >= 0 && y >= 0 && x < view.WidthPx && y < view.HeightPx ? keypoint : default)];

    [Fact]
    public void One_person_in_the_whole_frame_and_in_a_view_is_one_as_the_view_has_it()
    {
        var person = Person(600, 500, 200);
        var coarse = person.Select(keypoint => keypoint with { X = keypoint.X + 3 }).ToArray();
        merger.Begin(WidthPx, HeightPx);
        Add(whole, (coarse, 0.7f));
        Add(Of(person), (person, 0.6f));
        merger.Finish(people);
        Assert.Equal(1, people.Count);
        Assert.Equal(person[0].X, people[0].Keypoints[0].X);
        Assert.Equal(0.6f, people[0].Score);
    }

    [Fact]
    public void Two_who_overlap_stay_two_whichever_view_shows_both()
    {
        var (one, other) = (Person(600, 500, 200), Person(640, 505, 210));
        merger.Begin(WidthPx, HeightPx);
        Add(Of(one), (one, 0.7f), (other, 0.65f));
        Add(Of(other), (other, 0.75f), (one, 0.6f));
        merger.Finish(people);
        Assert.Equal(2, people.Count);
        Assert.Equal([one[0].X, other[0].X], new[] { people[0].Keypoints[0].X, people[1].Keypoints[0].X }.Order());
    }

    [Fact]
    public void A_neighbour_whom_a_views_border_cuts_off_starts_no_track()
    {
        var (one, other) = (Person(600, 500, 200), Person(690, 500, 200));
        var view = Of(one);
        var fragment = Inside(view, other);
        Assert.InRange(fragment.Count(keypoint => keypoint.IsPresent), 3, 12);
        merger.Begin(WidthPx, HeightPx);
        Add(view, (one, 0.7f), (fragment, 0.5f));
        merger.Finish(people);
        Assert.Equal(2, people.Count);
        Assert.InRange(people[1].Score, new TrackerOptions().LowScore, MathF.BitDecrement(new TrackerOptions().HighScore));
    }

    [Fact]
    public void A_fragment_gives_way_to_the_whole_person_of_another_view()
    {
        var (one, other) = (Person(600, 500, 200), Person(680, 500, 200));
        var view = Of(one);
        merger.Begin(WidthPx, HeightPx);
        Add(view, (one, 0.7f), (Inside(view, other), 0.9f));
        Add(Of(other), (other, 0.6f));
        merger.Finish(people);
        Assert.Equal(2, people.Count);
        Assert.Equal([0.6f, 0.7f], new[] { people[0].Score, people[1].Score }.Order());
    }

    [Fact]
    public void Who_is_cut_by_the_pictures_own_edge_is_a_person()
    {
        var person = Person(8, 500, 300);
        var view = Of(person);
        var seen = person.Select(keypoint => keypoint.X >= 0 ? keypoint : default).ToArray();
        merger.Begin(WidthPx, HeightPx);
        Add(view, (seen, 0.5f));
        merger.Finish(people);
        Assert.Equal(0.5f, people[0].Score);
    }
}
