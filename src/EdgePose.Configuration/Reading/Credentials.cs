using System.Text.RegularExpressions;

namespace EdgePose.Configuration.Reading;

/// <summary>Credentials inside an address: <c>scheme://user:password@host</c>.</summary>
public static partial class Credentials
{
    /// <summary>
    /// Whether <paramref name="address"/> has a user part. The scheme can be mistyped (rtsp:/user:password@host) or missing (user:password@host).
    /// An @ after the first slash is part of a path.
    /// </summary>
    public static bool IsIn(string address) =>
        UserWithoutScheme().IsMatch(address) || MistypedWithUser().IsMatch(address) || Authority(address) is var (start, end) && address.AsSpan(start, end - start).Contains('@');

    /// <summary>
    /// The address without its user part. Of its query only the parameters that select a stream are kept, because cameras carry passwords there.
    /// Hiding a hidden address changes nothing.
    /// </summary>
    public static string Hide(string address)
    {
        if (address.AsSpan().Trim().Contains(' ') && !Scheme().IsMatch(address))
        {
            // This is a pipeline. It can hold addresses, and passwords as properties (rtspsrc user-pw=...).
            return PropertyWithSecret().Replace(WithoutUsers(address), "$1...");
        }

        address = UserWithoutScheme().Replace(address, "");
        var (start, end) = Authority(address) ?? (0, 0);
        var host = address[start..end];
        var query = address.IndexOf('?', end);
        var shown = address[..start] + host[(host.LastIndexOf('@') + 1)..] + (query < 0 ? address[end..] : address[end..query] + ShownOf(address[(query + 1)..]));
        return PropertyWithSecret().Replace(WithoutUsers(shown), "$1..."); // some cameras have the password in the path: /user=admin&password=...
    }

    private static string ShownOf(string query)
    {
        var parameters = query.Split('&');
        var harmless = parameters.Where(parameter => StreamParameter().IsMatch(parameter)).ToList();
        return $"?{string.Join('&', harmless.Count == parameters.Length ? harmless : [.. harmless, "..."])}";
    }

    /// <summary>Removing a user part can form another one, so this repeats until there is none.</summary>
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

    [GeneratedRegex(@"^\s*[\w+.-]+://")]
    private static partial Regex Scheme();

    /// <summary>With a slash before the colon, or with file:, it is the path of a file, which can hold an @.</summary>
    [GeneratedRegex(@"^(?!file:)[/\s]*[^/\s:@]*:(?!//).*@", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex UserWithoutScheme();

    /// <summary>Harmless parameters: cameras' names for channels, streams and codecs. Their names for passwords are not known.</summary>
    [GeneratedRegex(
        @"^(?:channel|channelid|ch|chn|chid|camera|cam|input|inst|line|stream|streamid|streamtype|subtype|substream|profile|profileid|streamprofile|track|trackid|videocodec|codec|resolution|width|height|fps|framerate|bitrate|compression|quality|rotation|unicast|multicast|proto|transportmode|audio|video)=[\w.-]{1,16}$",
        RegexOptions.IgnoreCase)]
    private static partial Regex StreamParameter();

    [GeneratedRegex(@"(?<=://)[^\s/""']*@|(?<=:/)[^\s/""']*:[^\s/""']*@")]
    private static partial Regex UserInside();

    /// <summary>A value ends at the first space outside quotes, as for gst-launch.</summary>
    [GeneratedRegex(@"([\w-]*(?:pw|password|passwd|secret|token)\s*=\s*)(?:""[^""]*""|\S)+", RegexOptions.IgnoreCase)]
    private static partial Regex PropertyWithSecret();

    private static (int Start, int End)? Authority(string address)
    {
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return null;
        }

        // A password can hold a slash that is not escaped. When no port follows the first colon, the user part ends at the last @.
        var start = scheme + 3;
        var end = address.IndexOfAny(['/', '?'], start); // as GStreamer does
        end = end < 0 ? address.Length : end;
        var at = address.LastIndexOf('@');
        var colon = address.AsSpan(start, end - start).IndexOf(':');
        var port = colon < 0 ? [] : address.AsSpan(start + colon + 1, end - start - colon - 1);
        return at > end && port.ContainsAnyExceptInRange('0', '9') && address[start] != '[' ? (start, at + 1) : (start, end);
    }
}
