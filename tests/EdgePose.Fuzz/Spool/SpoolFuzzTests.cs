namespace EdgePose.Fuzz.Spool;

public sealed class SpoolFuzzTests : IDisposable
{
    private readonly SpoolTarget target = new();
    private readonly Fuzzer fuzzer;

    public SpoolFuzzTests() => fuzzer = new(target);

    [Fact]
    public void What_the_program_writes_today_comes_back_whole()
    {
        var made = target.Make();
        fuzzer.Renew("whole", made);
        target.Examine(made, target.Run(made));
        Assert.Equal(SpoolTarget.Messages - SpoolTarget.Delivered, target.Found);
    }

    [Fact]
    public void Every_file_of_the_corpus_opens_and_gives_what_is_whole_in_it()
    {
        fuzzer.RunCorpus();
        Assert.NotEqual(0, target.Found);
    }

    [Fact]
    public void Every_mutation_opens_and_gives_what_is_whole_in_it()
    {
        fuzzer.RunMutations();
        Assert.NotEqual(0, target.Found);
    }

    public void Dispose() => target.Dispose();
}
