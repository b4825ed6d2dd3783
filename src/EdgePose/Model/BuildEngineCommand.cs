using System.CommandLine;
using EdgePose.Cli.Terminal;
using EdgePose.Configuration.Layers;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Settings;
using EdgePose.Inference;

namespace EdgePose.Cli.Model;

/// <summary><c>edgepose model build-engine</c>: makes the TensorRT engine ahead of time, so that the daemon's first start does not take minutes.</summary>
internal static class BuildEngineCommand
{
    public static Command Create()
    {
        var config = new Option<FileInfo?>("--config", "-c") { Description = "Build what this configuration's network section asks for. The other options are then not needed, and are refused.", HelpName = "FILE" };
        var network = new Option<FileInfo?>("--network") { Description = "The network's manifest, where no configuration is given.", HelpName = "MANIFEST" };
        var (width, height) = (CommonOptions.Width(), CommonOptions.Height());
        var batch = new Option<int>("--batch") { Description = "The most frames in one run: maxBatch of the configuration.", DefaultValueFactory = _ => new NetworkConfig().MaxBatch }.Within(1, 64);
        var precision = new Option<NetworkPrecision>("--precision") { Description = "Number format of the engine.", DefaultValueFactory = _ => NetworkPrecision.Fp16 };
        var cache = new Option<DirectoryInfo>("--engine-cache") { Description = "Folder of engines: engineCachePath of the configuration.", DefaultValueFactory = _ => new DirectoryInfo(new ExecutionOptions().EngineCachePath) };
        var dryRun = new Option<bool>("--dry-run") { Description = "Print what the engine depends on, its folder and whether it is there, and build nothing." };
        var command = new Command(
            "build-engine",
            """
            Build the TensorRT engine of a network ahead of time. The engine depends on the network, ONNX Runtime, TensorRT, the GPU, the precision and the input's shape: build it
            on the device that it is for, with the configuration that the daemon will run, as the daemon's user. An engine that is there already is opened and tried instead.

              edgepose model build-engine --config /etc/edgepose/edgepose.json

            Exit codes: 0 it is built and runs; 69 this build or this machine has no TensorRT; 78 the configuration or the network is at fault.
            """)
        {
            config, network, width, height, batch, precision, cache, dryRun,
        };
        command.Validators.Add(result =>
        {
            var isConfig = result.GetResult(config) is { Implicit: false };
            Option[] own = [network, width, height, batch, precision, cache];
            if (isConfig && own.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } both)
            {
                result.AddError($"{both.Name} and --config: the configuration tells already; give one of them.");
            }
            else if (!isConfig && result.GetResult(network) is not { Implicit: false })
            {
                result.AddError("Give --config FILE, or --network MANIFEST.");
            }
        });
        command.SetAction((parsed, _) => CommandRunner.RunAsync(
            () => Task.FromResult(EngineBuild.Run(
                parsed.GetValue(config) is { } file
                    ? FromConfig(file.FullName)
                    : FromOptions(
                        NetworkManifest.Load(parsed.GetRequiredValue(network)!.FullName), new NetworkShape(parsed.GetValue(height), parsed.GetValue(width), parsed.GetValue(batch)),
                        new ExecutionOptions { Precision = parsed.GetValue(precision), EngineCachePath = parsed.GetRequiredValue(cache).FullName }),
                parsed.GetValue(dryRun), Console.Out)),
            ExitCodes.Config));
        return command;
    }

    private static NetworkPlan FromOptions(NetworkManifest manifest, NetworkShape shape, ExecutionOptions execution) => new(manifest, shape.RoundedUpFor(manifest), execution, null);

    private static NetworkPlan FromConfig(string path)
    {
        var (config, errors) = EdgePoseConfiguration.Model.Load(path);
        return config is null ? throw new CommandFault(ExitCodes.Config, string.Join(Environment.NewLine, errors)) : NetworkPlan.Of(config);
    }
}
