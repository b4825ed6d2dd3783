using EdgePose.Benchmarks.Pipelines;

namespace EdgePose.Cli.Tests.Bench;

/// <summary>What a process holds in memory, mapping by mapping.</summary>
public sealed class ResidentMappingsTests
{
    [Fact]
    public void Mappings_of_a_file_are_one_and_anonymous_ones_are_told_by_their_64_MiB()
    {
        var found = ResidentMappings.Read(
        [
            "55a0c0000000-55a0c0021000 rw-p 00000000 00:00 0                          [heap]",
            "Size:                132 kB",
            "Rss:                  12 kB",
            "Pss:                  12 kB",
            "7f10c0000000-7f10c3e8a000 rw-p 00000000 00:00 0 ",
            "Rss:               64000 kB",
            "VmFlags: rd wr mr mw me ac sd",
            "7f10c3f00000-7f10c3f01000 rw-p 00000000 00:00 0",
            "Rss:                   4 kB",
            "7f10c4000000-7f10c4001000 rw-p 00000000 00:00 0",
            "Rss:                   8 kB",
            "7f10d0000000-7f10d0100000 r-xp 00001000 fe:00 123456                     /usr/lib/with a blank.so",
            "Rss:                 100 kB",
            "7f10d0100000-7f10d0200000 r--p 00101000 fe:00 123456                     /usr/lib/with a blank.so",
            "Rss:                  20 kB",
        ]);
        Assert.Equal(
            new Dictionary<string, long> { ["[heap]"] = 12, ["anonymous memory at 7f10c0000000"] = 64004, ["anonymous memory at 7f10c4000000"] = 8, ["with a blank.so"] = 120 }.OrderBy(pair => pair.Key),
            found.OrderBy(pair => pair.Key));
    }

    [Fact]
    public void Those_of_a_process_add_up_to_its_memory()
    {
        var figures = ProcessFigures.WithMappings(Environment.ProcessId);
        Assert.InRange(figures.Mappings.Values.Sum() / (double)figures.ResidentKilobytes, 0.8, 1.2); // a test run grows between the two looks
        Assert.Contains("libcoreclr.so", figures.Mappings.Keys);
    }
}
