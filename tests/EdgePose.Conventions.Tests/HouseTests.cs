using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EdgePose.Conventions.Tests;

public sealed partial class HouseTests
{
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["EdgePose.Pose"] = [],
        ["EdgePose.Inference"] = ["EdgePose.Pose"],
        ["EdgePose.Compression"] = ["EdgePose.Inference", "EdgePose.Pose"],
        ["EdgePose.Cameras"] = ["EdgePose.Inference", "EdgePose.Pose"],
        ["EdgePose.Delivery"] = ["EdgePose.Inference", "EdgePose.Pose"],
        ["EdgePose.Configuration"] = [],
        ["EdgePose.Daemon"] = ["EdgePose.Cameras", "EdgePose.Configuration", "EdgePose.Delivery", "EdgePose.Inference", "EdgePose.Pose"],
        ["EdgePose.Web"] = ["EdgePose.Daemon", "EdgePose.Cameras", "EdgePose.Configuration", "EdgePose.Delivery", "EdgePose.Inference", "EdgePose.Pose"],
        ["EdgePose"] = ["EdgePose.Web", "EdgePose.Daemon", "EdgePose.Cameras", "EdgePose.Configuration", "EdgePose.Delivery", "EdgePose.Compression", "EdgePose.Inference", "EdgePose.Pose"],
    };

    [Fact]
    public void Project_references_only_point_downwards()
    {
        foreach (var file in Repository.Files("src", ".csproj"))
        {
            var project = Path.GetFileNameWithoutExtension(file);
            Assert.True(MayKnow.ContainsKey(project), $"{project} has no place in the house: see docs/architecture.md");
            var known = XDocument.Parse(Repository.Read(file)).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')));
            Assert.Empty(known.Except(MayKnow[project]).Select(other => $"{project} -> {other}"));
        }
    }

    [Fact]
    public void The_maths_takes_no_package() =>
        Assert.DoesNotContain("PackageReference", Repository.Read("src/EdgePose.Pose/EdgePose.Pose.csproj"), StringComparison.Ordinal);

    [Fact]
    public void Files_are_one_idea_long()
    {
        var lengths = Repository.Files("src", ".cs").Select(file => (file, lines: Repository.Read(file).AsSpan().Count('\n'))).OrderBy(pair => pair.lines).ToList();

        var wrong = lengths.Where(pair => pair.lines > 400);
        Assert.Empty(wrong);
        Assert.True(lengths[lengths.Count / 2].lines <= 120, "the median file is longer than 120 lines");
        Assert.True(lengths[lengths.Count * 9 / 10].lines <= 200, "more than a tenth of the files are longer than 200 lines");
    }

    [Fact]
    public void A_folder_is_a_concept_and_no_kind_of_code()
    {
        var wrong = Repository.Files("src", ".cs").Where(file => file.Split('/').Any(part => part is "Helpers" or "Utils" or "Utilities" or "Managers" or "Common" or "Misc"));
        Assert.Empty(wrong);
    }

    [Fact]
    public void No_committed_text_names_a_machine()
    {
        string[] endings = [".cs", ".md", ".json", ".sh", ".csproj", ".props", ".service", ".py", ".yml", ".yaml"];

        var wrong = Repository.Files(".", endings).Where(file => MachinePath().IsMatch(Repository.Read(file)));
        Assert.Empty(wrong);
    }

    // In pieces, so that this file does not find itself.
    [GeneratedRegex("/work" + "/(shared|main|\\.library)|/tmp" + "/wt/|artifact" + "ory|api\\.nuget" + "\\.org", RegexOptions.IgnoreCase)]
    private static partial Regex MachinePath();
}
