namespace EdgePose.Fuzz.Networks;

public sealed class NetworkFuzzTests : IDisposable
{
    private readonly NetworkTarget target = new();
    private readonly Fuzzer fuzzer;

    public NetworkFuzzTests() => fuzzer = new(target);

    [Fact]
    public void Every_file_of_the_corpus_is_a_network_or_its_faults()
    {
        fuzzer.RunCorpus();
        Assert.NotEqual(0, target.Accepted);
    }

    [Fact]
    public void Every_mutation_is_a_network_or_its_faults()
    {
        fuzzer.RunMutations();
        Assert.NotEqual(0, target.Accepted);
    }

    public void Dispose() => target.Dispose();
}
