using System.CommandLine;
using EdgePose.Regions;

namespace EdgePose.Cli.Terminal;

/// <summary>Options that several commands share, so that they are called and described alike everywhere.</summary>
internal static class CommonOptions
{
    /// <summary>The manifest of the network that lies beside the program.</summary>
    public static string BundledNetwork => Path.Combine(AppContext.BaseDirectory, "models", "edgepose-l.json");

    public static Option<FileInfo> Config() => new("--config", "-c")
    {
        Description = "The configuration: a file, or a fleet's folder (docs/configuration.md, Layers). EDGEPOSE_CONFIG names another one than the usual.",
        DefaultValueFactory = _ => new FileInfo(Environment.GetEnvironmentVariable("EDGEPOSE_CONFIG") is { Length: > 0 } named ? named : File.Exists("/etc/edgepose/fleet.json") ? "/etc/edgepose" : "/etc/edgepose/edgepose.json"),
    };

    public static Option<FileInfo> Network() => new("--network")
    {
        Description = "The network's manifest (the .json beside its .onnx).",
        DefaultValueFactory = _ => new FileInfo(BundledNetwork),
    };

    /// <summary>The option, refused outside its bounds.</summary>
    public static Option<int> Within(this Option<int> option, int least, int most)
    {
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < least || value > most))
            {
                result.AddError($"{option.Name} {value}: must be {least} to {most}.");
            }
        });
        return option;
    }

    public static Option<int> Width() => new("--width")
    {
        Description = "Width of the network's input in pixels, rounded up to what the network takes.",
        DefaultValueFactory = _ => 456,
    };

    public static Option<int> Height() => new("--height")
    {
        Description = "Height of the network's input in pixels, rounded up as the width is. Larger sees smaller people, and costs more.",
        DefaultValueFactory = _ => 256,
    };

    public static Option<bool> Regions() => new("--regions")
    {
        Description = "Whether the network looks at views of people in place of each whole frame (docs/regions.md): true or false.",
        DefaultValueFactory = _ => new RegionOptions().Enabled,
    };

    public static Option<int> Seconds(int normal) => new("--seconds")
    {
        Description = "How long to run, in seconds; 0 runs until Ctrl+C.",
        DefaultValueFactory = _ => normal,
    };
}
