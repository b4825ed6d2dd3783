using System.Globalization;
using System.Text.Json;

namespace EdgePose.Cli;

/// <summary>Turns messages as a subscriber receives them into lines that a person reads: track starts and ends at once, poses as one line a second. What it cannot read gets a line, too.</summary>
internal sealed class EventPrinter(TextWriter output, TimeProvider time)
{
    private readonly SortedDictionary<string, Window> windows = new(StringComparer.Ordinal);
    private readonly object gate = new();
    private long lastLine = time.GetTimestamp();

    /// <summary>How many messages of each kind (the topic's last level) came.</summary>
    public SortedDictionary<string, long> Received { get; } = new(StringComparer.Ordinal);

    /// <summary>Takes one message.</summary>
    public void Take(string topic, ReadOnlyMemory<byte> payload)
    {
        lock (gate)
        {
            var kind = topic[(topic.LastIndexOf('/') + 1)..];
            Received[kind] = Received.GetValueOrDefault(kind) + 1;
            if (payload.Length == 0)
            {
                Say(kind == "state" ? $"{topic}: the camera was taken out (empty message)" : $"{topic}: taken back (empty message)");
            }
            else
            {
                TakeEvent(topic, kind, payload);
            }

            if (time.GetElapsedTime(lastLine) >= TimeSpan.FromSeconds(1))
            {
                Summarise();
            }
        }
    }

    private void TakeEvent(string topic, string kind, ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            var root = document.RootElement;
            root = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("specversion", out _) && root.TryGetProperty("data", out var data) ? data : root;
            if (root.ValueKind != JsonValueKind.Object)
            {
                Say($"{topic}: not understood: {payload.Length} bytes that are no JSON object");
            }
            else if (MissingIn(root, kind) is { } missing)
            {
                Say($"{topic}: not understood: {payload.Length} bytes without {missing}");
            }
            else
            {
                Tell(topic, kind, root, payload.Length);
            }
        }
        catch (JsonException)
        {
            Say($"{topic}: not understood: {payload.Length} bytes that are no JSON");
        }
    }

    private void Tell(string topic, string kind, JsonElement root, int bytes)
    {
        switch (kind)
        {
            case "pose":
                Add(root);
                break;
            case "track":
                Say(string.Create(CultureInfo.InvariantCulture, $"{Text(root, "camera")}: track {Text(root, "trackId")} {Text(root, "kind")} ({Number(root, "durationSeconds", 0):0.0} s)"));
                break;
            case "state":
                Say($"camera {Text(root, "camera")}: {Text(root, "state")} {Text(root, "message")}".TrimEnd());
                break;
            case "status":
                Say($"device {Text(root, "device")}: {Text(root, "status")}");
                break;
            default:
                Say($"{topic}: {bytes} bytes");
                break;
        }
    }

    /// <summary>What a message of a kind must have and has not, or has in another form; null when nothing.</summary>
    private static string? MissingIn(JsonElement root, string kind)
    {
        (string Name, JsonValueKind Kind)[] members = kind switch
        {
            "pose" => [("camera", JsonValueKind.String), ("people", JsonValueKind.Array)],
            "track" => [("camera", JsonValueKind.String), ("trackId", JsonValueKind.Number), ("kind", JsonValueKind.String)],
            "state" => [("camera", JsonValueKind.String), ("state", JsonValueKind.String)],
            "status" => [("device", JsonValueKind.String), ("status", JsonValueKind.String)],
            _ => [],
        };
        foreach (var (name, wanted) in members)
        {
            if (!root.TryGetProperty(name, out var value) || value.ValueKind != wanted)
            {
                return $"a {wanted.ToString().ToLowerInvariant()} {name}";
            }
        }

        return null;
    }

    private void Add(JsonElement pose)
    {
        var camera = Text(pose, "camera");
        if (!windows.TryGetValue(camera, out var window))
        {
            windows[camera] = window = new Window();
        }

        window.Frames++;
        window.People = pose.GetProperty("people").GetArrayLength();
        window.LatenciesMs.Add(Number(pose, "latencyMs", double.NaN));
    }

    private void Summarise()
    {
        var seconds = time.GetElapsedTime(lastLine).TotalSeconds;
        lastLine = time.GetTimestamp();
        foreach (var (camera, window) in windows)
        {
            window.LatenciesMs.Sort();
            var p95 = window.LatenciesMs.Count == 0 ? double.NaN : window.LatenciesMs[(int)Math.Ceiling(.95 * window.LatenciesMs.Count) - 1];
            Say(string.Create(CultureInfo.InvariantCulture, $"{camera}: {window.People} people, {window.Frames / seconds:0.0} poses/s, capture to publication {p95:0} ms (p95)"));
            window.Frames = 0;
            window.LatenciesMs.Clear();
        }
    }

    /// <summary>Writes a line. Anybody who may publish chooses parts of it, so control characters, which a terminal obeys, are replaced.</summary>
    private void Say(string line) =>
        output.WriteLine($"{DateTime.Now.ToString("HH:mm:ss", CultureInfo.InvariantCulture)}  {string.Concat(line.Select(letter => char.IsControl(letter) ? '?' : letter))}");

    private static double Number(JsonElement element, string name, double otherwise) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : otherwise;

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : string.Empty;

    private sealed class Window
    {
        public int Frames { get; set; }

        public int People { get; set; }

        public List<double> LatenciesMs { get; } = [];
    }
}
