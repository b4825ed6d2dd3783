using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace EdgePose.Cameras.Sources;

/// <summary>A camera's challenge for a login, and the answer to it.</summary>
/// <remarks>Basic (RFC 7617) and digest with MD5 (RFC 7616, RFC 2069 without qop): the schemes that GStreamer has.</remarks>
internal sealed partial class RtspLogin
{
    private const string Nonce = "d2f1a6c09b7e4835"; // a client nonce protects against chosen server nonces only, and this login is not repeated

    private readonly Dictionary<string, string>? digest;

    private RtspLogin(Dictionary<string, string>? digest) => this.digest = digest;

    /// <summary>Digest algorithms that the camera asks for and GStreamer lacks; empty when it offers another way.</summary>
    public static string UnknownAlgorithms(IReadOnlyCollection<string> challenges) =>
        Read(challenges) is null ? string.Join(", ", challenges.Select(Parameters).Select(each => each.GetValueOrDefault("algorithm")).OfType<string>().Distinct()) : string.Empty;

    /// <summary>The strongest challenge that can be answered; null when there is none.</summary>
    public static RtspLogin? Read(IReadOnlyCollection<string> challenges)
    {
        var digest = challenges.Where(each => each.StartsWith("Digest", StringComparison.OrdinalIgnoreCase)).Select(Parameters)
            .FirstOrDefault(each => each.GetValueOrDefault("algorithm", "MD5").Equals("MD5", StringComparison.OrdinalIgnoreCase));
        return digest is not null || challenges.Any(each => each.StartsWith("Basic", StringComparison.OrdinalIgnoreCase)) ? new RtspLogin(digest) : null;
    }

    /// <summary>The value of the header Authorization.</summary>
    public string Answer(string method, string uri, string user, string password)
    {
        if (digest is null)
        {
            return "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        }

        var (realm, nonce) = (digest.GetValueOrDefault("realm", string.Empty), digest.GetValueOrDefault("nonce", string.Empty));
        var (account, request) = (Md5($"{user}:{realm}:{password}"), Md5($"{method}:{uri}"));
        var isQop = digest.GetValueOrDefault("qop", string.Empty).Split(',').Any(each => each.Trim() == "auth");
        var response = isQop ? Md5($"{account}:{nonce}:00000001:{Nonce}:auth:{request}") : Md5($"{account}:{nonce}:{request}");
        return $"Digest username=\"{user}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", response=\"{response}\""
            + (isQop ? $", qop=auth, nc=00000001, cnonce=\"{Nonce}\"" : string.Empty)
            + (digest.TryGetValue("opaque", out var opaque) ? $", opaque=\"{opaque}\"" : string.Empty);
    }

    private static Dictionary<string, string> Parameters(string challenge) => Parameter().Matches(challenge)
        .GroupBy(match => match.Groups[1].Value, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(same => same.Key, same => same.First().Groups[2].Success ? same.First().Groups[2].Value : same.First().Groups[3].Value, StringComparer.OrdinalIgnoreCase);

    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));

    [GeneratedRegex("""(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))""")]
    private static partial Regex Parameter();
}
