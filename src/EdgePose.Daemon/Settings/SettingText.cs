using EdgePose.Configuration.Reading;

namespace EdgePose.Daemon.Settings;

/// <summary>The daemon's kinds of text, as <c>[DataType("...")]</c> on a property names them, beside those of <see cref="TextKind"/>.</summary>
internal static class SettingText
{
    /// <summary>The address of a camera or a broker.</summary>
    public const string Address = "address";

    /// <summary>A GStreamer pipeline. It can have several lines.</summary>
    public const string Pipeline = "pipeline";

    /// <summary>The path of a network's manifest.</summary>
    public const string Manifest = "manifest";
}
