using System.Text;
using EdgePose.Configuration.Migration;

namespace EdgePose.Configuration.Tests.Migration;

public sealed class FormatMigrationTests : IDisposable
{
    private readonly string file = Path.Combine(Directory.CreateTempSubdirectory("edgepose-migrate-").FullName, "x.json");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);

    [Theory]
    [InlineData("{}", "{ \"version\": 1 }")]
    [InlineData("{\"mqtt\":{}}", "{ \"version\": 1,\"mqtt\":{}}")]
    [InlineData("// é\n{\n  // of the device\n  \"device\": {},\n}\n", "// é\n{\n  \"version\": 1,\n  // of the device\n  \"device\": {},\n}\n")]
    [InlineData("/* 😀é */ {\r\n\t\"device\": {}\r\n}", "/* 😀é */ {\r\n\t\"version\": 1,\r\n\t\"device\": {}\r\n}")]
    [InlineData("{ // why\n  /* a */ \"device\": {}\n}", "{ \"version\": 1, // why\n  /* a */ \"device\": {}\n}")]
    public void A_file_without_a_version_gets_one_and_keeps_the_rest(string before, string after)
    {
        Write(before);
        var outcome = FormatMigration.OfFile(Greenhouse.Model, file);
        Assert.Empty(outcome.Errors);
        Assert.Equal(after, outcome.Text);
        Assert.Single(outcome.Changes);

        Write(outcome.Text!);
        Assert.Empty(FormatMigration.OfFile(Greenhouse.Model, file).Changes);
    }

    [Theory]
    [InlineData("{\"version\":7}", "version 7")]
    [InlineData("{\"version\":\"1\"}", "a whole number is expected")]
    [InlineData("[]", "an object is expected")]
    [InlineData("{", "not JSON")]
    public void A_file_that_is_none_or_newer_is_refused(string text, string reason)
    {
        Write(text);
        var outcome = FormatMigration.OfFile(Greenhouse.Model, file);
        Assert.Null(outcome.Text);
        Assert.Contains(reason, Assert.Single(outcome.Errors).Reason, StringComparison.Ordinal);
    }

    private void Write(string text) => File.WriteAllText(file, text, new UTF8Encoding(false));
}
