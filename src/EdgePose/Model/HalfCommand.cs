using System.CommandLine;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Precision;

namespace EdgePose.Cli.Model;

/// <summary><c>edgepose model fp16 FILE</c>: weights and arithmetic in 16 bits.</summary>
internal static class HalfCommand
{
    public static Command Create()
    {
        var file = ModelTool.File();
        var (output, id) = (ModelTool.Out(), ModelTool.Id("the old id and -fp16"));
        var command = new Command(
            "fp16",
            "Put weights and arithmetic into 16-bit floating point: half the file, and faster where the device has it. Input and outputs stay 32-bit. On a processor without "
            + "16-bit kernels ONNX Runtime widens the values again: the file is smaller, the speed is not. The maps of both networks are compared on a test picture.")
        { file, output, id };
        command.SetAction(parsed => ModelTool.Run(() =>
        {
            HalfResult result = HalfNetwork.Write(parsed.GetRequiredValue(output).FullName, NetworkPackage.Open(parsed.GetRequiredValue(file)), parsed.GetValue(id));
            ModelTool.Tell(result.Manifest);
            ModelTool.Tell(result.Differences);
        }));
        return command;
    }
}
