namespace EdgePose.Delivery.Spool;

/// <summary>What became of a position: it was given and is not in the log, its event waits, or it was delivered or dropped.</summary>
internal enum SpoolSlot : byte { Missing, Waiting, Gone }

/// <summary>One file of the log, and in memory one byte for each of its positions.</summary>
internal sealed class SpoolSegment(int number, string path, long first)
{
    private readonly List<SpoolSlot> slots = [];

    public int Number => number;
    public string Path => path;
    public long First => first;
    public long Last => first + slots.Count - 1; // one less than the first when it has none
    public int Waiting { get; private set; } // events that wait
    public long Length { get; set; } // bytes written
    public bool IsDamaged { get; set; } // whether a part of it could not be read

    /// <summary>When its first and its newest event were stored; null when it has none.</summary>
    public (DateTimeOffset First, DateTimeOffset Newest)? Stored { get; private set; }

    public bool IsWaiting(long position) => position >= first && position <= Last && slots[(int)(position - first)] == SpoolSlot.Waiting;

    /// <summary>Positions up to this one were given, and became that.</summary>
    public void ExtendTo(long position, SpoolSlot state)
    {
        for (var count = position - Last; count > 0; count--)
        {
            slots.Add(state);
        }
    }

    /// <summary>Adds an event. Positions between the last one and this are missing.</summary>
    public void Add(long position, DateTimeOffset storedAt)
    {
        ExtendTo(position - 1, SpoolSlot.Missing);
        slots.Add(SpoolSlot.Waiting);
        Waiting++;
        Stored = (Stored?.First ?? storedAt, storedAt);
    }

    /// <summary>No position of a range waits any more.</summary>
    public void Forget(long from, long to)
    {
        for (var position = Math.Max(from, first); position <= Math.Min(to, Last); position++)
        {
            Waiting -= IsWaiting(position) ? 1 : 0;
            slots[(int)(position - first)] = SpoolSlot.Gone;
        }
    }

    /// <summary>The positions in a state that lie between two others.</summary>
    public IEnumerable<long> All(SpoolSlot state, long after = long.MinValue, long before = long.MaxValue)
    {
        for (var position = after < first ? first : after + 1; position < before && position <= Last; position++)
        {
            if (slots[(int)(position - first)] == state)
            {
                yield return position;
            }
        }
    }
}
