using System.Collections.Immutable;

namespace EdgePose.Decoding;

/// <summary>Poses of one skeleton as those of another, keypoint by keypoint of the same name: COCO-18 to COCO-17 drops the neck and takes COCO's order.</summary>
public sealed class PoseMapper
{
    private readonly Skeleton source;
    private readonly Skeleton target;
    private readonly ImmutableArray<int> sources;

    /// <summary>Makes a mapper.</summary>
    /// <param name="source">The skeleton of the poses that come in.</param>
    /// <param name="target">The skeleton of those that go out; keypoints that <paramref name="source"/> lacks are absent in them.</param>
    public PoseMapper(Skeleton source, Skeleton target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        this.source = source;
        this.target = target;
        sources = source.MappingTo(target);
    }

    /// <summary>Maps every pose, in order; scores stay. Allocates nothing.</summary>
    /// <param name="from">Poses of the source skeleton.</param>
    /// <param name="to">Cleared, then filled; poses beyond its capacity are left out.</param>
    /// <exception cref="ArgumentException">A list has another skeleton than the mapper's.</exception>
    public void Map(PoseList from, PoseList to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        if (from.Skeleton != source || to.Skeleton != target)
        {
            throw new ArgumentException($"This maps {source.Id} to {target.Id}, but the lists hold {from.Skeleton.Id} and {to.Skeleton.Id}.");
        }

        to.Clear();
        for (var i = 0; i < from.Count && to.TryAdd(from[i].Score, out var mapped); i++)
        {
            var keypoints = from[i].Keypoints;
            for (var k = 0; k < mapped.Length; k++)
            {
                mapped[k] = sources[k] >= 0 ? keypoints[sources[k]] : default;
            }
        }
    }
}
