using System.Text;

namespace EdgePose.Fuzz;

/// <summary>Makes new inputs of known ones: the same ones for the same seed.</summary>
internal sealed class Mutator(IReadOnlyList<byte[]> corpus, IReadOnlyList<string> pieces, int maxBytes, int seed)
{
    private const int MostChanges = 8;
    private const int LongestCopy = 256;
    private const int GrowOnceIn = 50;

    private readonly Random random = new(seed);

    /// <summary>The next input.</summary>
    public byte[] Next()
    {
        var input = new List<byte>(corpus[random.Next(corpus.Count)]);
        for (var change = random.Next(1, MostChanges + 1); change > 0; change--)
        {
            Change(input);
        }

        if (random.Next(GrowOnceIn) == 0)
        {
            Grow(input);
        }

        return [.. input.Take(maxBytes)];
    }

    private void Change(List<byte> input)
    {
        var at = random.Next(input.Count + 1);
        var length = random.Next(Math.Min(LongestCopy, input.Count - at) + 1);
        switch (random.Next(7))
        {
            case 0 when at < input.Count:
                input[at] = (byte)random.Next(256);
                break;
            case 1 when at < input.Count:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                input.RemoveRange(at, length);
                break;
            case 3:
                input.InsertRange(random.Next(input.Count + 1), input.GetRange(at, length));
                break;
            case 4:
                var other = corpus[random.Next(corpus.Count)];
                var start = random.Next(other.Length + 1);
                input.InsertRange(at, other.AsSpan(start, random.Next(Math.Min(LongestCopy, other.Length - start) + 1)));
                break;
            case 5:
                input.RemoveRange(at, length);
                input.InsertRange(at, Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Count)]));
                break;
            default:
                input.InsertRange(at, Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Count)]));
                break;
        }
    }

    /// <summary>Repeats a part until the input is long: what costs more than its length shows.</summary>
    private void Grow(List<byte> input)
    {
        var at = random.Next(input.Count + 1);
        var part = input.GetRange(at, random.Next(Math.Min(LongestCopy, input.Count - at) + 1));
        var wanted = random.Next(maxBytes);
        if (part.Count > 0)
        {
            input.InsertRange(at, Enumerable.Repeat(part, Math.Max(0, (wanted - input.Count) / part.Count)).SelectMany(each => each));
        }
    }
}
