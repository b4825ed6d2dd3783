using System.Text.RegularExpressions;

namespace EdgePose.Configuration.Reading;

/// <summary>The form of identifiers. Their letters have no meaning in topics, file names and labels of metrics.</summary>
public static partial class IdentifierValidator
{
    /// <summary>Whether <paramref name="id"/> has the form.</summary>
    public static bool IsValid(string id) => Form().IsMatch(id);

    /// <summary>Adds an error when <paramref name="id"/> does not have the form. An empty one has an error already.</summary>
    public static void Validate(string id, string path, ConfigurationErrors errors)
    {
        if (id.Length > 0 && !IsValid(id))
        {
            errors.Add(path, "the id does not have the right form", "Write small letters, digits, - and _, a letter or digit first, at most 64");
        }
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9_-]{0,63}\z")]
    private static partial Regex Form();
}
