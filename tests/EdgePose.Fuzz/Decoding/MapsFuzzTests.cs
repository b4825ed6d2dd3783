namespace EdgePose.Fuzz.Decoding;

public sealed class MapsFuzzTests
{
    private readonly Fuzzer fuzzer = new(new MapsTarget());

    [Fact]
    public void Every_file_of_the_corpus_gives_sound_poses() => fuzzer.RunCorpus();

    [Fact]
    public void Every_mutation_gives_sound_poses() => fuzzer.RunMutations();
}
