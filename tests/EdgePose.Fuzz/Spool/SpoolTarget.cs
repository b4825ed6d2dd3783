using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using EdgePose.Delivery.Spool;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgePose.Fuzz.Spool;

/// <summary>
/// A spool as a disk gives it back: four bytes that say how long its first file is, that file, and its second. It opens, whatever the bytes are, and holds a part of the messages that were written into
/// the corpus, in their order and unchanged.
/// </summary>
internal sealed class SpoolTarget : IFuzzTarget, IDisposable
{
    /// <summary>How many <see cref="Make"/> writes.</summary>
    public const int Messages = 12;

    /// <summary>How many of them were delivered. Where the record of that is damaged, they come again.</summary>
    public const int Delivered = 2;

    // In memory where that is a folder: a disk would set the pace.
    private readonly DirectoryInfo folder = Directory.Exists("/dev/shm") ? Directory.CreateDirectory($"/dev/shm/edgepose-fuzz-{Guid.NewGuid():N}") : Directory.CreateTempSubdirectory("edgepose-fuzz-");

    public string Name => "spool";

    public int Rounds => 300;

    public int MaxBytes => 128 * 1024;

    /// <summary>Promised is a start within a second.</summary>
    public TimeSpan LimitPerMegabyte => TimeSpan.FromSeconds(5);

    public IReadOnlyList<string> Pieces { get; } = ["EPspool\n", "EPr\u0002", "EPr", "\u0000\u0000\u0000\u0000", "\u007f\u007f\u007f\u007f", "\u0002\u0000\u0000\u0000"];

    /// <summary>How many messages were found again.</summary>
    public int Found { get; private set; }

    public object Run(byte[] input)
    {
        foreach (var file in folder.EnumerateFiles())
        {
            file.Delete();
        }

        var length = input.Length >= 4 ? Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(input), 0, input.Length - 4) : 0;
        File.WriteAllBytes(SpoolContents.PathOf(folder.FullName, 1), input.AsSpan(Math.Min(4, input.Length), length));
        File.WriteAllBytes(SpoolContents.PathOf(folder.FullName, 2), input.AsSpan(Math.Min(4, input.Length) + length));
        using var store = new SpoolEventStore(Options(folder.FullName), TimeProvider.System, NullLogger.Instance);
        var messages = new List<StoredMessage>();
        for (var left = store.Count; left > 0; left--)
        {
            Lease? lease = null;
            Assert.True(SpinWait.SpinUntil(() => (lease = store.TryLease()) is not null, TimeSpan.FromSeconds(20)), $"{left} messages are counted and do not come");
            messages.Add(lease!.Value.Message);
        }

        return messages;
    }

    public void Examine(byte[] input, object outcome)
    {
        var before = -1;
        foreach (var message in (List<StoredMessage>)outcome)
        {
            var number = int.Parse(message.Id[(message.Id.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture);
            Assert.InRange(number, before + 1, Messages - 1);
            var written = Message(number);
            Assert.Equal((written.Id, written.Topic, written.Type, written.At), (message.Id, message.Topic, message.Type, message.At));
            Assert.Equal(written.Payload, message.Payload);
            before = number;
            Found++;
        }
    }

    /// <summary>What the corpus was made with: a spool of two files, of which some events were delivered.</summary>
    public byte[] Make()
    {
        var made = folder.CreateSubdirectory("made");
        using (var log = new SpoolLog(Options(made.FullName) with { SegmentLimit = 4000 }))
        {
            for (var number = 0; number < Messages; number++)
            {
                long[] delivered = number >= Delivered && number < 2 * Delivered ? [number - Delivered + 1] : [];
                log.Append([new SpoolEvent(number + 1, DateTimeOffset.UnixEpoch.AddYears(56), Message(number))], delivered, default);
            }
        }

        var files = made.GetFiles("*.seg").OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => File.ReadAllBytes(file.FullName)).ToArray();
        Assert.Equal(2, files.Length);
        made.Delete(recursive: true);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, files[0].Length);
        return [.. length, .. files[0], .. files[1]];
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static SpoolOptions Options(string folder) => new(folder, 64_000_000, TimeSpan.FromHours(80_000), 1000);

    private static StoredMessage Message(int number)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"device-boot-{number}");
        return new StoredMessage(id, "edgepose/v1/s/d/c/track", "edgepose.track", DateTimeOffset.UnixEpoch.AddYears(56).AddSeconds(number), Encoding.UTF8.GetBytes(id.PadRight(300, '.')));
    }
}
