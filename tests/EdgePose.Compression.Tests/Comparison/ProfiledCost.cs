using System.Text.Json;
using EdgePose.Inference;
using Microsoft.ML.OnnxRuntime;

namespace EdgePose.Compression.Comparison.Tests;

/// <summary>What a network costs by the shapes that ONNX Runtime reports of a run: the independent count that the product's own is held to.</summary>
/// <param name="Macs">Multiply-accumulates of the convolutions and matrix products for one picture.</param>
/// <param name="Parameters">Weights and biases of these, and scales and offsets of batch normalisation.</param>
internal sealed record ProfiledCost(long Macs, long Parameters)
{
    /// <summary>
    /// Counts them by one run of the unoptimised network, whose profile tells the shapes that every layer really had: nothing is inferred, so any operator that
    /// ONNX Runtime knows may stand between the layers that count.
    /// </summary>
    /// <param name="manifest">The network.</param>
    /// <param name="heightPx">Height of its input.</param>
    /// <param name="widthPx">Width of its input.</param>
    /// <exception cref="NetworkException">The file is at fault, or does not run at this size.</exception>
    public static ProfiledCost Of(NetworkManifest manifest, int heightPx, int widthPx)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        OnnxRuntimeEnvironment.Prepare();
        var model = OnnxFile.Read(manifest);
        var folder = Directory.CreateTempSubdirectory("edgepose-profile-");
        try
        {
            using var options = new SessionOptions
            {
                // The path first: switching profiling on takes the path as it is then.
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL, ProfileOutputPathPrefix = Path.Combine(folder.FullName, "profile"), EnableProfiling = true,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            };
            using var session = new InferenceSession(model, options);
            using var image = OrtValue.CreateTensorValueFromMemory(new float[3 * heightPx * widthPx], [1, 3, heightPx, widthPx]);
            using var run = new RunOptions();
            session.Run(run, [manifest.Input.Name], [image], session.OutputNames).Dispose();
            using var profile = JsonDocument.Parse(File.ReadAllBytes(session.EndProfiling()));
            return OfProfile(profile.RootElement);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new NetworkException(
                $"{manifest.File}: does not run at {heightPx}x{widthPx} ({exception.Message.Split('\n')[0]}); choose a size that the network takes.", exception);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ProfiledCost OfProfile(JsonElement events)
    {
        var (macs, parameters) = (0L, 0L);
        foreach (var layer in events.EnumerateArray().Where(IsLayer))
        {
            var args = layer.GetProperty("args");
            var inputs = Shapes(args.GetProperty("input_type_shape"));
            var output = Values(Shapes(args.GetProperty("output_type_shape"))[0]);
            switch (args.GetProperty("op_name").GetString())
            {
                case "Conv": // weights: out, in / groups, height, width
                    macs += output * Values(inputs[1].AsSpan(1));
                    parameters += inputs.Skip(1).Sum(shape => Values(shape));
                    break;
                case "ConvTranspose": // weights: in, out / groups, height, width; each input value meets all of its own
                    macs += Values(inputs[0]) * Values(inputs[1].AsSpan(1));
                    parameters += inputs.Skip(1).Sum(shape => Values(shape));
                    break;
                case "MatMul" or "Gemm":
                    macs += output * inputs[0][^1];
                    parameters += inputs.Skip(1).Sum(shape => Values(shape));
                    break;
                case "BatchNormalization":
                    parameters += Values(inputs[1]) + Values(inputs[2]);
                    break;
            }
        }

        return new(macs, parameters);
    }

    private static bool IsLayer(JsonElement one) =>
        one.GetProperty("cat").GetString() == "Node" && one.GetProperty("name").GetString()!.EndsWith("_kernel_time", StringComparison.Ordinal);

    /// <summary>The profile writes shapes as objects of one member: the type, and its sizes.</summary>
    private static long[][] Shapes(JsonElement shapes) =>
        [.. shapes.EnumerateArray().Select(shape => shape.EnumerateObject().First().Value.EnumerateArray().Select(size => size.GetInt64()).ToArray())];

    private static long Values(ReadOnlySpan<long> shape)
    {
        long product = 1;
        foreach (var size in shape)
        {
            product *= size;
        }

        return product;
    }
}
