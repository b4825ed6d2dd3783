namespace EdgePose.Cameras.Decoder;

/// <summary>How the decoder child is started.</summary>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">Its arguments; nothing secret is among them.</param>
public sealed record DecoderCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>This same program, with the hidden command <c>decode</c>.</summary>
    public static DecoderCommand OfThisProgram()
    {
        var program = Environment.ProcessPath ?? "edgepose";
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? new DecoderCommand(program, [Environment.GetCommandLineArgs()[0], "decode"])
            : new DecoderCommand(program, ["decode"]);
    }
}
