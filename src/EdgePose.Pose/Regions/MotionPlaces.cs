namespace EdgePose.Regions;

/// <summary>
/// Places where something moves that no person explains. A place where a search found nobody rests, twice as long each time: leaves and screens move all day.
/// </summary>
internal sealed class MotionPlaces
{
    /// <summary>The most places of a frame.</summary>
    public const int Most = 4;

    // Cells: one alone is noise.
    private const int MinCells = 2;

    private const float FirstRestSeconds = 0.4f;
    private const float LongestRestSeconds = 8;

    private readonly bool[] open = new bool[MotionMap.Columns * MotionMap.Rows];
    private readonly float[] rests = new float[MotionMap.Columns * MotionMap.Rows];
    private readonly TimeSpan[] restsUntil = new TimeSpan[MotionMap.Columns * MotionMap.Rows];
    private readonly int[] members = new int[MotionMap.Columns * MotionMap.Rows];
    private readonly BoundingBox[] found = new BoundingBox[Most];
    private int count;

    /// <summary>The places of the latest frame in cells, the largest first.</summary>
    public ReadOnlySpan<BoundingBox> Found => found.AsSpan(0, count);

    /// <summary>Cells that move and that no person explains, places at rest included.</summary>
    public ReadOnlySpan<bool> Open => open;

    /// <summary>Begins a frame: everything that moves is open.</summary>
    public void Begin(ReadOnlySpan<bool> moving)
    {
        moving.CopyTo(open);
        count = 0;
    }

    /// <summary>A person explains what moves in a box of cells, and whoever moves there later is worth a look at once.</summary>
    public void Explain(BoundingBox cells)
    {
        var (left, top, right, bottom) = Clip(cells);
        for (var row = top; row < bottom; row++)
        {
            open.AsSpan((row * MotionMap.Columns) + left, right - left).Clear();
            rests.AsSpan((row * MotionMap.Columns) + left, right - left).Clear();
            restsUntil.AsSpan((row * MotionMap.Columns) + left, right - left).Fill(TimeSpan.MinValue);
        }
    }

    /// <summary>Finds the places, and lets each rest from now on.</summary>
    public void Find(TimeSpan now)
    {
        for (var cell = 0; cell < open.Length; cell++)
        {
            if (open[cell])
            {
                Gather(cell, now);
            }
        }
    }

    /// <summary>Forgets every rest.</summary>
    public void Reset()
    {
        rests.AsSpan().Clear();
        restsUntil.AsSpan().Fill(TimeSpan.MinValue);
        count = 0;
    }

    /// <summary>Whether any cell in a box moves.</summary>
    public static bool Moves(ReadOnlySpan<bool> moving, BoundingBox cells)
    {
        var (left, top, right, bottom) = Clip(cells);
        for (var row = top; row < bottom; row++)
        {
            if (moving.Slice((row * MotionMap.Columns) + left, right - left).Contains(true))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The cells that a box touches; empty for one outside.</summary>
    private static (int Left, int Top, int Right, int Bottom) Clip(BoundingBox cells)
    {
        var left = (int)Math.Clamp(MathF.Floor(cells.XPx), 0, MotionMap.Columns);
        var top = (int)Math.Clamp(MathF.Floor(cells.YPx), 0, MotionMap.Rows);
        var right = (int)Math.Clamp(MathF.Ceiling(cells.XPx + cells.WidthPx), left, MotionMap.Columns);
        var bottom = (int)Math.Clamp(MathF.Ceiling(cells.YPx + cells.HeightPx), top, MotionMap.Rows);
        return (left, top, right, bottom);
    }

    /// <summary>Gathers the cells that hang together with one, over gaps of one cell; they are closed, so that each is gathered once.</summary>
    private void Gather(int first, TimeSpan now)
    {
        var (filled, resting) = (1, 0);
        int left = MotionMap.Columns, top = MotionMap.Rows, right = 0, bottom = 0;
        members[0] = first;
        open[first] = false;
        for (var next = 0; next < filled; next++)
        {
            var (row, column) = Math.DivRem(members[next], MotionMap.Columns);
            (left, right, top, bottom) = (Math.Min(left, column), Math.Max(right, column), Math.Min(top, row), Math.Max(bottom, row));
            resting += now < restsUntil[members[next]] ? 1 : 0;
            for (var r = Math.Max(row - 2, 0); r <= Math.Min(row + 2, MotionMap.Rows - 1); r++)
            {
                for (var c = Math.Max(column - 2, 0); c <= Math.Min(column + 2, MotionMap.Columns - 1); c++)
                {
                    if (open[(r * MotionMap.Columns) + c])
                    {
                        open[(r * MotionMap.Columns) + c] = false;
                        members[filled++] = (r * MotionMap.Columns) + c;
                    }
                }
            }
        }

        if (filled < MinCells || resting * 2 > filled)
        {
            return;
        }

        for (var i = 0; i < filled; i++)
        {
            ref var rest = ref rests[members[i]];
            rest = rest == 0 ? FirstRestSeconds : MathF.Min(2 * rest, LongestRestSeconds);
            restsUntil[members[i]] = now + TimeSpan.FromSeconds(rest);
        }

        Keep(new(left, top, right - left + 1, bottom - top + 1));
    }

    private void Keep(BoundingBox place)
    {
        if (count == Most && found[Most - 1].Area >= place.Area)
        {
            return;
        }

        var at = count < Most ? count++ : Most - 1;
        for (; at > 0 && found[at - 1].Area < place.Area; at--)
        {
            found[at] = found[at - 1];
        }

        found[at] = place;
    }
}
