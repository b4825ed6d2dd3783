using EdgePose.Daemon.Settings;
using System.Text;
using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;

namespace EdgePose.Fuzz.Configuration;

/// <summary>A megabyte costs at most 100 ms, which the nightly tier holds, and so many bytes of memory, which every run holds, whatever it is full of. Mutations alone seldom make a long file that is still JSON, so these are made on purpose.</summary>
public sealed class ConfigurationCostTests
{
    private const int Length = ConfigurationFile.MaxBytes;
    private const int Runs = 5;
    private const double LimitSeconds = 0.1;
    private const long MostAllocatedBytes = 48L << 20;

    public static TheoryData<string> Kinds => [.. Files.Keys];

    private static readonly Dictionary<string, Func<string>> Files = new()
    {
        ["a long text"] = () => "{\"mqtt\":{\"username\":\"" + new string('a', Length - 100) + "\"}}",
        ["white space and lines"] = () => "{" + new string('\n', Length - 100) + "}",
        ["comments"] = () => "{" + Fill("/*x*/\n") + "}",
        ["unknown keys"] = () => "{" + Fill(i => $"\"k{i}\":0,") + "}",
        ["mistyped keys"] = () => "{\"mqtt\":{" + Fill(i => $"\"keepAliveSeconds{i}\":0,") + "}}",
        ["one key over and over"] = () => "{" + Fill("\"mqtt\":{},") + "}",
        ["long keys"] = () => "{" + Fill(i => $"\"{new string('k', 500)}{i}\":0,") + "}",
        ["numbers"] = () => "{\"x\":[" + Fill("1,") + "]}",
        ["empty objects"] = () => "{\"x\":[" + Fill("{},") + "]}",
        ["empty cameras"] = () => "{\"cameras\":[" + Fill("{},") + "]}",
        ["a thousand cameras"] = () => "{\"network\":{\"manifest\":\"m\"},\"cameras\":[" + Fill(i => $"{{\"id\":\"c{i}\",\"address\":\"rtsp://h/{new string('a', 980)}\"}},", 1000) + "]}",
        ["a thousand cameras by id, of a template"] = () => "{\"network\":{\"manifest\":\"m\"},\"cameraTemplates\":{\"t\":{\"maxFps\":5}},\"cameras\":{" + Fill(i => $"\"c{i}\":{{\"extends\":\"t\",\"address\":\"rtsp://h/{new string('a', 960)}\"}},", 1000) + "}}",
        ["a thousand broken cameras"] = () => "{\"cameras\":[" + Fill(i => $"{{\"id\":\"C {i}\",\"adress\":{i},\"maxFps\":-1,\"x\":\"{new string('a', 900)}\"}},", 1000) + "]}",
        ["a thousand templates, each of the next"] = () => "{\"cameraTemplates\":{" + Fill(i => $"\"t{i}\":{{\"extends\":\"t{i + 1}\",\"username\":\"{new string('a', 980)}\"}},", 1000) + "}}",
        ["a thousand unknown templates"] = () => "{\"cameraTemplates\":{" + Fill(i => $"\"t{i}\":{{\"extends\":\"unknown-{i}\",\"username\":\"{new string('a', 960)}\"}},", 1000) + "}}",
        ["a thousand cameras to remove"] = () => "{\"cameras\":{" + Fill(i => $"\"c{i}\":null,/*{new string('a', 980)}*/", 1000) + "}}",
        ["providers"] = () => "{\"network\":{\"manifest\":\"m\",\"providers\":[" + Fill("\"gpu\",") + "]}}",
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_megabyte_costs_no_more_than_it_may(string kind)
    {
        var file = Encoding.UTF8.GetBytes(Files[kind]());
        Assert.InRange(file.Length, Length * 9 / 10, Length);
        var (result, before) = (default(ConfigurationResult<EdgePoseConfig>), GC.GetAllocatedBytesForCurrentThread());
        var least = Enumerable.Range(0, Runs).Min(_ => ThreadTime.Of(() => result = LayeredConfiguration.OfFile(EdgePoseConfiguration.Model, ConfigurationLayer.Parse(EdgePoseConfiguration.Model, new ConfigurationSource("file", "x.json"), file), "x.json", new LoadOptions { LookForFiles = false }).Result));
        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / Runs;
        Measured.Say($"a costly configuration, {kind}", $"{least.TotalMilliseconds:0} ms, {allocated >> 20} MB allocated, {result.Errors.Count} errors");
        Assert.InRange(allocated, 0, MostAllocatedBytes);
        Measured.Hold(least.TotalSeconds, LimitSeconds, kind);
    }

    private static string Fill(string piece) => string.Concat(Enumerable.Repeat(piece, (Length - 100) / piece.Length));

    private static string Fill(Func<int, string> piece, int most = int.MaxValue)
    {
        var text = new StringBuilder();
        for (var i = 0; i < most && piece(i) is var next && text.Length + next.Length < Length - 100; i++)
        {
            text.Append(next);
        }

        return text.ToString();
    }
}
