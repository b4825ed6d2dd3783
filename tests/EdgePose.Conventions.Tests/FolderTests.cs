using System.Text.RegularExpressions;

namespace EdgePose.Conventions.Tests;

/// <summary>The plan of the house inside each project: folders without circles, types that are one idea long, event ids that name one event.</summary>
public sealed partial class FolderTests
{
    private const int LongestType = 300;
    private const int LooseFilesOfDaemon = 4;

    public static TheoryData<string> Projects => [.. Repository.Files("src", ".csproj").Select(file => Path.GetFileNameWithoutExtension(file)!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_of_a_project_know_each_other_without_circles(string project) =>
        Assert.Empty(SourceTree.Circles(SourceTree.OfProject(project).Uses()));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_type_with_all_its_partials_is_one_idea_long(string project) =>
        Assert.DoesNotContain(SourceTree.OfProject(project).TypeLengths(), type => type.Lines > LongestType);

    [Fact]
    public void A_circle_is_found_with_its_files_and_lines()
    {
        var tree = SourceTree.Of("src/Sample",
        [
            ("src/Sample/Kitchen/Cook.cs", "namespace Sample.Kitchen;\nusing Sample.Hall;\npublic class Cook { public Guest? Serves; }"),
            ("src/Sample/Hall/Guest.cs", "namespace Sample.Hall;\npublic class Guest\n{\n    public Sample.Kitchen.Cook? Praises;\n}"),
            ("src/Sample/Door.cs", "namespace Sample;\npublic class Door { public Sample.Hall.Guest? Lets; }"),
        ]);
        var circles = SourceTree.Circles(tree.Uses());
        Assert.Equal(2, circles.Count);
        Assert.Contains(circles, circle => circle.Contains("Kitchen -> Hall, 1 uses: src/Sample/Kitchen/Cook.cs:3 uses Guest", StringComparison.Ordinal));
        Assert.Contains(circles, circle => circle.Contains("Hall -> Kitchen, 1 uses: src/Sample/Hall/Guest.cs:4 uses Cook", StringComparison.Ordinal));
    }

    [Fact]
    public void Few_files_lie_loose_at_the_root_of_the_daemon()
    {
        var loose = Repository.Files("src/EdgePose.Daemon", ".cs").Where(file => file.Count(letter => letter == '/') == 2);
        Assert.InRange(loose.Count(), 1, LooseFilesOfDaemon);
    }

    [Fact]
    public void No_two_log_messages_share_an_event_id()
    {
        var ids = Repository.Files("src", ".cs").SelectMany(file => EventId().Matches(Repository.Read(file)).Select(match => (file, id: match.Groups[1].Value))).ToList();
        Assert.NotEmpty(ids);
        Assert.Empty(ids.GroupBy(pair => pair.id).Where(same => same.Count() > 1).Select(same => $"{same.Key}: {string.Join(", ", same.Select(pair => pair.file))}"));
    }

    [GeneratedRegex(@"EventId = ([\w.]+)")]
    private static partial Regex EventId();
}
