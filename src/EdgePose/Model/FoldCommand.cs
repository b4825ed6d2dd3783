using System.CommandLine;
using EdgePose.Compression.Folding;
using EdgePose.Compression.Packages;

namespace EdgePose.Cli.Model;

/// <summary><c>edgepose model fold FILE</c>: batch normalisation and the input's normalisation into the convolutions.</summary>
internal static class FoldCommand
{
    public static Command Create()
    {
        var file = ModelTool.File();
        var noPad = new Option<bool>("--no-pad")
        {
            Description = "Do not put in an explicit Pad: then only the factor of the input's normalisation is folded where the first convolution pads, and the subtraction stays.",
        };
        var (output, id) = (ModelTool.Out(), ModelTool.Id("the old id and -folded"));
        var command = new Command(
            "fold",
            "Fold what is constant after training into the convolutions: batch normalisation, biases written as additions, constant factors, and the normalisation of the input.\n\n"
            + "The input's offset is folded exactly or not at all: a convolution pads the normalised picture with 0, which is mid-grey in the raw one, so an explicit Pad of that "
            + "grey takes the padding's place; where the grey differs from channel to channel, the subtraction stays. The maps of both networks are compared on a test picture.")
        { file, noPad, output, id };
        command.SetAction(parsed => ModelTool.Run(() =>
        {
            NetworkPackage network = NetworkPackage.Open(parsed.GetRequiredValue(file));
            FoldResult result = FoldedNetwork.Write(parsed.GetRequiredValue(output).FullName, network, padExplicitly: !parsed.GetValue(noPad), parsed.GetValue(id));
            ModelTool.Tell(result.Manifest);
            ModelTool.Tell(result.Differences);
        }));
        return command;
    }
}
