using EdgePose.Configuration.Reading;

namespace EdgePose.Daemon.Settings;

/// <summary>No text holds a control character: a zero ends a path for the system, and the others break lines of the log.</summary>
internal static class ControlCharacterValidator
{
    /// <summary>Adds an error when <paramref name="value"/> holds one.</summary>
    public static void Validate(ConfigurationText value, ConfigurationErrors errors)
    {
        if (IsIn(value))
        {
            errors.Add(value.Path, "the text holds a control character", "Write it without, and on one line");
        }
    }

    /// <summary>Whether <paramref name="value"/> holds one; in an address also as an escape (%00). A pipeline can have several lines.</summary>
    public static bool IsIn(ConfigurationText value)
    {
        var text = value.Kind == SettingText.Address ? Uri.UnescapeDataString(value.Text) : value.Text;
        return text.Any(letter => char.IsControl(letter) && !(value.Kind == SettingText.Pipeline && letter is '\n' or '\r' or '\t'));
    }
}
