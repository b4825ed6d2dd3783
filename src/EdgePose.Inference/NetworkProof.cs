using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgePose.Inference;

/// <summary>Checks by one real run that a network keeps what its manifest promises: names, types, ranks, channels, stride, finite values.</summary>
internal static class NetworkProof
{
    /// <summary>The largest batch is run, which is also what TensorRT's profile wants.</summary>
    /// <exception cref="NetworkException">Promise and network differ; one line a difference.</exception>
    /// <exception cref="OnnxRuntimeException">The provider cannot run it.</exception>
    public static NetworkOutputs Prove(InferenceSession session, NetworkManifest manifest, NetworkShape shape, NetworkExit exit)
    {
        var faults = new List<string>();
        CheckNames(session, manifest, shape, faults);
        if (faults.Count > 0)
        {
            throw new NetworkException(faults);
        }

        var input = new float[shape.MaxBatch * shape.ImageValues];
        Array.Fill(input, 128f);
        using OrtValue image = OrtValue.CreateTensorValueFromMemory(input, [shape.MaxBatch, 3, shape.InputHeightPx, shape.InputWidthPx]);
        string[] asked = exit.Pafs is null ? [exit.Heatmaps] : [exit.Heatmaps, exit.Pafs];
        using var runOptions = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(runOptions, [manifest.Input.Name], [image], asked);
        int keypoints = manifest.Skeleton.KeypointCount;
        int limbChannels = 2 * manifest.Skeleton.Limbs.Count(limb => limb.PafX >= 0);
        int heatmapChannels = CheckMaps(results[0], exit.Heatmaps, manifest, shape, [keypoints + 1, keypoints], faults);
        int pafChannels = exit.Pafs is null ? 0 : CheckMaps(results[1], exit.Pafs, manifest, shape, [limbChannels], faults);
        return faults.Count > 0
            ? throw new NetworkException(faults)
            : new NetworkOutputs(heatmapChannels, pafChannels, shape.InputHeightPx / manifest.StridePx, shape.InputWidthPx / manifest.StridePx);
    }

    private static void CheckNames(InferenceSession session, NetworkManifest manifest, NetworkShape shape, List<string> faults)
    {
        int[] promised = [shape.MaxBatch, 3, shape.InputHeightPx, shape.InputWidthPx];
        string inputs = string.Join(", ", session.InputMetadata.Keys);
        if (session.InputMetadata.Count != 1 || !session.InputMetadata.TryGetValue(manifest.Input.Name, out NodeMetadata? input))
        {
            faults.Add($"{manifest.File}: {manifest.Path} promises the one input '{manifest.Input.Name}', but the network has {inputs}; correct input.name.");
        }
        else if (input.ElementDataType != TensorElementType.Float || input.Dimensions.Length != 4
                 || input.Dimensions.Where((size, i) => size > 0 && size != promised[i]).Any())
        {
            faults.Add(
                $"{manifest.File}: the input '{manifest.Input.Name}' is {input.ElementDataType} {Text(input.Dimensions)}, but float {Text(promised)} is wanted; "
                + "choose the input size and batch that the network has, or export it with free ones.");
        }

        foreach (NetworkExit exit in manifest.Exits)
        {
            foreach (string? name in (string?[])[exit.Heatmaps, exit.Pafs])
            {
                if (name is not null && !session.OutputMetadata.ContainsKey(name))
                {
                    faults.Add(
                        $"{manifest.File}: {manifest.Path} promises the output '{name}' of exit '{exit.Name}', but the network has "
                        + $"{string.Join(", ", session.OutputMetadata.Keys)}; correct the exits.");
                }
            }
        }
    }

    /// <returns>The number of channels.</returns>
    private static int CheckMaps(OrtValue maps, string name, NetworkManifest manifest, NetworkShape shape, int[] channels, List<string> faults)
    {
        OrtTensorTypeAndShapeInfo info = maps.GetTensorTypeAndShape();
        long[] found = info.Shape;
        long height = shape.InputHeightPx / manifest.StridePx, width = shape.InputWidthPx / manifest.StridePx;
        if (info.ElementDataType != TensorElementType.Float || found.Length != 4 || found[0] != shape.MaxBatch || found[2] != height || found[3] != width
            || !channels.Contains((int)found[1]))
        {
            faults.Add(
                $"{manifest.File}: {manifest.Path} promises output '{name}' as float {shape.MaxBatch} x {string.Join(" or ", channels)} x {height} x {width} "
                + $"(skeleton {manifest.Skeleton.Id}, stride {manifest.StridePx}), but the network gives {info.ElementDataType} {Text(found)}; "
                + "correct skeleton, stridePx or exits.");
            return 0;
        }

        foreach (float value in maps.GetTensorDataAsSpan<float>())
        {
            if (!float.IsFinite(value))
            {
                faults.Add(
                    $"{manifest.File}: output '{name}' holds {value} for a grey picture; the weights are broken, or the precision is too low for them: "
                    + "export the network again, or choose Fp32.");
                break;
            }
        }

        return (int)found[1];
    }

    private static string Text<T>(IEnumerable<T> sizes) => string.Join(" x ", sizes);
}
