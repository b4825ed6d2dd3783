namespace EdgePose.Testing;

/// <summary>Maps as a perfect network would give them, drawn from known people: a bump a keypoint, a strip of unit vectors a limb.</summary>
public sealed class DrawnMaps
{
    /// <summary>7 px at stride 8: the width that Lightweight OpenPose was trained with (Osokin 2018).</summary>
    private const float SigmaCells = 7f / 8;

    /// <summary>Half the width of a limb's strip.</summary>
    private const float LimbCells = 1;

    /// <summary>A person who stands, one unit high: x to the right from the middle, y downwards from the top. COCO-18.</summary>
    private static readonly (float X, float Y)[] Standing =
    [
        (0, .08f), (0, .20f), (-.13f, .21f), (-.17f, .37f), (-.18f, .52f), (.13f, .21f), (.17f, .37f), (.18f, .52f), (-.08f, .52f), (-.09f, .75f),
        (-.09f, .98f), (.08f, .52f), (.09f, .75f), (.09f, .98f), (-.03f, .06f), (.03f, .06f), (-.07f, .07f), (.07f, .07f),
    ];

    private readonly float[] heatmaps;
    private readonly float[] pafs;

    public DrawnMaps(int heightCells, int widthCells)
    {
        HeightCells = heightCells;
        WidthCells = widthCells;
        heatmaps = new float[19 * heightCells * widthCells];
        pafs = new float[38 * heightCells * widthCells];
    }

    public int HeightCells { get; }

    public int WidthCells { get; }

    public Heatmaps Heatmaps => new(heatmaps, 19, HeightCells, WidthCells);

    public Pafs Pafs => new(pafs, 38, HeightCells, WidthCells);

    public float[] HeatmapValues => heatmaps;

    public float[] PafValues => pafs;

    /// <summary>The keypoints of a standing person.</summary>
    public static Keypoint[] Person(float xCells, float topCells, float heightCells) =>
        [.. Standing.Select(at => new Keypoint(xCells + (at.X * heightCells), topCells + (at.Y * heightCells), 1))];

    /// <summary>A crowd in rows, evenly spread with some disorder, and noise on every map.</summary>
    public static (DrawnMaps Maps, Keypoint[][] People) Crowd(int people, int heightCells, int widthCells, float noise, int seed)
    {
        var random = new Random(seed);
        var maps = new DrawnMaps(heightCells, widthCells);
        var rows = Math.Max(1, (int)Math.Round(Math.Sqrt(people * heightCells / (2.2 * widthCells))));
        var columns = (people + rows - 1) / rows;
        var (rowCells, columnCells) = ((float)heightCells / rows, (float)widthCells / columns);
        var drawn = new Keypoint[people][];
        for (var i = 0; i < people; i++)
        {
            var x = ((i % columns) + 0.5f + (0.2f * (random.NextSingle() - 0.5f))) * columnCells;
            var top = (i / columns * rowCells) + (0.08f * rowCells * random.NextSingle());
            drawn[i] = Person(x - 0.5f, top, 0.88f * rowCells);
            maps.Draw(drawn[i]);
        }

        maps.AddNoise(noise, random);
        return (maps, drawn);
    }

    /// <summary>How many drawn people have a pose of their own with two thirds of their keypoints in place (within 0.6 cells).</summary>
    public static int Found(PoseList poses, Keypoint[][] people, float toleranceCells = 0.6f, int leastKeypoints = 12)
    {
        var isUsed = new bool[poses.Count];
        return people.Count(person =>
        {
            for (var i = 0; i < poses.Count; i++)
            {
                var near = 0;
                for (var k = 0; k < person.Length; k++)
                {
                    var keypoint = poses[i].Keypoints[k];
                    var isNear = MathF.Abs(keypoint.X - person[k].X) <= toleranceCells && MathF.Abs(keypoint.Y - person[k].Y) <= toleranceCells;
                    near += keypoint.IsPresent && isNear ? 1 : 0;
                }

                if (!isUsed[i] && near >= leastKeypoints)
                {
                    return isUsed[i] = true;
                }
            }

            return false;
        });
    }

    /// <summary>Draws a person; absent keypoints and their limbs are left out.</summary>
    public void Draw(ReadOnlySpan<Keypoint> person, float strength = 1)
    {
        for (var k = 0; k < person.Length; k++)
        {
            if (person[k].IsPresent)
            {
                DrawBump(k, person[k].X, person[k].Y, strength);
            }
        }

        foreach (var limb in Skeletons.Coco18.Limbs)
        {
            if (person[limb.From].IsPresent && person[limb.To].IsPresent)
            {
                DrawLimb(limb, person[limb.From], person[limb.To], strength);
            }
        }
    }

    /// <summary>Draws a keypoint's bump; where bumps meet, the higher one counts.</summary>
    public void DrawBump(int keypoint, float x, float y, float strength = 1)
    {
        ForEachCell((cellX, cellY, at) =>
        {
            var squared = ((cellX - x) * (cellX - x)) + ((cellY - y) * (cellY - y));
            ref var value = ref heatmaps[(keypoint * HeightCells * WidthCells) + at];
            value = Math.Max(value, strength * MathF.Exp(-squared / (2 * SigmaCells * SigmaCells)));
        });
    }

    /// <summary>Draws a limb's strip.</summary>
    public void DrawLimb(Limb limb, Keypoint from, Keypoint to, float strength = 1)
    {
        var (dx, dy) = (to.X - from.X, to.Y - from.Y);
        var length = Math.Max(MathF.Sqrt((dx * dx) + (dy * dy)), 1e-6f);
        var (ux, uy) = (dx / length, dy / length);
        ForEachCell((x, y, at) =>
        {
            var along = ((x - from.X) * ux) + ((y - from.Y) * uy);
            var beside = ((x - from.X) * uy) - ((y - from.Y) * ux);
            if (along >= -LimbCells && along <= length + LimbCells && Math.Abs(beside) <= LimbCells)
            {
                pafs[(limb.PafX * HeightCells * WidthCells) + at] = strength * ux;
                pafs[(limb.PafY * HeightCells * WidthCells) + at] = strength * uy;
            }
        });
    }

    /// <summary>Normal noise on every value.</summary>
    public void AddNoise(float deviation, Random random)
    {
        foreach (var values in new[] { heatmaps, pafs })
        {
            for (var i = 0; i < values.Length; i++)
            {
                // Box and Muller 1958.
                var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
                values[i] += deviation * (float)(radius * Math.Cos(2 * Math.PI * random.NextDouble()));
            }
        }
    }

    private void ForEachCell(Action<int, int, int> action)
    {
        for (var y = 0; y < HeightCells; y++)
        {
            for (var x = 0; x < WidthCells; x++)
            {
                action(x, y, (y * WidthCells) + x);
            }
        }
    }
}
