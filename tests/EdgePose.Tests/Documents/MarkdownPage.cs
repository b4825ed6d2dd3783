using System.Text;
using System.Text.RegularExpressions;

namespace EdgePose.Cli.Tests.Documents;

/// <summary>A text of a page and the line on which it begins, counted from 1.</summary>
internal sealed record Passage(int Line, string Text);

/// <summary>A fenced block: the words behind its fence, and its lines.</summary>
internal sealed record Fence(int Line, string Info, IReadOnlyList<Passage> Lines);

/// <summary>The parts of a Markdown page that the rules look at: sentences, links, headings, fenced blocks and code in the text.</summary>
internal sealed partial class MarkdownPage
{
    private readonly List<Passage> paragraphs = [], headings = [], prose = [], indented = [];
    private readonly List<Fence> fences = [];

    private MarkdownPage(string name) => Name = name;

    /// <summary>The page's path in the repository, with slashes.</summary>
    public string Name { get; }

    public IReadOnlyList<Fence> Fences => fences;

    /// <summary>Code blocks that are indented and not fenced: nobody can say what language they are.</summary>
    public IReadOnlyList<Passage> Indented => indented;

    /// <summary>Every line outside fenced blocks: paragraphs, lists, tables and headings.</summary>
    public IReadOnlyList<Passage> Prose => prose;

    /// <summary>Sentences of paragraphs and list items. Headings, tables and fenced blocks have none.</summary>
    public IEnumerable<Passage> Sentences =>
        from paragraph in paragraphs
        from sentence in SentenceEnd().Split(Plain(paragraph.Text))
        where Words(sentence) > 0
        select new Passage(paragraph.Line, sentence.Trim());

    /// <summary>Targets of links and pictures, without those that are written as code.</summary>
    public IEnumerable<Passage> Links =>
        from line in prose
        from match in Link().Matches(Code().Replace(line.Text, "code"))
        select new Passage(line.Line, match.Groups["target"].Value);

    /// <summary>Code inside the text, tables included.</summary>
    public IEnumerable<Passage> CodeInText =>
        from line in prose
        from match in Code().Matches(line.Text)
        select new Passage(line.Line, match.Value.Trim('`').Trim());

    /// <summary>The names by which links reach the page's headings, as GitHub makes them.</summary>
    public IReadOnlySet<string> Anchors
    {
        get
        {
            var anchors = new HashSet<string>();
            foreach (var heading in headings)
            {
                var slug = NotInSlug().Replace(Link().Replace(heading.Text, "${text}").ToLowerInvariant(), "").Replace(' ', '-');
                var anchor = slug;
                for (var count = 1; !anchors.Add(anchor); count++)
                {
                    anchor = $"{slug}-{count}";
                }
            }

            return anchors;
        }
    }

    public static MarkdownPage Parse(string name, string text)
    {
        var page = new MarkdownPage(name);
        var reader = new LineReader(page);
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            reader.Take(++number, line.TrimEnd());
        }

        reader.EndParagraph();
        return page;
    }

    /// <summary>How many words a sentence has. Code is one word, and a sign without a letter or digit is none.</summary>
    public static int Words(string sentence) =>
        sentence.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Count(word => word.Any(char.IsLetterOrDigit));

    /// <summary>Text without marks; code is one word, whatever it holds.</summary>
    private static string Plain(string text) => Emphasis().Replace(Link().Replace(Code().Replace(text, "Code"), "${text}"), "");

    [GeneratedRegex(@"(?<=[.!?][""')\]]*)\s+(?=[""'(\[]*[\p{Lu}\p{Nd}.])")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"!?\[(?<text>[^\]]*)\]\((?<target>[^)\s]+)[^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex("`+[^`]+`+")]
    private static partial Regex Code();

    [GeneratedRegex(@"\*{1,3}")]
    private static partial Regex Emphasis();

    [GeneratedRegex(@"[^\p{L}\p{Nd} _-]")]
    private static partial Regex NotInSlug();

    [GeneratedRegex(@"^\s*(?:[-*]|\d+\.)\s+|^\s*>\s?")]
    private static partial Regex ItemStart();

    /// <summary>Sorts the lines of a page into its parts.</summary>
    private sealed class LineReader(MarkdownPage page)
    {
        private readonly StringBuilder paragraph = new();
        private int paragraphLine;
        private bool inList;
        private (int Line, string Info, List<Passage> Lines)? fence;

        public void Take(int number, string line)
        {
            var text = line.TrimStart();
            if (fence is { } open)
            {
                TakeFenced(open, number, line, text);
                return;
            }

            if (text.StartsWith("```", StringComparison.Ordinal))
            {
                EndParagraph();
                fence = (number, text[3..].Trim(), []);
                return;
            }

            page.prose.Add(new(number, line));
            if (text.Length == 0)
            {
                EndParagraph();
            }
            else if (text[0] is '#')
            {
                EndParagraph();
                page.headings.Add(new(number, text.TrimStart('#').Trim()));
                inList = false;
            }
            else if (text[0] is '|' || text.StartsWith("<!--", StringComparison.Ordinal))
            {
                EndParagraph();
            }
            else if (paragraph.Length == 0 && !inList && line.StartsWith("    ", StringComparison.Ordinal))
            {
                page.indented.Add(new(number, text));
            }
            else
            {
                TakeText(number, line);
            }
        }

        public void EndParagraph()
        {
            if (paragraph.Length > 0)
            {
                page.paragraphs.Add(new(paragraphLine, paragraph.ToString()));
                paragraph.Clear();
            }
        }

        private void TakeFenced((int Line, string Info, List<Passage> Lines) open, int number, string line, string text)
        {
            if (text.StartsWith("```", StringComparison.Ordinal))
            {
                page.fences.Add(new(open.Line, open.Info, open.Lines));
                fence = null;
            }
            else
            {
                open.Lines.Add(new(number, line));
            }
        }

        private void TakeText(int number, string line)
        {
            var start = ItemStart().Match(line);
            if (start.Success)
            {
                EndParagraph();
                inList = true;
            }
            else if (paragraph.Length == 0 && line[0] is not ' ')
            {
                inList = false;
            }

            if (paragraph.Length == 0)
            {
                paragraphLine = number;
            }
            else
            {
                paragraph.Append(' ');
            }

            paragraph.Append(line.AsSpan(start.Length).Trim());
        }
    }
}
