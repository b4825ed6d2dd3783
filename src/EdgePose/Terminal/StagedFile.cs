namespace EdgePose.Cli.Terminal;

/// <summary>A file that gets its name only when it is whole: until then it is called NAME.partial.ENDING, and a replay that fails removes it.</summary>
internal sealed class StagedFile : IDisposable
{
    private readonly string final;
    private bool isWhole;

    /// <summary>Makes the file, so that a place where none can be is known before the work.</summary>
    /// <exception cref="CommandFault">It cannot be written.</exception>
    public StagedFile(string path)
    {
        final = Path.GetFullPath(path);
        Partial = Path.Combine(Path.GetDirectoryName(final)!, $"{Path.GetFileNameWithoutExtension(final)}.partial{Path.GetExtension(final)}");
        CommandFault.Writing(path, () =>
        {
            if (Directory.Exists(final))
            {
                throw new IOException("it is a folder");
            }

            File.Create(Partial).Dispose();
            return 0;
        });
    }

    /// <summary>Where to write meanwhile.</summary>
    public string Partial { get; }

    /// <summary>Gives the file its name.</summary>
    public void Complete()
    {
        CommandFault.Writing(final, () =>
        {
            File.Move(Partial, final, overwrite: true);
            return 0;
        });
        isWhole = true;
    }

    public void Dispose()
    {
        if (!isWhole)
        {
            File.Delete(Partial);
        }
    }
}
