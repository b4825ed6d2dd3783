namespace EdgePose.Tracking;

/// <summary>
/// The assignment problem, solved optimally by shortest augmenting paths with potentials, in storage made once. Source: the Hungarian method of Kuhn 1955 and Munkres 1957, in the O(rows^2
/// x columns) form of Jonker and Volgenant 1987. Greedy matching is not enough: where two people cross, the nearest pair
/// first can leave the other two with each other.
/// </summary>
internal sealed class Assignment
{
    private readonly double[] potentialOfRow;
    private readonly double[] potentialOfColumn;
    private readonly double[] shortest;
    private readonly int[] rowOfColumn;
    private readonly int[] previous;
    private readonly bool[] visited;

    /// <summary>Makes the storage for up to <paramref name="capacity"/> rows and as many columns.</summary>
    public Assignment(int capacity)
    {
        // Index 0 is the method's artificial row and column.
        potentialOfRow = new double[capacity + 1];
        potentialOfColumn = new double[capacity + 1];
        shortest = new double[capacity + 1];
        rowOfColumn = new int[capacity + 1];
        previous = new int[capacity + 1];
        visited = new bool[capacity + 1];
    }

    /// <summary>Finds the cheapest way to give every row its own column.</summary>
    /// <param name="costs">rows x columns, row by row; finite.</param>
    /// <param name="rows">At most <paramref name="columns"/>.</param>
    /// <param name="columns">At most the capacity.</param>
    /// <param name="columnOfRow">Receives the column of each row.</param>
    public void Solve(ReadOnlySpan<float> costs, int rows, int columns, Span<int> columnOfRow)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, columns);
        potentialOfRow.AsSpan(0, rows + 1).Clear();
        potentialOfColumn.AsSpan(0, columns + 1).Clear();
        rowOfColumn.AsSpan(0, columns + 1).Clear();
        for (int row = 1; row <= rows; row++)
        {
            Augment(costs, row, columns);
        }

        for (int column = 1; column <= columns; column++)
        {
            if (rowOfColumn[column] > 0)
            {
                columnOfRow[rowOfColumn[column] - 1] = column - 1;
            }
        }
    }

    /// <summary>Adds one row by the shortest path of reduced costs to a free column.</summary>
    private void Augment(ReadOnlySpan<float> costs, int row, int columns)
    {
        shortest.AsSpan(0, columns + 1).Fill(double.PositiveInfinity);
        visited.AsSpan(0, columns + 1).Clear();
        rowOfColumn[0] = row;
        int column = 0;
        do
        {
            visited[column] = true;
            int current = rowOfColumn[column];
            ReadOnlySpan<float> line = costs.Slice((current - 1) * columns, columns);
            double delta = double.PositiveInfinity;
            int next = 0;
            for (int candidate = 1; candidate <= columns; candidate++)
            {
                if (visited[candidate])
                {
                    continue;
                }

                double reduced = line[candidate - 1] - potentialOfRow[current] - potentialOfColumn[candidate];
                if (reduced < shortest[candidate])
                {
                    shortest[candidate] = reduced;
                    previous[candidate] = column;
                }

                if (shortest[candidate] < delta)
                {
                    delta = shortest[candidate];
                    next = candidate;
                }
            }

            for (int other = 0; other <= columns; other++)
            {
                if (visited[other])
                {
                    potentialOfRow[rowOfColumn[other]] += delta;
                    potentialOfColumn[other] -= delta;
                }
                else
                {
                    shortest[other] -= delta;
                }
            }

            column = next;
        }
        while (rowOfColumn[column] != 0);

        for (; column != 0; column = previous[column])
        {
            rowOfColumn[column] = rowOfColumn[previous[column]];
        }
    }
}
