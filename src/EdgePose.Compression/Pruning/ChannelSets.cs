namespace EdgePose.Compression.Pruning;

/// <summary>
/// Channels that must stay or go together: union-find over the channels of all tensors, with path halving (Tarjan and van Leeuwen 1984). A set that holds one
/// channel that must stay, stays.
/// </summary>
internal sealed class ChannelSets
{
    private readonly List<int> parents = [];
    private readonly List<bool> fixedSets = [];

    /// <summary>Number of channels added.</summary>
    public int Count => parents.Count;

    /// <summary>New channels, each in a set of its own.</summary>
    public int[] Add(int count)
    {
        int first = parents.Count;
        parents.AddRange(Enumerable.Range(first, count));
        fixedSets.AddRange(Enumerable.Repeat(false, count));
        return [.. Enumerable.Range(first, count)];
    }

    /// <summary>The set of a channel: the number of one of its members.</summary>
    public int Find(int channel)
    {
        while (parents[channel] != channel)
        {
            channel = parents[channel] = parents[parents[channel]];
        }

        return channel;
    }

    /// <summary>Two channels stay or go together.</summary>
    public void Tie(int one, int other)
    {
        (one, other) = (Find(one), Find(other));
        parents[other] = one;
        fixedSets[one] |= fixedSets[other];
    }

    /// <summary>Channel for channel.</summary>
    public void Tie(int[] one, int[] other)
    {
        for (int i = 0; i < one.Length; i++)
        {
            Tie(one[i], other[i]);
        }
    }

    /// <summary>These channels stay.</summary>
    public void Fix(int[] channels)
    {
        foreach (int channel in channels)
        {
            fixedSets[Find(channel)] = true;
        }
    }

    /// <summary>Whether a channel must stay.</summary>
    public bool IsFixed(int channel) => fixedSets[Find(channel)];
}
