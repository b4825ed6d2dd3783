using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgePose.Daemon.Cameras;
using EdgePose.Daemon.Cameras.Decoder;
using EdgePose.Daemon.Configuration;

namespace EdgePose.Fuzz.Cameras;

/// <summary>
/// The address of a camera, of the broker, and a pipeline, all the same text. A password in an address is refused, and stands in nothing that is shown, logged or told; an address that is
/// taken has no user part that the decoder would find.
/// </summary>
internal sealed partial class AddressTarget : IFuzzTarget
{
    private const string Password = "s3cr3t-PW";

    private static LoadOptions Elsewhere { get; } = new() { LookForFiles = false };

    /// <summary>How many texts were taken as an address.</summary>
    public int Taken { get; private set; }

    public string Name => "addresses";

    public int MaxBytes => 4096;

    public TimeSpan LimitPerMegabyte => TimeSpan.FromMilliseconds(250);

    public IReadOnlyList<string> Pieces { get; } =
    [
        "rtsp://", "RTSP://", "rtsps://", "mqtts://", "file://", "://", "//", "/", "\\", ":", "@", "?", "#", "%40", "%3A", "u:" + Password + "@", ":" + Password + "@", Password, "[::1]", ":554", " ", "\t", "\u0000",
        "rtspsrc location=", " user-pw=" + Password, " user-id=u", "\"", "'", " ! ", "h/stream?user=u&password=" + Password, "\u00e9", "\ud83d\ude00", "/dev/video0", "..",
    ];

    private static readonly (string Key, string File)[] Files =
    [
        ("address", """{"device":{"site":"s","id":"d"},"network":{"manifest":"m.json"},"cameras":[{"id":"a","address":TEXT}]}"""),
        ("pipeline", """{"device":{"site":"s","id":"d"},"network":{"manifest":"m.json"},"cameras":[{"id":"a","address":"rtsp://h/","pipeline":TEXT}]}"""),
        ("mqtt", """{"device":{"site":"s","id":"d"},"network":{"manifest":"m.json"},"mqtt":{"address":TEXT}}"""),
    ];

    public object Run(byte[] input)
    {
        var text = JsonSerializer.Serialize(Encoding.UTF8.GetString(input));
        return Files.Select(each => LayeredConfiguration.OfFile(
            ConfigurationLayer.Parse(new ConfigurationSource("file", "address.json"), Encoding.UTF8.GetBytes(each.File.Replace("TEXT", text, StringComparison.Ordinal))), "address.json", Elsewhere).Result).ToArray();
    }

    public void Examine(byte[] input, object outcome)
    {
        var text = Encoding.UTF8.GetString(input);
        foreach (var (result, (key, _)) in ((ConfigurationResult[])outcome).Zip(Files))
        {
            var told = string.Join('\n', result.Errors);
            if (HoldsPassword().IsMatch(text))
            {
                Assert.DoesNotMatch(HoldsPassword(), told);
                Assert.True(key == "pipeline" || result.Config is null || !IsAddress().IsMatch(text), "an address with a password was taken");
            }

            if (result.Config is { } config)
            {
                Taken++;
                Assert.DoesNotMatch(key == "pipeline" ? LocationHoldsPassword() : HoldsPassword(), EffectiveConfiguration.ToText(config));
                Assert.All(config.Cameras, camera => AssertCanBeKnockedAt(camera.Address));
                Assert.True(key == "pipeline" || !DecoderFindsUser().IsMatch(text), "an address was taken in which the decoder finds a user");
            }
        }
    }

    /// <summary>Whatever was taken as an address is read without a fault by who knocks at the camera, and a socket takes what comes out: it throws where a host is empty or too long.</summary>
    private static void AssertCanBeKnockedAt(string address)
    {
        Assert.False(SourceAddress.LacksHost(address), "an RTSP address without a host was taken");
        if (Knock.DoorOf(address) is { } door)
        {
            _ = new DnsEndPoint(door.Host, door.Port);
            Assert.InRange(door.Host.Length, 1, 255);
            Assert.True(Ascii.IsValid(door.Address) && !door.Address.AsSpan().ContainsAnyInRange('\u0000', ' '), "what is asked for does not fit into a request");
        }
    }

    /// <summary>scheme://user:password@ as a person writes it, or scheme:/ as one mistypes it.</summary>
    [GeneratedRegex(@"[a-z]:/{1,2}[\w.-]*:" + Password + "@", RegexOptions.IgnoreCase)]
    private static partial Regex HoldsPassword();

    /// <summary>It begins with a scheme: otherwise it is the path of a file, in which all of this may stand.</summary>
    [GeneratedRegex(@"\A[a-z][\w+.-]*:/", RegexOptions.IgnoreCase)]
    private static partial Regex IsAddress();

    /// <summary>In a pipeline of an operator's own, where an address has a place of its own.</summary>
    [GeneratedRegex(@"location=rtsps?://[\w.-]*:" + Password + "@")]
    private static partial Regex LocationHoldsPassword();

    /// <summary>As GStreamer reads an RTSP address: the user ends at an @ before the first / or ?.</summary>
    [GeneratedRegex(@"\Artsps?://[^/?]*@", RegexOptions.IgnoreCase)]
    private static partial Regex DecoderFindsUser();
}
