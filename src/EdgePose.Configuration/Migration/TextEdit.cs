using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Migration;

/// <summary>A change of a text.</summary>
/// <param name="Start">Where, in characters from 0.</param>
/// <param name="Length">How many characters go.</param>
/// <param name="Text">What comes in their place.</param>
internal readonly record struct TextEdit(int Start, int Length, string Text)
{
    /// <summary>The text with all edits, which do not overlap.</summary>
    public static string Apply(string text, IEnumerable<TextEdit> edits)
    {
        foreach (var edit in edits.OrderByDescending(edit => edit.Start))
        {
            text = string.Concat(text.AsSpan(0, edit.Start), edit.Text, text.AsSpan(edit.Start + edit.Length));
        }

        return text;
    }

    /// <summary>The offset, in characters, of a place, whose columns are counted in bytes.</summary>
    public static int OffsetOf(string text, ConfigurationPlace place)
    {
        var start = 0;
        for (var line = 1; line < place.Line; line++)
        {
            start = text.IndexOf('\n', start) + 1;
        }

        var at = start;
        for (var bytes = 1; bytes < place.Column; at++)
        {
            // A pair of surrogates is four bytes, and two characters: two of each.
            bytes += text[at] < 0x80 ? 1 : text[at] < 0x800 || char.IsSurrogate(text[at]) ? 2 : 3;
        }

        return at;
    }
}
