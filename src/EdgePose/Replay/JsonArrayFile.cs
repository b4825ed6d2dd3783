using System.Buffers;
using System.Text.Json;
using EdgePose.Cli.Terminal;

namespace EdgePose.Cli.Replay;

/// <summary>A file that holds a long JSON array, one element a line, written as it comes.</summary>
internal sealed class JsonArrayFile : IDisposable
{
    private readonly StagedFile file;
    private readonly Stream stream;
    private readonly string after;
    private readonly ArrayBufferWriter<byte> buffer = new();
    private readonly Utf8JsonWriter json;
    private bool isEmpty = true;

    /// <summary>Makes the file.</summary>
    /// <param name="path">Its final name.</param>
    /// <param name="before">What stands before the first element.</param>
    /// <param name="after">What stands behind the last.</param>
    /// <exception cref="CommandFault">It cannot be written.</exception>
    public JsonArrayFile(string path, string before, string after)
    {
        file = new StagedFile(path);
        stream = File.Create(file.Partial);
        stream.Write(System.Text.Encoding.UTF8.GetBytes(before));
        this.after = after;
        json = new Utf8JsonWriter(buffer);
    }

    /// <summary>Adds an element.</summary>
    public void Add(Action<Utf8JsonWriter> write)
    {
        stream.Write(isEmpty ? "\n"u8 : ",\n"u8);
        isEmpty = false;
        buffer.ResetWrittenCount();
        json.Reset();
        write(json);
        json.Flush();
        stream.Write(buffer.WrittenSpan);
    }

    /// <summary>Ends the array, and gives the file its name.</summary>
    public void Complete()
    {
        stream.Write(System.Text.Encoding.UTF8.GetBytes($"\n{after}\n"));
        stream.Dispose();
        file.Complete();
    }

    public void Dispose()
    {
        json.Dispose();
        stream.Dispose();
        file.Dispose();
    }
}
