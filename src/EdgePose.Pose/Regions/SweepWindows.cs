namespace EdgePose.Regions;

/// <summary>
/// Windows that cover the frame at a finer scale than the whole, searched one after another: who is small and does not move is found by nothing else.
/// A window in which nothing has moved since it was searched would show the same again.
/// </summary>
internal sealed class SweepWindows
{
    // Chosen by hand: people of 40 px in a picture of 1280 px are 36 px in such a window.
    private const double FinestZoom = 2.5;

    // A window of less zoom shows little more than the whole.
    private const double LeastZoom = 1.6;

    // Windows overlap by a quarter: who is cut by one is whole in the next.
    private const double Step = 0.75;

    private const int MostASide = 4;

    // Unexplained cells in a window that make it worth a search.
    private const int MinCells = 2;

    private readonly int[] changed = new int[MostASide * MostASide];
    private int side;
    private double share;
    private int next;
    private int searched;

    /// <summary>Whether the camera has just begun, and some window was never searched.</summary>
    public bool IsFirst => searched < side * side;

    /// <summary>Whether some window is to be searched.</summary>
    public bool IsDue
    {
        get
        {
            foreach (var cells in changed.AsSpan(0, side * side))
            {
                if (cells >= MinCells)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Begins again: every window is to be searched.</summary>
    /// <param name="wholeScale">View pixels a source pixel of the whole frame's view.</param>
    public void Reset(double wholeScale)
    {
        // No finer than the source.
        var zoom = Math.Min(FinestZoom, 1 / wholeScale);
        share = 1 / zoom;
        side = zoom < LeastZoom ? 0 : Math.Min(MostASide, (int)Math.Ceiling((1 - share) / (share * Step)) + 1);
        changed.AsSpan().Fill(MinCells);
        (next, searched) = (0, 0);
    }

    /// <summary>Notes where something moves that no person explains.</summary>
    public void Mark(ReadOnlySpan<bool> cells)
    {
        for (var window = 0; window < side * side; window++)
        {
            var (x, y) = Corner(window);
            for (var row = (int)(y * MotionMap.Rows); row < (int)((y + share) * MotionMap.Rows) && changed[window] < MinCells; row++)
            {
                foreach (var moves in cells.Slice((row * MotionMap.Columns) + (int)(x * MotionMap.Columns), (int)(share * MotionMap.Columns)))
                {
                    changed[window] += moves ? 1 : 0;
                }
            }
        }
    }

    /// <summary>The next window, which counts as searched from now on. Only when one is due.</summary>
    /// <param name="frameWidthPx">Width of the frame.</param>
    /// <param name="frameHeightPx">Height of the frame.</param>
    /// <param name="widthPx">Width of the whole frame's view, which is this one's too.</param>
    /// <param name="heightPx">Its height.</param>
    public View Next(int frameWidthPx, int frameHeightPx, int widthPx, int heightPx)
    {
        while (changed[next] < MinCells)
        {
            next = (next + 1) % (side * side);
        }

        changed[next] = 0;
        searched++;
        var (x, y) = Corner(next);
        next = (next + 1) % (side * side);
        var (width, height) = (share * frameWidthPx, share * frameHeightPx);
        return View.Around(
            ViewKind.Search, (x * frameWidthPx) + ((width - 1) / 2), (y * frameHeightPx) + ((height - 1) / 2), 0, Math.Min(widthPx / width, heightPx / height), widthPx, heightPx);
    }

    /// <summary>Left and top of a window, as shares of the frame.</summary>
    private (double X, double Y) Corner(int window)
    {
        var step = side > 1 ? (1 - share) / (side - 1) : 0;
        return (window % side * step, window / side * step);
    }
}
