using System.Text.RegularExpressions;

namespace EdgePose.Cli.Tests.Documents;

/// <summary>The rules of the pages; CONTRIBUTING.md lists them. Each returns its faults as <c>page:line: fault</c>. None has exceptions.</summary>
internal static partial class DocumentRules
{
    /// <summary>The longest sentence, in words.</summary>
    public const int MostWords = 30;

    public static IEnumerable<string> LongSentences(MarkdownPage page) =>
        from sentence in page.Sentences
        let words = MarkdownPage.Words(sentence.Text)
        where words > MostWords
        select $"{page.Name}:{sentence.Line}: {words} words, more than {MostWords}: {sentence.Text}";

    public static IEnumerable<string> StoryWords(MarkdownPage page) =>
        from line in page.Prose
        from match in StoryWord().Matches(line.Text)
        select $"{page.Name}:{line.Line}: '{match.Value}' is a story word; use the field's verb";

    public static IEnumerable<string> CodeWithoutLanguage(MarkdownPage page) =>
        from line in page.Fences.Where(fence => fence.Info.Length == 0).Select(fence => fence.Line).Concat(page.Indented.Select(line => line.Line))
        select $"{page.Name}:{line}: a block of code names its language: ```sh, ```text, ...";

    /// <summary>Links into the repository whose file or heading is not there.</summary>
    /// <param name="page">The page.</param>
    /// <param name="exists">Whether the repository has a file or folder of this path.</param>
    /// <param name="open">The page of this path.</param>
    public static IEnumerable<string> DeadLinks(MarkdownPage page, Func<string, bool> exists, Func<string, MarkdownPage> open)
    {
        foreach (var link in page.Links.Where(link => !OtherScheme().IsMatch(link.Text)))
        {
            var parts = link.Text.Split('#', 2);
            var path = parts[0].Length == 0 ? page.Name : Combine(page.Name, parts[0]);
            if (path is null || !exists(path))
            {
                yield return $"{page.Name}:{link.Line}: the link to {link.Text} finds no file";
            }
            else if (parts.Length == 2 && !(path.EndsWith(".md", StringComparison.Ordinal) && open(path).Anchors.Contains(parts[1])))
            {
                yield return $"{page.Name}:{link.Line}: the link to {link.Text} finds no heading";
            }
        }
    }

    /// <summary>The path that a relative link reaches, or null above the repository.</summary>
    private static string? Combine(string page, string target)
    {
        var parts = new List<string>(page.Split('/')[..^1]);
        foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count == 0)
            {
                return null;
            }

            if (part == "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    [GeneratedRegex(@"^[a-z][a-z0-9+.-]*:", RegexOptions.IgnoreCase)]
    private static partial Regex OtherScheme();

    [GeneratedRegex(
        @"\bknock(s|ed|ing)?\b|\b(tells?|told|telling) of\b|\banew\b|\blife\b|\bborne\b|\b(lies?|lay|lying) there\b|\b(comes?|came|coming) of\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex StoryWord();
}
