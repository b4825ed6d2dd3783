using System.Globalization;
using System.Security.Cryptography;

namespace EdgePose.Fuzz;

/// <summary>Runs a target over its corpus and over mutations of it.</summary>
internal sealed class Fuzzer(IFuzzTarget target)
{
    private const int Megabyte = 1024 * 1024;
    private static readonly TimeSpan NightlyTime = TimeSpan.FromMinutes(10);

    private string Folder => Repository.File("tests", "EdgePose.Fuzz", "Corpus", target.Name);

    /// <summary>Every file of the corpus, crashes of old included.</summary>
    public void RunCorpus()
    {
        var corpus = Corpus();
        Assert.NotEmpty(corpus);
        foreach (var input in corpus)
        {
            Try(input, "the corpus");
        }

        Measured.Say($"fuzzing, {target.Name}", $"{corpus.Count} files of the corpus");
    }

    /// <summary>Mutations: the same ones in every run, and others every night.</summary>
    public void RunMutations()
    {
        var seed = Nightly.Is ? (int)(DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 86400) : 6;
        var mutator = new Mutator(Corpus(), target.Pieces, target.MaxBytes, seed);
        var start = TimeProvider.System.GetTimestamp();
        var (round, bytes, worst) = (0, 0L, TimeSpan.Zero);
        for (; Nightly.Is ? TimeProvider.System.GetElapsedTime(start) < NightlyTime : round < target.Rounds; round++)
        {
            var input = mutator.Next();
            bytes += input.Length;
            var took = Try(input, string.Create(CultureInfo.InvariantCulture, $"seed {seed}, round {round}"));
            worst = took > worst ? took : worst;
        }

        Measured.Say($"fuzzing, {target.Name}", $"{round} mutations of seed {seed}, {bytes / (double)Megabyte:0.0} MB; the slowest took {worst.TotalMilliseconds:0} ms of processor time");
    }

    /// <summary>Puts a file into the corpus, when generated files are to be made anew (EDGEPOSE_UPDATE_GENERATED=1).</summary>
    public void Renew(string name, byte[] input)
    {
        if (GeneratedFile.IsUpdated)
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllBytes(Path.Combine(Folder, name), input);
        }
    }

    private TimeSpan Try(byte[] input, string origin)
    {
        try
        {
            var limit = target.LimitPerMegabyte * Math.Max(0.2, input.Length / (double)Megabyte);
            object? outcome = null;
            var took = ThreadTime.Of(() => outcome = target.Run(input));
            target.Examine(input, outcome!);
            for (var again = 0; took > limit && again < 2; again++)
            {
                took = TimeSpan.FromTicks(Math.Min(took.Ticks, ThreadTime.Of(() => target.Run(input)).Ticks));
            }

            Assert.True(took <= limit, string.Create(CultureInfo.InvariantCulture, $"{input.Length} bytes took {took.TotalMilliseconds:0} ms, more than {limit.TotalMilliseconds:0} ms"));
            return took;
        }
        catch (Exception fault)
        {
            var crash = Path.Combine(Folder, $"crash-{Convert.ToHexStringLower(SHA256.HashData(input))[..12]}");
            File.WriteAllBytes(crash, input);
            throw new InvalidOperationException($"{target.Name}: an input of {origin} breaks a promise; it is now {Path.GetRelativePath(Repository.Root, crash)}", fault);
        }
    }

    private List<byte[]> Corpus() => [.. Directory.GetFiles(Folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
}
