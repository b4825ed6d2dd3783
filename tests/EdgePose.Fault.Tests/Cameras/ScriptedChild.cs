using EdgePose.Cameras.Decoder;

namespace EdgePose.Fault.Tests.Cameras;

/// <summary>A decoder child that is a shell script, for what the real one never does.</summary>
internal static class ScriptedChild
{
    /// <summary>A valid message of the protocol, as printf writes it: one picture of 2 x 2 px.</summary>
    public static string OneFrame { get; } = Bytes([0x31465045, 1, 0, 16, 2, 2, 8, 2, 2, 1], zeros: 40 + 16);

    public static DecoderCommand Of(string script) => new("/bin/sh", ["-c", script]);

    /// <summary>Words, little-endian, and zeros, as printf's octal escapes.</summary>
    public static string Bytes(int[] words, int zeros) =>
        string.Concat(words.SelectMany(BitConverter.GetBytes).Concat(new byte[zeros]).Select(value => "\\" + Convert.ToString(value, 8).PadLeft(3, '0')));
}
