namespace EdgePose.Fuzz.Cameras;

public sealed class AddressFuzzTests
{
    private readonly AddressTarget target = new();
    private readonly Fuzzer fuzzer;

    public AddressFuzzTests() => fuzzer = new(target);

    [Fact]
    public void No_address_of_the_corpus_tells_its_password()
    {
        fuzzer.RunCorpus();
        Assert.NotEqual(0, target.Taken);
    }

    [Fact]
    public void No_mutation_tells_its_password()
    {
        fuzzer.RunMutations();
        Assert.NotEqual(0, target.Taken);
    }
}
