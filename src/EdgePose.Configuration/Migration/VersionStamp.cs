using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Migration;

/// <summary>From no version to version 1: nothing else changed, so the number is written as the first key, in the layout of the key that was first.</summary>
internal static class VersionStamp
{
    /// <summary>The change of <paramref name="text"/>, whose root is <paramref name="root"/>.</summary>
    public static IEnumerable<TextEdit> Edits(ConfigurationNode root, string text)
    {
        var key = $"\"{LayerKeys.Version}\": 1";
        var open = TextEdit.OffsetOf(text, root.Place) + 1;
        if (root.Members.Count == 0)
        {
            return [new TextEdit(open, 0, $" {key} ")];
        }

        var first = root.Members[0].Place;
        if (first.Line == root.Place.Line)
        {
            return [new TextEdit(open, 0, $" {key},")];
        }

        var at = TextEdit.OffsetOf(text, first);
        var line = text.LastIndexOf('\n', at - 1) + 1;
        var indentation = text[line..at];
        var newLine = line > 1 && text[line - 2] == '\r' ? "\r\n" : "\n";
        return [new TextEdit(open, 0, string.IsNullOrWhiteSpace(indentation) ? $"{newLine}{indentation}{key}," : $" {key},")];
    }
}
