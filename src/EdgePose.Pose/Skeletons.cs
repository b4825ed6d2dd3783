using System.Collections.Immutable;

namespace EdgePose;

/// <summary>The skeletons that EdgePose knows.</summary>
public static class Skeletons
{
    /// <summary>
    /// OpenPose's COCO-18: COCO-17 and a neck between the shoulders, in OpenPose's order, with its 19 limbs. Channel 18 of the heatmaps is background.
    /// Source of order, limbs and channels: Cao et al. 2017, "Realtime Multi-Person 2D Pose Estimation using Part Affinity Fields".
    /// </summary>
    public static Skeleton Coco18 { get; } = new()
    {
        Id = "coco-18",
        KeypointNames =
        [
            "nose", "neck", "right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "left_elbow", "left_wrist", "right_hip",
            "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle", "right_eye", "left_eye", "right_ear", "left_ear",
        ],
        Limbs = LimbsInOrder(
            (1, 8), (8, 9), (9, 10), (1, 11), (11, 12), (12, 13), (1, 2), (2, 3), (3, 4), (2, 16), (1, 5), (5, 6), (6, 7), (5, 17),
            (1, 0), (0, 14), (0, 15), (14, 16), (15, 17)),
        Mirror = [0, 1, 5, 6, 7, 2, 3, 4, 11, 12, 13, 8, 9, 10, 15, 14, 17, 16],
        OksSigmas =
        [
            .026f, float.NaN, .079f, .072f, .062f, .079f, .072f, .062f, .107f, .087f, .089f, .107f, .087f, .089f, .025f, .025f, .035f, .035f,
        ],
    };

    /// <summary>COCO's own 17 keypoints. Source of names and sigmas: the COCO keypoint task (cocodataset.org). It has no PAFs: the limbs are lines to draw.</summary>
    public static Skeleton Coco17 { get; } = new()
    {
        Id = "coco-17",
        KeypointNames =
        [
            "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow",
            "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
        ],
        Limbs =
        [
            .. new (int From, int To)[]
            {
                (15, 13), (13, 11), (16, 14), (14, 12), (11, 12), (5, 11), (6, 12), (5, 6), (5, 7), (6, 8), (7, 9), (8, 10), (1, 2), (0, 1),
                (0, 2), (1, 3), (2, 4), (3, 5), (4, 6),
            }.Select(limb => new Limb(limb.From, limb.To, -1, -1)),
        ],
        Mirror = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15],
        OksSigmas = [.026f, .025f, .025f, .035f, .035f, .079f, .079f, .072f, .072f, .062f, .062f, .107f, .107f, .087f, .087f, .089f, .089f],
    };

    /// <summary>Every known skeleton.</summary>
    public static ImmutableArray<Skeleton> All { get; } = [Coco18, Coco17];

    /// <summary>The skeleton called <paramref name="id"/>, or null.</summary>
    public static Skeleton? Find(string id) => All.FirstOrDefault(skeleton => skeleton.Id == id);

    /// <summary>PAF channels 2i and 2i+1 are the x and y components of limb i.</summary>
    private static ImmutableArray<Limb> LimbsInOrder(params (int From, int To)[] pairs) =>
        [.. pairs.Select((pair, i) => new Limb(pair.From, pair.To, 2 * i, (2 * i) + 1))];
}
