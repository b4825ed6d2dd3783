using System.Security.Cryptography;
using System.Text;
using EdgePose.Daemon.Settings;
using EdgePose.Delivery.Broker;
using Microsoft.AspNetCore.Http;

namespace EdgePose.Web.Serving;

/// <summary>
/// Decides which requests are answered. Three checks, each for one attack: the host's name against DNS rebinding, the origin against foreign pages in the
/// operator's browser, and the token against everybody else.
/// </summary>
internal sealed class Doorkeeper
{
    /// <summary>The cookie of a browser that has presented the token.</summary>
    public const string Cookie = "edgepose-page";

    /// <summary>The most wrong tokens that are answered in a minute; more are refused unread. At this rate 96 bits are never found.</summary>
    private const int WrongTokensPerMinute = 20;

    private static readonly string[] LoopbackHosts = ["localhost", "127.0.0.1", "[::1]"];

    private readonly bool isLoopback;
    private readonly byte[]? token;
    private readonly TimeProvider time;
    private readonly byte[] sessionKey = RandomNumberGenerator.GetBytes(32); // a restart ends all sessions
    private readonly Lock gate = new();
    private long minute;
    private int wrongTokens;

    /// <summary>Makes one.</summary>
    /// <param name="config">The whole configuration, for the section of the page and the token's file.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">The token cannot be read.</exception>
    public Doorkeeper(EdgePoseConfig config, TimeProvider time)
    {
        (isLoopback, this.time) = (config.Page.IsLoopback, time);
        token = config.Page.TokenFile is { } file ? Encoding.UTF8.GetBytes(PasswordFile.Read(config.Resolve(file))) : null;
    }

    /// <summary>Whether a token is asked for.</summary>
    public bool AsksForToken => token is not null;

    /// <summary>Whether the request comes from this page or from a program, and not from a foreign page in a browser.</summary>
    public bool IsFromHere(HttpRequest request)
    {
        if (isLoopback && !LoopbackHosts.Contains(request.Host.Host, StringComparer.OrdinalIgnoreCase))
        {
            return false; // a foreign name that resolves to 127.0.0.1
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether the request presents the token, as a bearer or by the cookie of an earlier <see cref="Session"/>.</summary>
    public Admission Admit(HttpRequest request)
    {
        if (token is null || Matches(request.Cookies[Cookie], Session()))
        {
            return Admission.Granted;
        }

        var header = request.Headers.Authorization.ToString();
        const string scheme = "Bearer ";
        return header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? Try(header[scheme.Length..].Trim()) : Admission.Missing;
    }

    /// <summary>Compares a token in constant time, and counts wrong ones.</summary>
    public Admission Try(string presented)
    {
        lock (gate)
        {
            var now = time.GetTimestamp() / (time.TimestampFrequency * 60);
            (minute, wrongTokens) = (now, now == minute ? wrongTokens : 0);
            if (wrongTokens >= WrongTokensPerMinute)
            {
                return Admission.TooMany;
            }

            if (token is null || CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(presented)), SHA256.HashData(token)))
            {
                return Admission.Granted;
            }

            wrongTokens++;
            return Admission.Wrong;
        }
    }

    /// <summary>The cookie's value: it proves the token without holding it, and ends with the daemon.</summary>
    public string Session() => Convert.ToHexStringLower(HMACSHA256.HashData(sessionKey, token ?? []));

    private static bool Matches(string? given, string wanted) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(wanted));
}

/// <summary>What became of a token.</summary>
internal enum Admission
{
    /// <summary>The right one, or none is asked for.</summary>
    Granted,

    /// <summary>None was presented.</summary>
    Missing,

    /// <summary>A wrong one.</summary>
    Wrong,

    /// <summary>Too many wrong ones within a minute.</summary>
    TooMany,
}
