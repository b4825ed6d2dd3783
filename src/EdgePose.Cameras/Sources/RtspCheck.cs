using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace EdgePose.Cameras.Sources;

/// <summary>Asks a camera for its stream's description before GStreamer does. The status and the description decide what the fault is.</summary>
/// <remarks>GStreamer sends a wrong password eight times, which locks accounts; this sends it once. Its errors also hide the reason of a refused certificate or login.</remarks>
internal static class RtspCheck
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);

    /// <summary>A recorder or gateway may wake a camera before it answers.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);

    private const int MostRedirects = 4;

    /// <summary>What keeps the camera's stream from being opened; null when nothing does.</summary>
    public static async Task<(CameraFault Fault, string Message)?> RunAsync(CameraConfig camera, string? password)
    {
        var address = camera.Address;
        try
        {
            for (var redirects = 0; redirects <= MostRedirects; redirects++)
            {
                if (RtspProbe.EndpointOf(address) is not { } endpoint)
                {
                    return null; // GStreamer may know better
                }

                var answer = await DescribeAsync(endpoint, camera, password).ConfigureAwait(false);
                if (answer.Status is < 300 or >= 400 || answer.All("Location").FirstOrDefault() is not { } location)
                {
                    return FaultOf(answer, camera);
                }

                if (endpoint.IsEncrypted && RtspProbe.EndpointOf(location) is not { IsEncrypted: true })
                {
                    return (CameraFault.Unreachable, "the camera redirects to an address that is not encrypted; write that address if you trust its network");
                }

                address = location;
            }

            return (CameraFault.NotFound, $"the camera redirects more than {MostRedirects} times; write the address of the stream itself");
        }
        catch (AuthenticationException exception)
        {
            return (CameraFault.Unreachable, $"the camera's certificate is not trusted ({exception.Message}); name its certificate, or that of its authority, as \"caFile\"");
        }
        catch (Exception exception) when (exception is CryptographicException or UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
        {
            return (CameraFault.Unreachable, $"caFile {camera.CaFile} cannot be read ({exception.Message.TrimEnd('.')}); name a file of certificates (PEM)");
        }
        catch (InvalidDataException exception)
        {
            return (CameraFault.Unreachable, $"the answer cannot be read as RTSP ({exception.Message}); check that the address and port are those of the camera's RTSP server");
        }
        catch (OperationCanceledException)
        {
            return FaultText.Of(CameraFault.Unreachable, $"no connection within {ConnectLimit.TotalSeconds:0} s, or no answer within {AnswerLimit.TotalSeconds:0} s");
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return FaultText.Of(CameraFault.Unreachable, exception.Message);
        }
    }

    private static async Task<RtspAnswer> DescribeAsync(RtspEndpoint endpoint, CameraConfig camera, string? password)
    {
        using var connecting = new CancellationTokenSource(ConnectLimit);
        using var conversation = await RtspConversation.OpenAsync(endpoint, camera.CaFile, connecting.Token).ConfigureAwait(false);
        using var answering = new CancellationTokenSource(AnswerLimit);
        var answer = await conversation.AskAsync("DESCRIBE", endpoint.Address, null, answering.Token).ConfigureAwait(false);
        return answer.Status == 401 && camera.Username is { } user && RtspLogin.Read(answer.All("WWW-Authenticate")) is { } login
            ? await conversation.AskAsync("DESCRIBE", endpoint.Address, login.Answer("DESCRIBE", endpoint.Address, user, password ?? string.Empty), answering.Token).ConfigureAwait(false)
            : answer;
    }

    private static (CameraFault Fault, string Message)? FaultOf(RtspAnswer answer, CameraConfig camera) => answer.Status switch
    {
        >= 200 and < 300 => FaultOfDescription(answer.Body),
        401 or 407 when RtspLogin.UnknownAlgorithms(answer.All("WWW-Authenticate")) is { Length: > 0 } algorithms =>
            (CameraFault.Unauthorized, $"the camera offers only digest authentication with {algorithms}, which GStreamer does not have; allow MD5 or basic authentication in the camera's settings"),
        401 or 407 when camera.Username is null => (CameraFault.Unauthorized, "the camera asks for a user and a password; set username and passwordFile"),
        401 or 407 or 403 => FaultText.Of(CameraFault.Unauthorized, string.Empty),
        404 or 410 or 454 => FaultText.Of(CameraFault.NotFound, $"the camera answers {answer.Status} {answer.Reason}"),
        _ => (CameraFault.Unreachable, $"the camera answers {answer.Status} {answer.Reason}; check the address, and that the camera is ready"),
    };

    /// <remarks>Session Description Protocol (RFC 8866). A transport stream (payload type 33) is video, too.</remarks>
    private static (CameraFault Fault, string Message)? FaultOfDescription(string description)
    {
        string[] media = [.. description.Split('\n').Where(line => line.StartsWith("m=", StringComparison.Ordinal)).Select(line => line[2..].Split(' ')[0])];
        return media.Length == 0 || media.Contains("video")
            ? null
            : (CameraFault.Undecodable, $"the stream has no video, only {string.Join(" and ", media.Distinct())}; check the path in the address");
    }
}
