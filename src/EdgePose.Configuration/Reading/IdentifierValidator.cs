using System.Text.RegularExpressions;

namespace EdgePose.Configuration.Reading;

/// <summary>Ids become levels of topics, names of files and labels of metrics: they keep to letters that mean nothing in any of these.</summary>
internal static partial class IdentifierValidator
{
    /// <summary>Adds an error when <paramref name="value"/> is an id that does not keep to the form.</summary>
    public static void Validate(ConfigurationText value, ConfigurationErrors errors)
    {
        if (value.Key is "Id" or "Site")
        {
            Validate(value.Text, value.Path, errors);
        }
    }

    /// <summary>Adds an error when <paramref name="id"/> does not keep to the form.</summary>
    public static void Validate(string id, string path, ConfigurationErrors errors)
    {
        if (id.Length > 0 && !Form().IsMatch(id))
        {
            errors.Add(path, "the id does not have the right form", "Write small letters, digits, - and _, a letter or digit first, at most 64");
        }
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9_-]{0,63}\z")]
    private static partial Regex Form();
}
