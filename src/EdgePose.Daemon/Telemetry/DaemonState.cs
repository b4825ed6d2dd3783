using System.Reflection;
using EdgePose.Daemon.Settings;
using EdgePose.Inference;

namespace EdgePose.Daemon.Telemetry;

/// <summary>What runs, since when, what was refused and why. The retained status, the reload and the log read it here. Any thread may write and read.</summary>
public sealed class DaemonState(TimeProvider time)
{
    private volatile RunningConfiguration configuration = new(string.Empty, time.GetUtcNow(), []);
    private volatile ConfigurationRefusal? refusal;
    private volatile PoseNetwork? network;
    private volatile Degradation overload = new([], string.Empty, time.GetUtcNow());

    /// <summary>The program's version, without the commit.</summary>
    public static string Version =>
        typeof(DaemonState).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>When the daemon started, UTC.</summary>
    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>The configuration that runs.</summary>
    public RunningConfiguration Configuration => configuration;

    /// <summary>The configuration that was given last, when it was refused; null when it runs.</summary>
    public ConfigurationRefusal? Refusal => refusal;

    /// <summary>The network that runs; null before it is open.</summary>
    public PoseNetwork? Network => network;

    /// <summary>What is given up under overload.</summary>
    public Degradation Overload => overload;

    /// <summary>A configuration runs from now on; whatever was refused before is over.</summary>
    /// <param name="hash">Hash of what runs.</param>
    /// <param name="restartNeeded">JSON paths of what only the next start takes over.</param>
    public void TakeConfiguration(string hash, IReadOnlyList<string> restartNeeded)
    {
        configuration = new RunningConfiguration(hash, hash == configuration.Hash ? configuration.Since : time.GetUtcNow(), restartNeeded);
        refusal = null;
    }

    /// <summary>A configuration was refused; what ran goes on.</summary>
    public void TakeRefusal(ConfigurationRefusal refused) => refusal = refused;

    /// <summary>Another network runs from now on.</summary>
    public void TakeNetwork(PoseNetwork next) => network = next;

    /// <summary>Other steps are taken against overload from now on.</summary>
    /// <param name="steps">All that are taken.</param>
    /// <param name="reason">Why the last was; empty without one.</param>
    public void TakeOverload(IReadOnlyList<OverloadStep> steps, string reason) => overload = new Degradation(steps, reason, time.GetUtcNow());
}

/// <summary>A configuration that runs.</summary>
/// <param name="Hash">Its revision.</param>
/// <param name="Since">Since when, UTC.</param>
/// <param name="RestartNeeded">JSON paths of what only the next start takes over.</param>
public sealed record RunningConfiguration(string Hash, DateTimeOffset Since, IReadOnlyList<string> RestartNeeded);

/// <summary>Steps that are taken against overload.</summary>
/// <param name="Steps">All that are taken, in order.</param>
/// <param name="Reason">Why the last was; empty without one.</param>
/// <param name="Since">Since when, UTC.</param>
public sealed record Degradation(IReadOnlyList<OverloadStep> Steps, string Reason, DateTimeOffset Since);
