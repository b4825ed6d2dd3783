
namespace EdgePose.Testing;

/// <summary>
/// A network of its own, joined to this one by a cable (a veth pair) that a test may pull. Pulled, nothing tells either end: TCP connections
/// over it are half open, as with a switch that lost its power. Needs root; <see cref="WhyNot"/> tells when it cannot be had.
/// </summary>
internal sealed class NetworkNamespace : IDisposable
{
    private static int made;
    private readonly string name;
    private readonly string outerLink;
    private readonly string innerLink;

    public NetworkNamespace()
    {
        // Interface names hold 15 characters; the process id keeps two test programs on one machine apart.
        var number = Interlocked.Increment(ref made);
        (name, outerLink, innerLink) = ($"edgepose-{Environment.ProcessId}-{number}", $"epo{Environment.ProcessId}-{number}", $"epi{Environment.ProcessId}-{number}");
        var network = $"10.{200 + (number % 50)}.{Environment.ProcessId % 250}";
        (OuterAddress, InnerAddress) = ($"{network}.1", $"{network}.2");
        Run($"netns add {name}");
        Run($"link add {outerLink} type veth peer name {innerLink}");
        Run($"link set {innerLink} netns {name}");
        Run($"addr add {OuterAddress}/30 dev {outerLink}");
        Run($"link set {outerLink} up");
        Run($"-n {name} addr add {InnerAddress}/30 dev {innerLink}");
        Run($"-n {name} link set lo up");
        Run($"-n {name} link set {innerLink} up");
    }

    /// <summary>Why a namespace cannot be had here; null when it can.</summary>
    public static string? WhyNot { get; } = Probe();

    /// <summary>This side's address on the cable.</summary>
    public string OuterAddress { get; }

    /// <summary>The address, on the cable, of what runs inside.</summary>
    public string InnerAddress { get; }

    /// <summary>Makes a program run inside: <c>new ProcessStartInfo(file, arguments)</c> becomes one that does. Its process id stays the program's own.</summary>
    public (string FileName, IReadOnlyList<string> Arguments) Inside(string fileName, params IEnumerable<string> arguments) =>
        ("ip", ["netns", "exec", name, fileName, .. arguments]);

    /// <summary>Pulls the cable at the far end: this end keeps its address and learns nothing.</summary>
    public void Unplug() => Run($"-n {name} link set {innerLink} down");

    /// <summary>Plugs it in again.</summary>
    public void Plug() => Run($"-n {name} link set {innerLink} up");

    public void Dispose()
    {
        TryRun($"link del {outerLink}", out _);
        TryRun($"netns del {name}", out _);
    }

    private static string? Probe()
    {
        if (Environment.UserName != "root")
        {
            return "network namespaces need root";
        }

        try
        {
            using var probe = new NetworkNamespace();
            return null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"network namespaces cannot be had here: {exception.Message}";
        }
    }

    private static void Run(string arguments)
    {
        if (!TryRun(arguments, out var said))
        {
            throw new InvalidOperationException($"'ip {arguments}' failed: {said}");
        }
    }

    private static bool TryRun(string arguments, out string said)
    {
        (var code, said) = Tool.Run("ip", arguments.Split(' '));
        return code == 0;
    }
}
