namespace EdgePose.Delivery.Spool;

/// <summary>Events dropped since the start, by cause.</summary>
/// <param name="Full">See <see cref="DropCause.Full"/>.</param>
/// <param name="Aged">See <see cref="DropCause.Aged"/>.</param>
/// <param name="DiskFull">See <see cref="DropCause.DiskFull"/>.</param>
/// <param name="DiskSlow">See <see cref="DropCause.DiskSlow"/>.</param>
/// <param name="Corrupt">See <see cref="DropCause.Corrupt"/>.</param>
/// <param name="Refused">See <see cref="DropCause.Refused"/>.</param>
public readonly record struct DropCounts(long Full, long Aged, long DiskFull, long DiskSlow, long Corrupt, long Refused)
{
    /// <summary>All of them.</summary>
    public long Total => Full + Aged + DiskFull + DiskSlow + Corrupt + Refused;

    /// <summary>These and <paramref name="count"/> more.</summary>
    public DropCounts With(DropCause cause, long count) => cause switch
    {
        DropCause.Full => this with { Full = Full + count },
        DropCause.Aged => this with { Aged = Aged + count },
        DropCause.DiskFull => this with { DiskFull = DiskFull + count },
        DropCause.DiskSlow => this with { DiskSlow = DiskSlow + count },
        DropCause.Corrupt => this with { Corrupt = Corrupt + count },
        DropCause.Refused => this with { Refused = Refused + count },
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, null),
    };

    /// <summary>These and <paramref name="others"/>.</summary>
    public DropCounts Plus(DropCounts others) => new(
        Full + others.Full, Aged + others.Aged, DiskFull + others.DiskFull, DiskSlow + others.DiskSlow, Corrupt + others.Corrupt, Refused + others.Refused);

    /// <summary>Of each cause the higher count.</summary>
    public DropCounts AtLeast(DropCounts others) => new(
        Math.Max(Full, others.Full), Math.Max(Aged, others.Aged), Math.Max(DiskFull, others.DiskFull), Math.Max(DiskSlow, others.DiskSlow), Math.Max(Corrupt, others.Corrupt),
        Math.Max(Refused, others.Refused));

    /// <summary>What came since <paramref name="earlier"/>.</summary>
    public DropCounts Since(DropCounts earlier) => new(
        Full - earlier.Full, Aged - earlier.Aged, DiskFull - earlier.DiskFull, DiskSlow - earlier.DiskSlow, Corrupt - earlier.Corrupt, Refused - earlier.Refused);

    /// <summary>Those that are not zero, for a line of the log: <c>full 12, aged 3</c>.</summary>
    public override string ToString()
    {
        var (full, aged, diskFull, diskSlow, corrupt, refused) = this;
        (string Name, long Count)[] parts =
            [("full", full), ("aged", aged), ("disk full", diskFull), ("disk slow", diskSlow), ("corrupt", corrupt), ("refused", refused)];
        return string.Join(", ", parts.Where(part => part.Count != 0).Select(part => $"{part.Name} {part.Count}"));
    }
}
