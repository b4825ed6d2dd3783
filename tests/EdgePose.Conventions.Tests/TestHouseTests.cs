using System.Text.RegularExpressions;

namespace EdgePose.Conventions.Tests;

/// <summary>Rules of the tests themselves.</summary>
public sealed partial class TestHouseTests
{
    [Fact]
    public void No_test_project_compiles_a_file_of_another() =>
        Assert.DoesNotContain(Repository.Files("tests", ".csproj"), file => Repository.Read(file).Contains("<Compile Include=\"../", StringComparison.Ordinal));

    [Fact]
    public void No_test_fails_because_the_machine_is_slow()
    {
        var wrong = Repository.Files("tests", ".cs")
            .SelectMany(file => Repository.Read(file).Split('\n').Select((line, i) => (line, place: $"{file}:{i + 1}")))
            .Where(at => Limit().IsMatch(at.line)).Select(at => at.place);
        Assert.Empty(wrong); // Patience for an event, Measured.Hold for a promised time
    }

    // An assertion that a time that was taken is below something, but for the patience that every test has.
    [GeneratedRegex("""Assert\.(True\(.*Elapsed(Time\([^)]*\)|Milliseconds)?(\.\w+)? *<=?(?! *Patience)|InRange\([\w.]*Elapsed)""")]
    private static partial Regex Limit();
}
