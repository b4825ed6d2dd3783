using System.Globalization;
using System.Text.Json;

namespace EdgePose.Cli;

/// <summary>Turns messages as a subscriber receives them into lines that a person reads: track starts and ends at once, poses as one line a second.</summary>
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
            using var document = JsonDocument.Parse(payload);
            var root = document.RootElement.TryGetProperty("specversion", out _) && document.RootElement.TryGetProperty("data", out var data) ? data : document.RootElement;
            switch (kind)
            {
                case "pose":
                    Add(root);
                    break;
                case "track":
                    output.WriteLine(TrackLine(root));
                    break;
                case "state":
                    output.WriteLine($"{Clock()}  camera {Text(root, "camera")}: {Text(root, "state")} {Text(root, "message")}".TrimEnd());
                    break;
                case "status":
                    output.WriteLine($"{Clock()}  device {Text(root, "device")}: {Text(root, "status")}");
                    break;
                default:
                    output.WriteLine($"{Clock()}  {topic}: {payload.Length} bytes");
                    break;
            }

            if (time.GetElapsedTime(lastLine) >= TimeSpan.FromSeconds(1))
            {
                Summarise();
            }
        }
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
        window.LatenciesMs.Add(pose.TryGetProperty("latencyMs", out var latency) ? latency.GetDouble() : double.NaN);
    }

    private void Summarise()
    {
        var seconds = time.GetElapsedTime(lastLine).TotalSeconds;
        lastLine = time.GetTimestamp();
        foreach (var (camera, window) in windows)
        {
            window.LatenciesMs.Sort();
            var p95 = window.LatenciesMs.Count == 0 ? double.NaN : window.LatenciesMs[(int)Math.Ceiling(.95 * window.LatenciesMs.Count) - 1];
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Clock()}  {camera}: {window.People} people, {window.Frames / seconds:0.0} poses/s, capture to publication {p95:0} ms (p95)"));
            window.Frames = 0;
            window.LatenciesMs.Clear();
        }
    }

    private static string TrackLine(JsonElement track)
    {
        var seconds = track.TryGetProperty("durationSeconds", out var duration) ? duration.GetDouble() : 0;
        return string.Create(CultureInfo.InvariantCulture, $"{Clock()}  {Text(track, "camera")}: track {Text(track, "trackId")} {Text(track, "kind")} ({seconds:0.0} s)");
    }

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : string.Empty;

    private static string Clock() => DateTime.Now.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private sealed class Window
    {
        public int Frames { get; set; }

        public int People { get; set; }

        public List<double> LatenciesMs { get; } = [];
    }
}
