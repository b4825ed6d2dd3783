namespace EdgePose.Conventions.Tests;

/// <summary>Plain English in the source (CONTRIBUTING.md).</summary>
public sealed class SourceProseTests
{
    [Fact]
    public void Comments_and_messages_have_short_clauses_and_the_fields_words()
    {
        string[] faults = [.. Repository.Files("src", ".cs").SelectMany(file => SourceProse.Faults(file, Repository.Read(file)))];
        Assert.True(faults.Length == 0, string.Join('\n', faults));
    }

    [Theory]
    [InlineData("// The file is read anew.", "'anew'")]
    [InlineData("/// <summary>A camera is told.</summary>\nclass C;", "'is told'")]
    [InlineData("class C { string s = \"The daemon is told of the new configuration\"; }", "'is told'")]
    [InlineData("// a b c d e f g h i j k l m n o p q\n// r s t u v w x y z one two three four five six", "32 words")]
    public void A_fault_is_found(string text, string fault) => Assert.Contains(fault, Assert.Single(SourceProse.Faults("a.cs", text)), StringComparison.Ordinal);

    [Fact]
    public void Code_in_a_comment_counts_as_one_word() => Assert.Empty(SourceProse.Faults("a.cs", "/// <summary>Reads <c>what is told of</c> and <see cref=\"C\"/>.</summary>\nclass C;"));
}
