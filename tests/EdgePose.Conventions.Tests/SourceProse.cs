using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EdgePose.Conventions.Tests;

/// <summary>The prose of a source file: comments, documentation, and texts long enough to be messages.</summary>
internal static partial class SourceProse
{
    /// <summary>The longest clause in words: between full stops, colons and semicolons.</summary>
    public const int MostWords = 30;

    private const int MessageCharacters = 30; // shorter texts are names and formats

    /// <summary>Clauses that are too long, and words that are not the field's, each with file and line.</summary>
    public static IEnumerable<string> Faults(string file, string text)
    {
        var root = CSharpSyntaxTree.ParseText(text, CSharpParseOptions.Default.WithDocumentationMode(DocumentationMode.Parse)).GetRoot();
        return from part in Comments(root).Concat(Documentation(root)).Concat(Messages(root))
               from clause in ClauseEnd().Split(part.Text)
               let words = clause.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Count(word => word.Any(char.IsLetterOrDigit))
               let story = StoryWord().Match(clause)
               where words > MostWords || story.Success
               select $"{file}:{part.Line}: {(story.Success ? $"'{story.Value}' is a story word; use the field's verb" : $"{words} words, more than {MostWords}")}: {clause.Trim()}";
    }

    private static IEnumerable<(int Line, string Text)> Comments(SyntaxNode root)
    {
        List<string> lines = [];
        var (first, before) = (0, -2);
        foreach (var trivia in root.DescendantTrivia().Where(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia)))
        {
            var line = LineOf(trivia.GetLocation());
            var followsCode = trivia.Token.FullSpan.Start < trivia.SpanStart && trivia.Token.Span.End <= trivia.SpanStart; // trailing trivia of its token
            if ((line != before + 1 || followsCode) && lines.Count > 0)
            {
                yield return (first, string.Join(' ', lines));
                lines.Clear();
            }

            first = lines.Count == 0 ? line : first;
            before = followsCode ? -2 : line;
            lines.Add(trivia.ToString().TrimStart('/'));
        }

        if (lines.Count > 0)
        {
            yield return (first, string.Join(' ', lines));
        }
    }

    private static IEnumerable<(int Line, string Text)> Documentation(SyntaxNode root) =>
        from trivia in root.DescendantTrivia(descendIntoTrivia: false)
        let comment = trivia.GetStructure() as DocumentationCommentTriviaSyntax
        where comment is not null
        from element in comment.DescendantNodes().OfType<XmlElementSyntax>().Where(element => !IsCode(element))
        select (LineOf(element.GetLocation()), string.Concat(element.Content.Select(Shown)));

    private static string Shown(XmlNodeSyntax node) => node switch
    {
        XmlTextSyntax text => string.Concat(text.TextTokens.Select(token => token.ValueText)),
        XmlElementSyntax element when !IsCode(element) => ". ", // a paragraph or item: it is looked at by itself
        _ => "Code",
    };

    private static bool IsCode(XmlElementSyntax element) => element.StartTag.Name.ToString() is "c" or "code";

    private static IEnumerable<(int Line, string Text)> Messages(SyntaxNode root) =>
        from token in root.DescendantTokens()
        where token.IsKind(SyntaxKind.StringLiteralToken) || token.IsKind(SyntaxKind.InterpolatedStringTextToken)
        where token.ValueText.Length >= MessageCharacters && token.ValueText.Contains(' ', StringComparison.Ordinal)
        select (LineOf(token.GetLocation()), token.ValueText);

    private static int LineOf(Location location) => location.GetLineSpan().StartLinePosition.Line + 1;

    [GeneratedRegex(@"(?<=[.!?:;])\s+")]
    private static partial Regex ClauseEnd();

    [GeneratedRegex(
        @"\bknock(s|ed|ing)?\b|\b(tells?|told|telling) of\b|\b(is|are|was|were) told\b|\banew\b|\bborne\b|\b(lies?|lay|lying) there\b|\b(comes?|came|coming) of\b|\bfor want of\b|\bin vain\b|\bso many\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex StoryWord();
}
