using EdgePose.Daemon.Settings;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgePose.Cameras.Sources;
using EdgePose.Configuration.Inspection;
using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;

namespace EdgePose.Fuzz.Cameras;

/// <summary>
/// The address of a camera, of the broker, a pipeline and the name of a password's file, all the same text. A password in an address is refused, and stands in nothing that is shown, logged or told; an address that is
/// taken has no user part that the decoder would find.
/// </summary>
internal sealed partial class AddressTarget : IFuzzTarget
{
    private const string Password = "s3cr3t-PW";

    private static LoadOptions Here { get; } = new();

    private static LoadOptions Elsewhere { get; } = new() { LookForFiles = false };

    /// <summary>How many texts were taken as an address.</summary>
    public int Taken { get; private set; }

    public string Name => "addresses";

    public int MaxBytes => 4096;

    public TimeSpan LimitPerMegabyte => TimeSpan.FromMilliseconds(250);

    public IReadOnlyList<string> Pieces { get; } =
    [
        "rtsp://", "RTSP://", "rtps://", "http://", "rtsps://", "mqtts://", "file://", "://", "//", "/", "\\", ":", "@", "?", "#", "%40", "%3A", "u:" + Password + "@", ":" + Password + "@", "cam_viewer:" + Password + "@", Password, "[::1]", ":554", " ", "\t", "\u0000",
        "rtspsrc location=", " user-pw=" + Password, " user-id=u", "\"", "'", " ! ", "h/stream?user=u&password=" + Password, "?channel=1", "&channel=", "\u00e9", "\ud83d\ude00", "/dev/video0", "..",
    ];

    private const string Head = """{"device":{"site":"s","id":"d"},"network":{"manifest":"m.json"}""";

    private static readonly (string Key, LoadOptions Options, string File)[] Files =
    [
        ("address", Elsewhere, Head + ""","cameras":[{"id":"a","address":TEXT}]}"""),
        ("address", Here, Head + ""","cameras":[{"id":"a","address":TEXT}]}"""),
        ("passwordFile", Here, Head + ""","cameras":[{"id":"a","address":"rtsp://h/","passwordFile":TEXT}]}"""),
        ("pipeline", Elsewhere, Head + ""","cameras":[{"id":"a","address":"rtsp://h/","pipeline":TEXT}]}"""),
        ("mqtt", Elsewhere, Head + ""","mqtt":{"address":TEXT}}"""),
    ];

    public object Run(byte[] input)
    {
        var text = JsonSerializer.Serialize(Encoding.UTF8.GetString(input));
        return Files.Select(each => LayeredConfiguration.OfFile(
            EdgePoseConfiguration.Model,
            ConfigurationLayer.Parse(EdgePoseConfiguration.Model, new ConfigurationSource("file", "address.json"), Encoding.UTF8.GetBytes(each.File.Replace("TEXT", text, StringComparison.Ordinal))), "address.json", each.Options).Result).ToArray();
    }

    public void Examine(byte[] input, object outcome)
    {
        var text = Encoding.UTF8.GetString(input);
        foreach (var (result, (key, _, _)) in ((ConfigurationResult<EdgePoseConfig>[])outcome).Zip(Files))
        {
            var told = string.Join('\n', result.Errors);
            if (HoldsPassword().IsMatch(text))
            {
                Assert.DoesNotMatch(HoldsPassword(), told);
                Assert.True(key == "pipeline" || result.Config is null || !IsAddress().IsMatch(text), "an address with a password was taken");
            }

            if (key == "passwordFile" || key != "pipeline" && SchemeForgotten().IsMatch(text))
            {
                Assert.True(result.Config is null, "a password was taken for the name of a file");
                Assert.DoesNotContain(Password, told, StringComparison.Ordinal);
            }

            if (result.Config is { } config)
            {
                Taken++;
                Assert.DoesNotMatch(key == "pipeline" ? LocationHoldsPassword() : HoldsPassword(), EffectiveConfiguration.ToText(config));
                Assert.All(config.Cameras, camera => AssertCanBeProbed(camera.Address));
                Assert.True(key == "pipeline" || !DecoderFindsUser().IsMatch(text), "an address was taken in which the decoder finds a user");
            }
        }
    }

    /// <summary>The probe takes whatever was taken as an address, and a socket takes its host: it throws where a host is empty or too long.</summary>
    private static void AssertCanBeProbed(string address)
    {
        Assert.False(RtspSource.LacksHost(address), "an RTSP address without a host was taken");
        if (RtspProbe.EndpointOf(address) is { } endpoint)
        {
            _ = new DnsEndPoint(endpoint.Host, endpoint.Port);
            Assert.InRange(endpoint.Host.Length, 1, 255);
            Assert.True(Ascii.IsValid(endpoint.Address) && !endpoint.Address.AsSpan().ContainsAnyInRange('\u0000', ' '), "the address does not fit into a request");
        }
    }

    /// <summary>scheme://user:password@ as a person writes it, or scheme:/ as one mistypes it.</summary>
    [GeneratedRegex(@"[a-z]:/{1,2}[\w.-]*:" + Password + "@", RegexOptions.IgnoreCase)]
    private static partial Regex HoldsPassword();

    /// <summary>It begins with a scheme: otherwise it is the path of a file, in which all of this may stand.</summary>
    [GeneratedRegex(@"\A[a-z][\w+.-]*:/", RegexOptions.IgnoreCase)]
    private static partial Regex IsAddress();

    /// <summary>user:password@ at the start, where file: makes it a path.</summary>
    [GeneratedRegex(@"\A(?!file:)/{0,2}[\w.-]*:" + Password + "@", RegexOptions.IgnoreCase)]
    private static partial Regex SchemeForgotten();

    /// <summary>In a pipeline of an operator's own, where an address has a place of its own.</summary>
    [GeneratedRegex(@"location=rtsps?://[\w.-]*:" + Password + "@")]
    private static partial Regex LocationHoldsPassword();

    /// <summary>As GStreamer reads an RTSP address: the user ends at an @ before the first / or ?.</summary>
    [GeneratedRegex(@"\Artsps?://[^/?]*@", RegexOptions.IgnoreCase)]
    private static partial Regex DecoderFindsUser();
}
