namespace EdgePose.Fuzz.Configuration;

public sealed class ConfigurationFuzzTests
{
    private readonly Fuzzer fuzzer = new(new ConfigurationTarget());

    [Fact]
    public void Every_file_of_the_corpus_is_a_configuration_or_its_errors() => fuzzer.RunCorpus();

    [Fact]
    public void Every_mutation_is_a_configuration_or_its_errors() => fuzzer.RunMutations();
}
