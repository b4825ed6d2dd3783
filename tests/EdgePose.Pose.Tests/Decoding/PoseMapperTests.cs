namespace EdgePose.Decoding.Tests;

public class PoseMapperTests
{
    [Fact]
    public void Coco_18_becomes_coco_17_name_by_name()
    {
        var (from, to) = (new PoseList(Skeletons.Coco18), new PoseList(Skeletons.Coco17));
        Assert.True(from.TryAdd(0.7f, out var keypoints));
        for (var k = 0; k < keypoints.Length; k++)
        {
            keypoints[k] = new(k, -k, 0.5f);
        }

        new PoseMapper(Skeletons.Coco18, Skeletons.Coco17).Map(from, to);

        // COCO's order in COCO-18's indices: nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles, left before right.
        int[] expected = [0, 15, 14, 17, 16, 5, 2, 6, 3, 7, 4, 11, 8, 12, 9, 13, 10];
        Assert.Equal(1, to.Count);
        Assert.Equal(0.7f, to[0].Score);
        Assert.Equal(expected.Select(k => new Keypoint(k, -k, 0.5f)), to[0].Keypoints.ToArray());
    }

    [Fact]
    public void Back_again_only_the_neck_is_missing()
    {
        var (from, to) = (new PoseList(Skeletons.Coco17), new PoseList(Skeletons.Coco18));
        Assert.True(from.TryAdd(1, out var keypoints));
        keypoints.Fill(new(1, 2, 1));
        new PoseMapper(Skeletons.Coco17, Skeletons.Coco18).Map(from, to);
        Assert.Equal([1], Enumerable.Range(0, 18).Where(k => !to[0].Keypoints[k].IsPresent));
    }

    [Fact]
    public void A_list_of_another_skeleton_is_refused() =>
        Assert.Throws<ArgumentException>(() => new PoseMapper(Skeletons.Coco18, Skeletons.Coco17).Map(new(Skeletons.Coco18), new(Skeletons.Coco18)));
}
