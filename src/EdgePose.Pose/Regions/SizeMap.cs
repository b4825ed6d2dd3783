namespace EdgePose.Regions;

/// <summary>How tall people are at each place of a camera's picture, learnt from its tracks.</summary>
internal sealed class SizeMap
{
    private const int Columns = 12;
    private const int Rows = 8;

    // A place follows a changed camera within some tens of people's frames.
    private const float Share = 0.05f;

    private readonly float[] heights = new float[Columns * Rows];

    /// <summary>Takes in a person.</summary>
    /// <param name="x">Place of the body's middle, as a share of the picture's width.</param>
    /// <param name="y">Place of the body's middle, as a share of the picture's height.</param>
    /// <param name="heightPx">Standing height.</param>
    public void Learn(double x, double y, float heightPx)
    {
        if (x is >= 0 and < 1 && y is >= 0 and < 1)
        {
            ref var cell = ref heights[((int)(y * Rows) * Columns) + (int)(x * Columns)];
            cell = cell == 0 ? heightPx : cell + (Share * (heightPx - cell));
        }
    }

    /// <summary>Height that is expected at a place, from the nearest known one of about the same row; 0 where nothing is known near.</summary>
    public float At(double x, double y)
    {
        const int furthest = 2;
        var (column, row) = ((int)(Math.Clamp(x, 0, 0.999) * Columns), (int)(Math.Clamp(y, 0, 0.999) * Rows));
        var (best, nearest) = (0f, int.MaxValue);
        for (var r = 0; r < Rows; r++)
        {
            for (var c = 0; c < Columns; c++)
            {
                // Size changes with the row first.
                var far = Math.Abs(c - column) + (Columns * Math.Abs(r - row));
                if (heights[(r * Columns) + c] > 0 && far < nearest && Math.Abs(r - row) < furthest)
                {
                    (best, nearest) = (heights[(r * Columns) + c], far);
                }
            }
        }

        return best;
    }

    /// <summary>Forgets everything.</summary>
    public void Reset() => heights.AsSpan().Clear();
}
