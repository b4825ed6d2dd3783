namespace EdgePose.Regions;

/// <summary>
/// Where a small grey picture differs from its running average. A change of the whole picture (lightning, the infrared lamp, a moved camera) is recognised: it says nothing about places.
/// </summary>
/// <remarks>Deterministic; an update allocates nothing.</remarks>
public sealed class MotionMap
{
    /// <summary>Cells a row. A cell of a 1280 px picture is 13 px wide: the breadth of the smallest person that a view can show.</summary>
    public const int Columns = 96;

    /// <summary>Rows of cells.</summary>
    public const int Rows = 54;

    // The average follows within half a second: who stands still is at rest after a second.
    private const double AverageSeconds = 0.5;

    // In grey levels. Re-encoding after a key frame changes the mean of a cell by one to three.
    private const float MinLevels = 7;

    // Noise of a dark picture lifts the threshold with it.
    private const float NoiseFactor = 3;

    // A person who fills half of the picture is as rare as a lightning that lights less.
    private const double WholeShare = 0.5;

    private readonly float[] average = new float[Columns * Rows];
    private readonly bool[] moving = new bool[Columns * Rows];
    private TimeSpan updatedAt;
    private bool hasPicture;

    /// <summary>Whether each cell moves, row by row.</summary>
    public ReadOnlySpan<bool> Moving => moving;

    /// <summary>How many cells move.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the whole picture changed; no cell counts as moving then. True for the first picture.</summary>
    public bool IsWholeChange { get; private set; }

    /// <summary>Compares the next picture with the average, and takes it in.</summary>
    /// <param name="grey">Mean grey level of each cell, row by row.</param>
    /// <param name="at">Capture time, on a monotonic clock.</param>
    /// <exception cref="ArgumentException">The picture has another size.</exception>
    public void Update(ReadOnlySpan<byte> grey, TimeSpan at)
    {
        if (grey.Length != average.Length)
        {
            throw new ArgumentException($"The grey picture has {grey.Length} cells, but {Columns} x {Rows} are wanted.", nameof(grey));
        }

        var threshold = MathF.Max(MinLevels, NoiseFactor * MeanDifference(grey));
        Count = 0;
        for (var i = 0; i < grey.Length; i++)
        {
            moving[i] = MathF.Abs(grey[i] - average[i]) > threshold;
            Count += moving[i] ? 1 : 0;
        }

        IsWholeChange = !hasPicture || IsShift(grey);
        var share = IsWholeChange ? 1 : (float)(1 - Math.Exp(-Math.Max(0, (at - updatedAt).TotalSeconds) / AverageSeconds));
        for (var i = 0; i < grey.Length; i++)
        {
            average[i] += share * (grey[i] - average[i]);
        }

        if (IsWholeChange)
        {
            moving.AsSpan().Clear();
            Count = 0;
        }

        (updatedAt, hasPicture) = (at, true);
    }

    /// <summary>Forgets the average: the next picture is the first.</summary>
    public void Reset()
    {
        moving.AsSpan().Clear();
        (hasPicture, Count, IsWholeChange) = (false, 0, true);
    }

    private float MeanDifference(ReadOnlySpan<byte> grey)
    {
        float sum = 0;
        for (var i = 0; i < grey.Length; i++)
        {
            // One person must not raise the threshold that finds the others.
            sum += MathF.Min(MathF.Abs(grey[i] - average[i]), MinLevels);
        }

        return sum / grey.Length;
    }

    /// <summary>Whether most cells differ from the average by more than noise does: a step of the exposure is one, too.</summary>
    private bool IsShift(ReadOnlySpan<byte> grey)
    {
        var shifted = 0;
        for (var i = 0; i < grey.Length; i++)
        {
            shifted += MathF.Abs(grey[i] - average[i]) > MinLevels ? 1 : 0;
        }

        return shifted > WholeShare * grey.Length;
    }
}
