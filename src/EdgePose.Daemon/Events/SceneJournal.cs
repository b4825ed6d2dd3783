using System.Text.Json;
using EdgePose.Delivery.Spool;
using EdgePose.Scene;

namespace EdgePose.Daemon.Events;

/// <summary>
/// What scenes must know after a restart: totals of lines, open states, and the latest events. An event is written here before it goes to the store of events.
/// After a kill the latest ones go there again with their ids, so that a count is neither lost nor doubled: the total and the event are one record.
/// </summary>
/// <remarks>A record is one line of JSON, appended in one write, which a killed process leaves whole. Losing power may cost the latest records.</remarks>
public sealed class SceneJournal : IDisposable
{
    // More than wait in memory for the disk, at the events of a busy crossing.
    private const int KeptEvents = 256;
    private const long CompactBytes = 1_000_000;

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web);

    private readonly string path;
    private readonly Dictionary<(string Camera, string Line), Total> totals = [];
    private readonly HashSet<OpenState> open = [];
    private readonly Queue<StoredMessage> latest = new();
    private FileStream file;

    /// <summary>Opens the journal, and takes in what an earlier run has left.</summary>
    /// <param name="path">Its file; the folder is made where it is missing.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public SceneJournal(string path)
    {
        this.path = path;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (File.Exists(path))
        {
            foreach (var line in File.ReadLines(path))
            {
                Take(Read(line));
            }
        }

        Unsettled = [.. latest];
        Interrupted = [.. open];
        open.Clear();
        latest.Clear();
        file = Compact();
    }

    /// <summary>Events of an earlier run that was killed: the store may not have had them.</summary>
    public IReadOnlyList<StoredMessage> Unsettled { get; }

    /// <summary>States that an earlier run left open.</summary>
    public IReadOnlyList<OpenState> Interrupted { get; }

    /// <summary>The totals of a camera's lines.</summary>
    public IEnumerable<(string Line, long In, long Out)> TotalsOf(string camera) =>
        totals.Where(pair => pair.Key.Camera == camera).Select(pair => (pair.Key.Line, pair.Value.In, pair.Value.Out));

    /// <summary>Writes an event down, before it goes to the store.</summary>
    public void Record(string camera, in SceneEvent happened, StoredMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var record = new Entry
        {
            Id = message.Id, Topic = message.Topic, Type = message.Type, At = message.At, Payload = message.Payload,
            Opened = OpenState.OpenedBy(camera, happened), Closed = OpenState.ClosedBy(camera, happened),
            Total = happened.Kind == SceneEventKind.LineCrossed ? new Total(camera, happened.Subject, happened.TotalIn, happened.TotalOut) : null,
            Renamed = happened.Kind == SceneEventKind.Renamed ? new Renamed(camera, happened.FormerTrackId, happened.TrackId) : null,
        };
        file.Write([.. JsonSerializer.SerializeToUtf8Bytes(record, Form), (byte)'\n']);
        Take(record);
        if (file.Length > CompactBytes)
        {
            file.Dispose();
            file = Compact();
        }
    }

    /// <summary>Everything that was recorded is in the store of events, which is closed: nothing is to be sent again.</summary>
    public void Dispose()
    {
        latest.Clear();
        file.Dispose();
        Compact().Dispose();
    }

    private static Entry? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Entry>(line, Form);
        }
        catch (JsonException)
        {
            return null; // cut short by a loss of power
        }
    }

    private void Take(Entry? record)
    {
        if (record is null)
        {
            return;
        }

        if (record.Total is { } total)
        {
            totals[(total.Camera, total.Line)] = total;
        }

        if (record.Opened is { } opened)
        {
            open.Add(opened);
        }

        if (record.Closed is { } closed)
        {
            open.RemoveWhere(state => state with { Detail = "" } == closed with { Detail = "" });
        }

        if (record.Renamed is { } renamed)
        {
            foreach (var state in open.Where(state => state.Camera == renamed.Camera && state.TrackId == renamed.Former).ToList())
            {
                open.Remove(state);
                open.Add(state with { TrackId = renamed.Next });
            }
        }

        if (record.Id is { } id)
        {
            latest.Enqueue(new StoredMessage(id, record.Topic!, record.Type!, record.At, record.Payload!));
            while (latest.Count > KeptEvents)
            {
                latest.Dequeue();
            }
        }
    }

    /// <summary>Writes another journal with the current values, and replaces the old one with it.</summary>
    private FileStream Compact()
    {
        var next = path + ".new";
        var records = totals.Values.Select(total => new Entry { Total = total })
            .Concat(open.Select(state => new Entry { Opened = state }))
            .Concat(latest.Select(message => new Entry { Id = message.Id, Topic = message.Topic, Type = message.Type, At = message.At, Payload = message.Payload }));
        File.WriteAllLines(next, records.Select(record => JsonSerializer.Serialize(record, Form)));
        File.Move(next, path, overwrite: true);
        return new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    private sealed record Total(string Camera, string Line, long In, long Out);

    private sealed record Renamed(string Camera, long Former, long Next);

    private sealed record Entry
    {
        public string? Id { get; init; }

        public string? Topic { get; init; }

        public string? Type { get; init; }

        public DateTimeOffset At { get; init; }

        public byte[]? Payload { get; init; }

        public OpenState? Opened { get; init; }

        public OpenState? Closed { get; init; }

        public Total? Total { get; init; }

        public Renamed? Renamed { get; init; }
    }
}
