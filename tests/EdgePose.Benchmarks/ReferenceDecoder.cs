using System.Runtime.InteropServices;
using OpenCvSharp;

namespace EdgePose.Benchmarks;

/// <summary>
/// The decoder that ours is held against: the plain way of the field. Every map is enlarged four times (cubic), peaks are looked for among the enlarged cells,
/// PAFs read at whole ones. Thresholds of Lightweight OpenPose (Osokin 2018). Clear rather than fast, and written for comparison only.
/// </summary>
/// <param name="skeleton">What the maps mean.</param>
/// <param name="peakThreshold">A lower peak is no keypoint.</param>
/// <param name="pafThreshold">A lower sample does not support a limb.</param>
public sealed class ReferenceDecoder(Skeleton skeleton, float peakThreshold = ReferenceDecoder.NormalPeakThreshold, float pafThreshold = ReferenceDecoder.NormalPafThreshold)
{
    /// <summary>Lightweight OpenPose's.</summary>
    public const float NormalPeakThreshold = 0.1f;

    /// <summary>Lightweight OpenPose's.</summary>
    public const float NormalPafThreshold = 0.05f;

    private const int Factor = 4;
    private const int LeastDistance = 6;
    private const int PafSamples = 10;
    private const float LeastSupport = 0.8f;
    private const int LeastKeypoints = 3;
    private const float LeastScore = 0.2f;

    private sealed record Found(int X, int Y, float Score);

    private sealed class Person
    {
        public Dictionary<int, Found> Keypoints { get; } = [];

        public float Sum { get; set; }
    }

    /// <summary>Finds the people of one picture; positions in cells of the maps as they came.</summary>
    public void Decode(Heatmaps heatmaps, Pafs pafs, PoseList poses)
    {
        poses.Clear();
        var peaks = new List<Found>[skeleton.KeypointCount];
        for (var k = 0; k < peaks.Length; k++)
        {
            peaks[k] = Peaks(Enlarge(heatmaps.Channel(k), heatmaps.HeightCells, heatmaps.WidthCells));
        }

        List<Person> people = [];
        foreach (var limb in skeleton.Limbs)
        {
            var xs = Enlarge(pafs.Channel(limb.PafX), pafs.HeightCells, pafs.WidthCells);
            var ys = Enlarge(pafs.Channel(limb.PafY), pafs.HeightCells, pafs.WidthCells);
            foreach (var (from, to, score) in Match(peaks[limb.From], peaks[limb.To], xs, ys))
            {
                Join(people, limb, from, to, score);
            }
        }

        // Lightweight OpenPose ranks people by their summed score times their keypoints but one.
        foreach (var person in people
            .Where(person => person.Keypoints.Count >= LeastKeypoints && person.Sum / person.Keypoints.Count >= LeastScore)
            .OrderByDescending(Rank))
        {
            if (poses.TryAdd(Rank(person), out var keypoints))
            {
                foreach (var (k, found) in person.Keypoints)
                {
                    keypoints[k] = new(ToCells(found.X), ToCells(found.Y), found.Score);
                }
            }
        }
    }

    private static float Rank(Person person) => person.Sum * (person.Keypoints.Count - 1);

    private static float ToCells(int enlarged) => ((enlarged + 0.5f) / Factor) - 0.5f;

    private static float[,] Enlarge(ReadOnlySpan<float> map, int height, int width)
    {
        using var small = new Mat(height, width, MatType.CV_32FC1);
        map.CopyTo(small.AsSpan<float>());
        using var large = new Mat();
        Cv2.Resize(small, large, new Size(width * Factor, height * Factor), 0, 0, InterpolationFlags.Cubic);
        var result = new float[large.Rows, large.Cols];
        large.AsSpan<float>().CopyTo(MemoryMarshal.CreateSpan(ref result[0, 0], result.Length));
        return result;
    }

    private List<Found> Peaks(float[,] map)
    {
        List<Found> all = [];
        var (height, width) = (map.GetLength(0), map.GetLength(1));
        float At(int y, int x) => y >= 0 && y < height && x >= 0 && x < width ? map[y, x] : 0;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var value = map[y, x];
                if (value > peakThreshold && value > At(y, x - 1) && value > At(y, x + 1) && value > At(y - 1, x) && value > At(y + 1, x))
                {
                    all.Add(new(x, y, value));
                }
            }
        }

        List<Found> kept = [];
        foreach (var peak in all.OrderByDescending(peak => peak.Score))
        {
            if (!kept.Exists(other => Math.Sqrt(Math.Pow(other.X - peak.X, 2) + Math.Pow(other.Y - peak.Y, 2)) < LeastDistance))
            {
                kept.Add(peak);
            }
        }

        return kept;
    }

    private List<(Found From, Found To, float Score)> Match(List<Found> from, List<Found> to, float[,] xs, float[,] ys)
    {
        List<(Found From, Found To, float Score)> pairs = [];
        foreach (var a in from)
        {
            foreach (var b in to)
            {
                if (Along(a, b, xs, ys) is { } score)
                {
                    pairs.Add((a, b, score));
                }
            }
        }

        List<(Found From, Found To, float Score)> taken = [];
        foreach (var pair in pairs.OrderByDescending(pair => pair.Score))
        {
            if (!taken.Exists(other => ReferenceEquals(other.From, pair.From) || ReferenceEquals(other.To, pair.To)))
            {
                taken.Add(pair);
            }
        }

        return taken;
    }

    private float? Along(Found a, Found b, float[,] xs, float[,] ys)
    {
        var (dx, dy) = ((float)b.X - a.X, (float)b.Y - a.Y);
        var length = MathF.Sqrt((dx * dx) + (dy * dy));
        if (length == 0)
        {
            return null;
        }

        List<float> supporting = [];
        for (var i = 0; i < PafSamples; i++)
        {
            var t = i / (PafSamples - 1f);
            var (x, y) = ((int)MathF.Round(a.X + (t * dx)), (int)MathF.Round(a.Y + (t * dy)));
            var component = ((xs[y, x] * dx) + (ys[y, x] * dy)) / length;
            if (component > pafThreshold)
            {
                supporting.Add(component);
            }
        }

        return supporting.Count > LeastSupport * PafSamples ? supporting.Average() : null;
    }

    private static void Join(List<Person> people, Limb limb, Found from, Found to, float score)
    {
        var first = people.Find(person => person.Keypoints.TryGetValue(limb.From, out var found) && ReferenceEquals(found, from));
        var second = people.Find(person => person.Keypoints.TryGetValue(limb.To, out var found) && ReferenceEquals(found, to));
        if (first is not null && second is not null && !ReferenceEquals(first, second))
        {
            if (first.Keypoints.Keys.Intersect(second.Keypoints.Keys).Any())
            {
                return;
            }

            foreach (var (k, found) in second.Keypoints)
            {
                first.Keypoints.Add(k, found);
            }

            first.Sum += second.Sum + score;
            people.Remove(second);
            return;
        }

        var person = first ?? second;
        if (person is null)
        {
            person = new Person();
            people.Add(person);
        }

        if (!Add(person, limb.From, from) || !Add(person, limb.To, to))
        {
            return;
        }

        person.Sum += score;
    }

    private static bool Add(Person person, int keypoint, Found found)
    {
        if (person.Keypoints.TryGetValue(keypoint, out var there))
        {
            return ReferenceEquals(there, found);
        }

        person.Keypoints.Add(keypoint, found);
        person.Sum += found.Score;
        return true;
    }
}
