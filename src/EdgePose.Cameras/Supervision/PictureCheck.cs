using System.Buffers.Binary;
using System.Numerics;
using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Frames;

namespace EdgePose.Cameras.Supervision;

/// <summary>
/// Finds a camera whose picture is frozen or black though frames come. It reads 384 points of each frame, and the whole picture of each key frame.
/// </summary>
/// <remarks>
/// <para>A still scene is not a frozen one. A sensor's noise makes each picture differ from the one before. An encoder at a low bit rate leaves the noise out: it repeats the picture
/// exactly from one key frame to the next. Measured with x264 on noise of 0.5 to 3 grey levels: up to 10.9 s of frames that are equal bit for bit. A key frame
/// is encoded from the sensor's picture of that moment, and does differ. So a picture is frozen when the <em>key frames</em> are equal bit for bit for <see cref="Limit"/>, and
/// nothing moved in between. Frames between key frames may differ a little even then: they refine what the key frame began with.</para>
/// <para>A source without any noise (a drawn test picture, a still image) counts as frozen. A frozen camera whose encoder is starved
/// (each key frame quantised differently) is not found. Where key frames are so far apart that none comes within the limit, a freeze is found with the second or third.</para>
/// </remarks>
/// <param name="time">The clock.</param>
internal sealed class PictureCheck(TimeProvider time)
{
    /// <summary>A picture that does not change for so long is frozen. Ten seconds are promised, and a freeze counts from the next key frame, so key frames may be four seconds apart.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The limit where key frames are unknown and every frame counts as one: longer than encoders wait between two.</summary>
    public static readonly TimeSpan BlindLimit = TimeSpan.FromSeconds(60);

    private const int Columns = 24;
    private const int Rows = 16;
    private const int MinEqual = 2; // a picture and its repetition: one picture alone is not frozen

    // Black in video is 16 of 255 (ITU-R BT.601), which decoders make 0; a covered lens adds a few levels of noise. Beyond it are dark scenes, in which a light,
    // a window or the sky fills more than the fiftieth part that may be brighter.
    private const int BlackLevel = 16;
    private const int MaxBrightPoints = Columns * Rows / 50;

    // The steps of refinement after a key frame stay below; a person who walks through changes dozens of points by more.
    private const int MovedLevels = 24;
    private const int MinMovedPoints = 3;

    private readonly byte[] keyGrid = new byte[Columns * Rows];
    private readonly byte[] grid = new byte[Columns * Rows];
    private (ulong Hash, int Width, int Height) key;
    private long equalSince;
    private long blackSince;
    private int equal;

    /// <summary>The state of the pictures.</summary>
    public PictureState State { get; private set; }

    /// <summary>How often they became frozen or black.</summary>
    public long Faults { get; private set; }

    /// <summary>Raised, on the thread of <see cref="Look"/>, when <see cref="State"/> changes from one picture to the next.</summary>
    public event Action<PictureState>? Changed;

    /// <summary>Looks at the next picture.</summary>
    /// <param name="frame">The picture; its time of arrival is set.</param>
    /// <param name="coding">How it was encoded.</param>
    public void Look(Frame frame, FrameCoding coding)
    {
        var now = frame.ArrivedTimestamp;
        var black = Sample(frame) <= MaxBrightPoints;
        blackSince = !black ? 0 : blackSince == 0 ? now : blackSince;
        if (coding != FrameCoding.Difference)
        {
            Compare(frame, now);
        }
        else if (Moved())
        {
            equal = 0;
        }

        var limit = coding == FrameCoding.Unknown ? BlindLimit : Limit;
        var isBlack = black && time.GetElapsedTime(blackSince, now) >= Limit;
        var isFrozen = equal >= MinEqual && time.GetElapsedTime(equalSince, now) >= limit;
        Set(isBlack ? PictureState.Black : isFrozen ? PictureState.Frozen : PictureState.Good);
    }

    /// <summary>Starts again: no pictures come for now, and the camera's own state says so.</summary>
    public void Forget() => (equal, blackSince, key, State) = (0, 0, default, PictureState.Unchecked);

    private void Set(PictureState next)
    {
        if (next == State)
        {
            return;
        }

        var began = State == PictureState.Unchecked;
        State = next;
        Faults += next is PictureState.Frozen or PictureState.Black ? 1 : 0;
        if (!began)
        {
            Changed?.Invoke(next);
        }
    }

    /// <summary>Takes the grey levels of the grid.</summary>
    /// <returns>How many of its points are not black.</returns>
    private int Sample(Frame frame)
    {
        var bright = 0;
        for (var row = 0; row < Rows; row++)
        {
            var line = frame.Pixels.AsSpan(((2 * row) + 1) * frame.HeightPx / (2 * Rows) * frame.StrideBytes, frame.StrideBytes);
            for (var column = 0; column < Columns; column++)
            {
                var pixel = line[(((2 * column) + 1) * frame.WidthPx / (2 * Columns) * 4)..];
                var luma = (byte)(((29 * pixel[0]) + (150 * pixel[1]) + (77 * pixel[2])) >> 8); // ITU-R BT.601, in 256ths
                grid[(row * Columns) + column] = luma;
                bright += luma > BlackLevel ? 1 : 0;
            }
        }

        return bright;
    }

    private void Compare(Frame frame, long now)
    {
        var next = (Hash(frame.Pixels.AsSpan(0, frame.HeightPx * frame.StrideBytes)), frame.WidthPx, frame.HeightPx);
        equalSince = next == key && equal > 0 ? equalSince : now;
        equal = next == key ? equal + 1 : 1;
        key = next;
        grid.AsSpan().CopyTo(keyGrid);
    }

    private bool Moved()
    {
        var moved = 0;
        for (var i = 0; i < grid.Length; i++)
        {
            moved += Math.Abs(grid[i] - keyGrid[i]) > MovedLevels ? 1 : 0;
        }

        return moved >= MinMovedPoints;
    }

    /// <summary>64 bits of a picture, in four lanes so that one step does not wait for the one before. Multiplication by an odd number loses nothing, so any one changed byte changes it.</summary>
    /// <remarks>Constant: 2^64 divided by the golden ratio (Knuth, The Art of Computer Programming 3, 6.4).</remarks>
    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        const ulong factor = 0x9E3779B97F4A7C15;
        ulong a = 1, b = 2, c = 3, d = 4;
        while (bytes.Length >= 32)
        {
            a = (BitOperations.RotateLeft(a, 29) ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * factor;
            b = (BitOperations.RotateLeft(b, 29) ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..])) * factor;
            c = (BitOperations.RotateLeft(c, 29) ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..])) * factor;
            d = (BitOperations.RotateLeft(d, 29) ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..])) * factor;
            bytes = bytes[32..];
        }

        foreach (var rest in bytes)
        {
            a = (BitOperations.RotateLeft(a, 29) ^ rest) * factor;
        }

        return a ^ BitOperations.RotateLeft(b, 17) ^ BitOperations.RotateLeft(c, 31) ^ BitOperations.RotateLeft(d, 47);
    }
}
