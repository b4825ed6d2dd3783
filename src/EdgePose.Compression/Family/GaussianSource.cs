namespace EdgePose.Compression.Family;

/// <summary>Normal random numbers from a seed, by Box and Muller's transform (1958). .NET keeps a seeded Random's sequence from version to version.</summary>
internal sealed class GaussianSource(int seed)
{
#pragma warning disable CA5394 // weights are no secrets
    private readonly Random random = new(seed);

    /// <summary>Numbers of mean 0.</summary>
    public float[] Values(int count, float deviation)
    {
        var values = new float[count];
        for (int i = 0; i < count; i += 2)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            (double sin, double cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
            values[i] = (float)(radius * cos * deviation);
            if (i + 1 < count)
            {
                values[i + 1] = (float)(radius * sin * deviation);
            }
        }

        return values;
    }
#pragma warning restore CA5394
}
