using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using EdgePose.Inference;

namespace EdgePose.Daemon.Settings;

/// <summary>The network file and how it runs.</summary>
public sealed record NetworkConfig
{
    /// <summary>The network's manifest, a path relative to the configuration file.</summary>
    [Required]
    [DataType(SettingText.Manifest)]
    [Description("Manifest of the network, relative to this file.")]
    public string Manifest { get; init; } = "";

    /// <summary>Width of the network's input in pixels, rounded up to what the network takes (multiples of 8; of 12 for EdgePose-S, of 20 for EdgePose-N).</summary>
    [Description("Width of the network's input in pixels, rounded up to the network's multiple (8; 12 for EdgePose-S, 20 for EdgePose-N). A larger input finds smaller people and costs more.")]
    [Range(64, 2048)]
    public int InputWidthPx { get; init; } = 456;

    /// <summary>Height of the network's input in pixels, rounded up as the width is.</summary>
    [Description("Height of the network's input in pixels, rounded up like the width.")]
    [Range(64, 2048)]
    public int InputHeightPx { get; init; } = 256;

    /// <summary>The most frames in one run of the network.</summary>
    [Description("Most frames in one run of the network.")]
    [Range(1, 64)]
    public int MaxBatch { get; init; } = 4;

    /// <summary>The exit whose output is used, by the name in the manifest; null for the deepest.</summary>
    [Description("Exit (refinement stage) whose output is used, by its name in the manifest. null selects the deepest.")]
    public string? Exit { get; init; }

    /// <summary>Execution providers in the order in which they are tried.</summary>
    [Description("Execution providers, in the order of trying.")]
    [MinLength(1)]
    public ImmutableArray<ExecutionProvider> Providers { get; init; } = [ExecutionProvider.TensorRt, ExecutionProvider.Cuda, ExecutionProvider.Cpu];

    /// <summary>The precision asked of TensorRT.</summary>
    [Description("Precision of TensorRT engines. Other providers run the network as it is.")]
    public NetworkPrecision Precision { get; init; } = NetworkPrecision.Fp16;

    /// <summary>Threads of the CPU provider; 0 takes one for each core.</summary>
    [Description("Threads of the CPU provider; 0 selects one per core.")]
    [Range(0, 256)]
    public int Threads { get; init; }

    /// <summary>Folder of built TensorRT engines, relative to the configuration file; null for the system's cache folder.</summary>
    [Description("Folder of TensorRT engines, relative to this file. null selects the system's cache folder.")]
    public string? EngineCachePath { get; init; }

    /// <summary>What happens when a provider that has run fails while running.</summary>
    [Description("Reaction when the running provider fails. fallback tries the next ones, and ends the daemon with exit code 70 when none is left. stop ends it at once.")]
    public ProviderFailureChoice OnProviderFailure { get; init; } = ProviderFailureChoice.Fallback;

    /// <summary>Seconds for one step of the pipeline; a longer one is a hang, and the daemon ends with exit code 70 to be started again.</summary>
    [Description("Time limit of one pipeline step, such as a network run, in seconds. After it the daemon ends with exit code 70, and its supervisor restarts it.")]
    [Range(1.0, 3600.0)]
    public double HangLimitSeconds { get; init; } = 20;

    /// <summary>Seconds for the opening of a network, at the start and while the daemon runs; a longer one is a hang.</summary>
    [Description("Time limit for opening, testing and warming a network, in seconds; half an hour where TensorRT may build an engine. At the start, and after a provider failure, the daemon then ends with exit code 70. A reload or an overload step is then refused, and the running network continues.")]
    [Range(1.0, 3600.0)]
    public double OpenLimitSeconds { get; init; } = 120;
}
