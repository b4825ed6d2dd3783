using System.Collections.Immutable;
using System.ComponentModel;

namespace EdgePose;

/// <summary>What the keypoints of a pose mean: names, limbs, mirror pairs and OKS sigmas. Skeletons are data; the known ones are in <see cref="Skeletons"/>.</summary>
[TypeConverter(typeof(SkeletonConverter))]
public sealed class Skeleton
{
    /// <summary>The name by which manifests, configuration and events call it, for example <c>coco-18</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Names of the keypoints, in order. Left and right are the person's own.</summary>
    public required ImmutableArray<string> KeypointNames { get; init; }

    /// <summary>Limbs, in the order of the PAF channels; for a skeleton without PAFs, the lines to draw (channels -1).</summary>
    public required ImmutableArray<Limb> Limbs { get; init; }

    /// <summary>For each keypoint the one on the other side of the body (itself for the nose and the neck).</summary>
    public required ImmutableArray<int> Mirror { get; init; }

    /// <summary>Sigma of each keypoint for object keypoint similarity (OKS); NaN where COCO defines none (the neck).</summary>
    public required ImmutableArray<float> OksSigmas { get; init; }

    /// <summary>How many keypoints it has.</summary>
    public int KeypointCount => KeypointNames.Length;

    /// <summary>Index of the keypoint called <paramref name="name"/>, or -1.</summary>
    public int IndexOf(string name) => KeypointNames.IndexOf(name);

    /// <summary>For each keypoint of <paramref name="target"/> the index of the one of the same name here, or -1 where this skeleton has none.</summary>
    public ImmutableArray<int> MappingTo(Skeleton target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return [.. target.KeypointNames.Select(IndexOf)];
    }
}
