using System.CommandLine;
using System.Globalization;
using EdgePose.Cli.Terminal;
using EdgePose.Compression.Factorisation;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Reconstruction;
using EdgePose.Inference;

namespace EdgePose.Cli.Model;

/// <summary><c>edgepose model factorise FILE --method separable</c>: large kernels into smaller ones.</summary>
internal static class FactoriseCommand
{
    public static Command Create()
    {
        var file = ModelTool.File();
        var calibration = new CalibrationOptions(required: false);
        var method = new Option<FactorMethod>("--method")
        {
            Description = "separable: k x 1, 1 x k. tucker: 1x1, k x k of fewer channels, 1x1. depthwise: k x k on each channel, 1x1. lowrank: k x k of fewer channels, 1x1.",
            Required = true,
        };
        var rank = new Option<int?>("--rank") { Description = "Channels between the factors; for depthwise, filters a channel." };
        var energy = new Option<double?>("--energy") { Description = "Share of the weights' sum of squares that the factors hold; chooses each layer's rank. 0.9 without --rank." };
        var layers = new Option<string[]>("--layers")
        {
            Description = "Names of convolutions, with * for anything: only those are factorised.", DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true,
        };
        var kernel = new Option<int?>("--kernel") { Description = "Only convolutions of this kernel: 7 for 7x7." };
        var (output, id) = (ModelTool.Out(), ModelTool.Id("the old id and the method"));
        var command = new Command(
            "factorise",
            "Replace convolutions by several cheaper ones that make nearly the same.\n\n"
            + "The factors come from the singular values of the trained weights. A layer that would not become cheaper is left as it is, and so are the stem and the outputs unless "
            + "--layers names them. With --calibration, every convolution is then refitted by least squares to what the original computes from what the factorised "
            + "network feeds it. The product should be fine-tuned before it ships.")
        { file, method, rank, energy, layers, kernel, output, id };
        calibration.AddTo(command);
        command.Validators.Add(parsed =>
        {
            string? fault = parsed.GetValue(rank) is not null && parsed.GetValue(energy) is not null ? "--rank and --energy are two ways of the same: name one."
                : parsed.GetValue(rank) < 1 ? "--rank must be at least 1."
                : parsed.GetValue(energy) is not (null or (> 0 and <= 1)) ? "--energy must be above 0 and up to 1."
                : null;
            if (fault is not null)
            {
                parsed.AddError(fault);
            }
        });
        command.SetAction((parsed, stop) => Task.FromResult(ModelTool.Run(() =>
        {
            NetworkPackage network = NetworkPackage.Open(parsed.GetRequiredValue(file));
            var options = new FactoriseOptions
            {
                Method = parsed.GetValue(method), Rank = parsed.GetValue(rank), Energy = parsed.GetValue(energy) ?? 0.9,
                Layers = parsed.GetValue(layers) ?? [], Kernel = parsed.GetValue(kernel),
            };
            NetworkManifest manifest;
            FactoriseResult result;
            using (var progress = ProgressBar.OnStandardError("refitting", "layers", network.Model.Graph.Nodes.Count(node => node.Is("Conv"))))
            {
                (manifest, result) = FactorisedNetwork.Write(
                    parsed.GetRequiredValue(output).FullName, network, calibration.Read(parsed, network), options, parsed.GetValue(id), _ => progress.Step(), stop);
            }

            foreach (FactorisedLayer layer in result.Layers)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"  {layer.Layer}: {layer.What}; {layer.ParametersBefore:N0} -> {layer.ParametersAfter:N0} weights; missed of the weights {layer.Missed:0.000}"));
            }

            foreach (LayerFit fit in result.Fits)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  missed {fit.LeftBefore:0.000} -> {fit.LeftAfter:0.000} {fit.Layer}"));
            }

            ModelTool.Tell(manifest);
        })));
        return command;
    }
}
