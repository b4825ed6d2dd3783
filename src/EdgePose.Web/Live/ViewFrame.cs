using System.Buffers;
using System.Text.Json;
using EdgePose.Cameras.Frames;

namespace EdgePose.Web.Live;

/// <summary>One frame on its way to viewers: the people as JSON, and a reference to the picture. Used over and over.</summary>
internal sealed class ViewFrame : IDisposable
{
    /// <summary>Initial room: a frame of some ten people.</summary>
    private const int UsualBytes = 16 * 1024;

    private readonly ArrayBufferWriter<byte> buffer = new(UsualBytes);

    /// <summary>Makes an empty one.</summary>
    public ViewFrame() => Json = new Utf8JsonWriter(buffer);

    /// <summary>Where the people are written.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Header => buffer.WrittenMemory;

    /// <summary>The picture, with a reference that is this one's; null for skeletons alone.</summary>
    public Frame? Picture { get; private set; }

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        Picture?.Release();
        Picture = null;
        buffer.ResetWrittenCount();
        Json.Reset();
    }

    /// <summary>Takes a reference to the picture.</summary>
    public void Keep(Frame picture)
    {
        picture.AddReference();
        Picture = picture;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Clear();
        Json.Dispose();
    }
}
