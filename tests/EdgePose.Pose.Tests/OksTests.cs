namespace EdgePose.Tests;

public class OksTests
{
    [Fact]
    public void A_pose_is_like_itself_and_less_like_a_shifted_one()
    {
        var pose = Enumerable.Range(0, 18).Select(k => new Keypoint(k, 2 * k, 1)).ToArray();
        Assert.Equal(1, Oks.Between(Skeletons.Coco18, pose, pose, 100));
        Assert.Equal(0, Oks.Between(Skeletons.Coco18, pose, new Keypoint[18], 100));

        // Only the nose in common, one unit away: exp(-1 / (2 * 100 * .052^2)).
        var nose = new Keypoint[18];
        nose[0] = new(1, 0, 1);
        Assert.Equal(0.1574f, Oks.Between(Skeletons.Coco18, pose, nose, 100), 0.001f);
    }
}
