using System.Globalization;
using System.Security.Cryptography;

namespace EdgePose.Fuzz;

/// <summary>Runs a target over its corpus and over mutations of it.</summary>
internal sealed class Fuzzer(IFuzzTarget target)
{
    private const int Megabyte = 1024 * 1024;
    private static readonly TimeSpan NightlyTime = TimeSpan.FromMinutes(10);

    /// <summary>Where an input that breaks a promise is written; git ignores it. Fixed, it belongs into the corpus.</summary>
    private static string Failed { get; } = Repository.File("tests", "EdgePose.Fuzz", "failed");

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
        var (round, bytes, worst, most) = (0, 0L, TimeSpan.Zero, 0L);
        for (; Nightly.Is ? TimeProvider.System.GetElapsedTime(start) < NightlyTime : round < target.Rounds; round++)
        {
            var input = mutator.Next();
            bytes += input.Length;
            var (took, work) = Try(input, string.Create(CultureInfo.InvariantCulture, $"seed {seed}, round {round}"));
            (worst, most) = (took > worst ? took : worst, Math.Max(most, work));
        }

        Measured.Say($"fuzzing, {target.Name}", $"{round} mutations of seed {seed}, {bytes / (double)Megabyte:0.0} MB; the slowest took {worst.TotalMilliseconds:0} ms of processor time, the costliest {most} {target.WorkUnit}");
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

    private (TimeSpan Took, long Work) Try(byte[] input, string origin)
    {
        try
        {
            var limit = target.LimitPerMegabyte * Math.Max(0.2, input.Length / (double)Megabyte);
            object? outcome = null;
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var took = ThreadTime.Of(() => outcome = target.Run(input));
            var work = target.WorkOf(outcome!, GC.GetAllocatedBytesForCurrentThread() - allocated);
            target.Examine(input, outcome!);
            Assert.True(work <= target.MostWork(input.Length), string.Create(CultureInfo.InvariantCulture, $"{input.Length} bytes cost {work} {target.WorkUnit}, more than {target.MostWork(input.Length)}"));
            for (var again = 0; Nightly.Is && took > limit && again < 2; again++)
            {
                took = TimeSpan.FromTicks(Math.Min(took.Ticks, ThreadTime.Of(() => target.Run(input)).Ticks));
            }

            Measured.Hold(took.TotalSeconds, limit.TotalSeconds, string.Create(CultureInfo.InvariantCulture, $"{input.Length} bytes"));
            return (took, work);
        }
        catch (Exception fault)
        {
            var kept = Path.Combine(Failed, target.Name, Convert.ToHexStringLower(SHA256.HashData(input))[..12]);
            Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
            File.WriteAllBytes(kept, input);
            throw new InvalidOperationException($"{target.Name}: an input of {origin} breaks a promise; it is written to {Path.GetRelativePath(Repository.Root, kept)}", fault);
        }
    }

    private List<byte[]> Corpus() => [.. Directory.GetFiles(Folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
}
