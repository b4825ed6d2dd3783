using EdgePose.Tracking;

namespace EdgePose.Tests.Tracking;

public sealed class AssignmentTests
{
    [Fact]
    public void The_total_is_the_least_of_all_ways()
    {
        Random random = new(1);
        Assignment assignment = new(7);
        for (int trial = 0; trial < 300; trial++)
        {
            int rows = 1 + random.Next(6);
            int columns = rows + random.Next(8 - rows);
            float[] costs = [.. Enumerable.Range(0, rows * columns).Select(_ => random.Next(4) == 0 ? 9f : random.NextSingle())];
            int[] columnOfRow = new int[rows];
            assignment.Solve(costs, rows, columns, columnOfRow);
            Assert.Equal(rows, columnOfRow.Distinct().Count());
            Assert.Equal(Least(costs, columns, 0, rows, 0), columnOfRow.Select((column, row) => costs[(row * columns) + column]).Sum(), 1e-4f);
        }
    }

    private static float Least(float[] costs, int columns, int row, int rows, int used)
    {
        if (row == rows)
        {
            return 0;
        }

        float least = float.PositiveInfinity;
        for (int column = 0; column < columns; column++)
        {
            if ((used & (1 << column)) == 0)
            {
                least = MathF.Min(least, costs[(row * columns) + column] + Least(costs, columns, row + 1, rows, used | (1 << column)));
            }
        }

        return least;
    }
}
