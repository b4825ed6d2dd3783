using System.Text.RegularExpressions;

namespace EdgePose.Daemon.Configuration;

/// <summary>Credentials inside an address: <c>scheme://user:password@host</c>.</summary>
internal static partial class Credentials
{
    /// <summary>Whether <paramref name="address"/> has a user part, also behind a mistyped scheme (rtsp:/user:password@host). An @ after the first slash is part of a path.</summary>
    public static bool IsIn(string address) => MistypedWithUser().IsMatch(address) || Authority(address) is var (start, end) && address.AsSpan(start, end - start).Contains('@');

    /// <summary>The address without its user part, and with its query hidden: cameras carry passwords there.</summary>
    public static string Hide(string address)
    {
        if (address.Contains(' ', StringComparison.Ordinal))
        {
            // No address but a pipeline of the operator's own, which may hold addresses, and passwords as properties (rtspsrc user-pw=...).
            return PropertyWithSecret().Replace(WithoutUsers(address), "$1...");
        }

        if (Authority(address) is not var (start, end))
        {
            return WithoutUsers(address); // a mistyped scheme, rtsp:/user:password@host
        }

        var host = address[start..end];
        var query = address.IndexOf('?', end);
        return WithoutUsers(address[..start] + host[(host.LastIndexOf('@') + 1)..] + (query < 0 ? address[end..] : address[end..query] + "?..."));
    }

    /// <summary>What is around a user part that was taken out may make up another one: until there is none.</summary>
    private static string WithoutUsers(string text)
    {
        for (var before = string.Empty; text != before;)
        {
            (before, text) = (text, UserInside().Replace(text, ""));
        }

        return text;
    }

    [GeneratedRegex(@"^[\w+.-]+:(?::?/?[^/]*:.*@|.*:/{1,2}[^\s/@]*:[^\s/@]*@)")]
    private static partial Regex MistypedWithUser();

    [GeneratedRegex(@"(?<=://)[^\s/""']*@|(?<=:/)[^\s/""']*:[^\s/""']*@")]
    private static partial Regex UserInside();

    /// <summary>The value goes on to the first space outside quotes, as gst-launch takes it.</summary>
    [GeneratedRegex(@"([\w-]*(?:pw|password|passwd|secret|token)\s*=\s*)(?:""[^""]*""|\S)+", RegexOptions.IgnoreCase)]
    private static partial Regex PropertyWithSecret();

    private static (int Start, int End)? Authority(string address)
    {
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return null;
        }

        // A password may hold a slash that nobody escaped: when what follows the first colon is no port, the user part goes on to the last @.
        var start = scheme + 3;
        var end = address.IndexOfAny(['/', '?'], start); // where GStreamer ends it too
        end = end < 0 ? address.Length : end;
        var at = address.LastIndexOf('@');
        var colon = address.AsSpan(start, end - start).IndexOf(':');
        var port = colon < 0 ? [] : address.AsSpan(start + colon + 1, end - start - colon - 1);
        return at > end && port.ContainsAnyExceptInRange('0', '9') && address[start] != '[' ? (start, at + 1) : (start, end);
    }
}
