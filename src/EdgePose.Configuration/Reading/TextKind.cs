namespace EdgePose.Configuration.Reading;

/// <summary>The kinds of text that this project knows, as <c>[DataType("...")]</c> on a property names them. A program can have more.</summary>
public static class TextKind
{
    /// <summary>The path of a file, or a credential (<see cref="CredentialReference"/>).</summary>
    public const string File = "file";

    /// <summary>As <see cref="File"/>; only its owner may read it.</summary>
    public const string SecretFile = "secret file";

    /// <summary>A name that becomes a level of topics, a file's name or a label.</summary>
    public const string Identifier = "identifier";
}
