namespace EdgePose.Compression.Anatomy;

/// <summary>Along one direction: which input pixels a cell sees. Cell i sees pixels from <c>i * StepPx + FirstPx</c> to <c>i * StepPx + LastPx</c>, both included.</summary>
/// <param name="FirstPx">First pixel that cell 0 sees; negative where that lies in the padding.</param>
/// <param name="LastPx">Last pixel that cell 0 sees.</param>
/// <param name="StepPx">Pixels from one cell to the next: the stride so far.</param>
public readonly record struct FieldAxis(long FirstPx, long LastPx, long StepPx)
{
    /// <summary>Pixels seen.</summary>
    public long SizePx => LastPx - FirstPx + 1;

    /// <summary>What a cell sees through a window over maps of this field.</summary>
    public FieldAxis Through(Shapes.WindowAxis window) =>
        new(FirstPx - (window.PadBefore * StepPx), LastPx + ((window.Reach - 1 - window.PadBefore) * StepPx), StepPx * window.Stride);

    /// <summary>Where each cell becomes <paramref name="cells"/> that all see what it saw. First and last pixel are those of the first of them.</summary>
    public FieldAxis SharedBy(long cells) => this with { StepPx = StepPx / cells };

    /// <summary>What a cell sees that joins two maps of the same stride.</summary>
    public FieldAxis With(FieldAxis other) => new(Math.Min(FirstPx, other.FirstPx), Math.Max(LastPx, other.LastPx), StepPx);
}

/// <summary>What a cell sees, both ways. Source: the arithmetic of window, stride and padding; CPM (Wei et al. 2016) argues accuracy by it.</summary>
/// <param name="Vertical">Along the rows.</param>
/// <param name="Horizontal">Along the columns.</param>
public readonly record struct ReceptiveField(FieldAxis Vertical, FieldAxis Horizontal)
{
    /// <summary>Of the picture itself: a pixel sees itself.</summary>
    public static ReceptiveField Pixel { get; } = new(new(0, 0, 1), new(0, 0, 1));

    /// <inheritdoc/>
    public override string ToString() => Vertical.SizePx == Horizontal.SizePx ? $"{Vertical.SizePx}" : $"{Vertical.SizePx}x{Horizontal.SizePx}";
}
