namespace EdgePose.Configuration.Reading;

/// <summary>The version of the file's form: it goes up when a key changes its name or meaning, so that no file is ever read as something that it is not.</summary>
internal static class FormatVersion
{
    /// <summary>The form that this program reads and writes.</summary>
    public const int Current = 1;

    /// <summary>Adds an error when a file is of a form that this program does not read.</summary>
    public static void Check(int version, string path, ConfigurationErrors errors)
    {
        if (version > Current)
        {
            errors.Add(path, $"the file is of version {version}, and this program reads up to {Current}", "Update EdgePose first, or give the device the older file");
        }
        else if (version < Current)
        {
            errors.Add(path, $"there is no version {version}", version == 0 ? "Leave the key out, or run: edgepose config migrate" : $"Write {Current}");
        }
    }
}
