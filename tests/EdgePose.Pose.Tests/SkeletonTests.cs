namespace EdgePose.Tests;

public sealed class SkeletonTests
{
    public static TheoryData<string> All => [.. Skeletons.All.Select(skeleton => skeleton.Id)];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_table_of_a_skeleton_has_one_entry_a_keypoint(string id)
    {
        var skeleton = Skeletons.Find(id)!;
        Assert.Equal(skeleton.KeypointCount, skeleton.Mirror.Length);
        Assert.Equal(skeleton.KeypointCount, skeleton.OksSigmas.Length);
        Assert.Equal(skeleton.KeypointCount, skeleton.KeypointNames.Distinct().Count());
        Assert.All(skeleton.Limbs, limb => Assert.InRange(Math.Max(limb.From, limb.To), 0, skeleton.KeypointCount - 1));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Mirroring_swaps_left_and_right_and_twice_is_the_same_keypoint(string id)
    {
        var skeleton = Skeletons.Find(id)!;
        for (var i = 0; i < skeleton.KeypointCount; i++)
        {
            Assert.Equal(i, skeleton.Mirror[skeleton.Mirror[i]]);
            var name = skeleton.KeypointNames[i];
            var other = name.StartsWith("left_", StringComparison.Ordinal) ? "right_" + name[5..]
                : name.StartsWith("right_", StringComparison.Ordinal) ? "left_" + name[6..] : name;
            Assert.Equal(other, skeleton.KeypointNames[skeleton.Mirror[i]]);
        }
    }

    /// <summary>The table of COCO-18 to COCO-17 that the literature gives: nose 0, eyes 15 14, ears 17 16, shoulders 5 2, ... ankles 13 10 (left, right).</summary>
    [Fact]
    public void Coco_18_maps_to_coco_17_by_name()
    {
        Assert.Equal([0, 15, 14, 17, 16, 5, 2, 6, 3, 7, 4, 11, 8, 12, 9, 13, 10], Skeletons.Coco18.MappingTo(Skeletons.Coco17));
    }

    [Fact]
    public void A_full_list_refuses_one_more_pose_and_stays_as_it_is()
    {
        var poses = new PoseList(Skeletons.Coco17, capacity: 1);
        Assert.True(poses.TryAdd(.5f, out var first));
        first[0] = new Keypoint(1, 2, .9f);
        Assert.False(poses.TryAdd(.6f, out _));
        Assert.Equal(1, poses.Count);
        Assert.Equal(.5f, poses[0].Score);
        Assert.Equal(new Keypoint(1, 2, .9f), poses[0].Keypoints[0]);
    }
}
