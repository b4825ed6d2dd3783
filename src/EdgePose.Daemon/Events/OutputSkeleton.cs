using System.Collections.Immutable;

namespace EdgePose.Daemon.Events;

/// <summary>The skeleton that is published, and where each of its keypoints stands in the network's.</summary>
public sealed class OutputSkeleton
{
    /// <summary>Maps <paramref name="network"/>'s skeleton to <paramref name="published"/> by the keypoints' names.</summary>
    /// <exception cref="ArgumentException">The network does not find a keypoint that is to be published.</exception>
    public OutputSkeleton(Skeleton network, Skeleton published)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(published);
        Skeleton = published;
        From = network.MappingTo(published);
        if (From.Contains(-1))
        {
            throw new ArgumentException($"The network's skeleton '{network.Id}' lacks '{published.KeypointNames[From.IndexOf(-1)]}', which '{published.Id}' has.", nameof(published));
        }
    }

    /// <summary>The published skeleton.</summary>
    public Skeleton Skeleton { get; }

    /// <summary>For each published keypoint its index in the network's skeleton.</summary>
    public ImmutableArray<int> From { get; }
}
