using EdgePose.Decoding;

namespace EdgePose.Fuzz.Decoding;

/// <summary>
/// The maps of a network that may be broken in any way: the first two bytes are the size in cells, the rest are values, over and over until the maps are full. Poses keep within the
/// picture and the bounds, no two share a keypoint, and the same maps give the same poses twice.
/// </summary>
internal sealed class MapsTarget : IFuzzTarget
{
    private const int MostCells = 43; // a side: as many cells as a picture of 456x256 px has at stride 8
    private const int Capacity = 2048;
    private static readonly int MostPeaks = new DecoderOptions().MaxPeaksPerKeypoint;
    private static readonly Skeleton Skeleton = Skeletons.Coco18;

    private readonly PoseDecoder decoder = new(Skeleton, new DecoderOptions());
    private readonly PoseList first = new(Skeleton, Capacity);
    private readonly PoseList second = new(Skeleton, Capacity);
    private readonly float[] heatmaps = new float[19 * MostCells * MostCells];
    private readonly float[] pafs = new float[38 * MostCells * MostCells];

    public string Name => "maps";

    public int MaxBytes => 8192;

    /// <summary>Promised are 50 ms for a picture, whatever the maps hold; a short input may take a fifth of this. Every run counts the work instead: <see cref="WorkOf"/>.</summary>
    public TimeSpan LimitPerMegabyte => TimeSpan.FromMilliseconds(5 * 50);

    public IReadOnlyList<string> Pieces { get; } = ["\u0001", "\u007f", "\u007f\u007f\u007f\u007f\u0000\u0000", "~", "}", "|", "{", "zzzz", "@\u0010", "\u0000\u0000\u0000\u0000", "d\u0000", "\u00fe", "2222"];

    public string WorkUnit => "pairs of peaks whose limb was sampled";

    /// <summary>The candidates are capped, so the pairs are, whatever the maps hold.</summary>
    public long MostWork(int inputBytes) => Skeleton.Limbs.Length * MostPeaks * MostPeaks;

    public long WorkOf(object outcome, long allocatedBytes)
    {
        Assert.InRange(decoder.Work.Peaks, 0, Skeleton.KeypointCount * MostPeaks);
        Assert.InRange(decoder.Work.Pairs, decoder.Work.Sampled, (int)MostWork(0));
        return decoder.Work.Sampled;
    }

    public object Run(byte[] input)
    {
        var (height, width) = (Size(input, 0), Size(input, 1));
        var values = input.AsSpan(Math.Min(2, input.Length));
        Fill(heatmaps.AsSpan(0, 19 * height * width), values, 0);
        Fill(pafs.AsSpan(0, 38 * height * width), values, 7);
        Decode(height, width, first);
        return (height, width);
    }

    public void Examine(byte[] input, object outcome)
    {
        var (height, width) = ((int, int))outcome;
        Decode(height, width, second);
        Assert.Equal(first.Count, second.Count);
        HashSet<(int Keypoint, float X, float Y)> seen = [];
        for (var i = 0; i < first.Count; i++)
        {
            Assert.Equal(first[i].Score, second[i].Score);
            Assert.True(first[i].Keypoints.SequenceEqual(second[i].Keypoints), "two runs differ");
            Assert.InRange(first[i].Score, 0, 1);
            for (var k = 0; k < Skeleton.KeypointCount; k++)
            {
                var keypoint = first[i].Keypoints[k];
                if (keypoint.IsPresent)
                {
                    Assert.InRange(keypoint.Confidence, 0, 1);
                    Assert.InRange(keypoint.X, 0, width - 1);
                    Assert.InRange(keypoint.Y, 0, height - 1);
                    Assert.True(seen.Add((k, keypoint.X, keypoint.Y)), $"two poses share a {Skeleton.KeypointNames[k]}");
                }
            }
        }
    }

    private void Decode(int height, int width, PoseList poses) =>
        decoder.Decode(new Heatmaps(heatmaps.AsSpan(0, 19 * height * width), 19, height, width), new Pafs(pafs.AsSpan(0, 38 * height * width), 38, height, width), poses);

    private static int Size(byte[] input, int at) => input.Length > at ? input[at] % (MostCells + 1) : 0;

    /// <summary>A byte is a value in hundredths, from 0 to 1.22 and (above 127) below zero; the last ones before 127 are what broken networks give.</summary>
    private static void Fill(Span<float> map, ReadOnlySpan<byte> bytes, int offset)
    {
        for (var i = 0; i < map.Length; i++)
        {
            var value = bytes.IsEmpty ? (byte)0 : bytes[(i + offset) % bytes.Length];
            map[i] = value switch
            {
                127 => float.NaN,
                126 => float.PositiveInfinity,
                125 => float.NegativeInfinity,
                124 => float.MaxValue,
                123 => float.Epsilon,
                > 127 => (127 - value) / 100f,
                _ => value / 100f,
            };
        }
    }
}
