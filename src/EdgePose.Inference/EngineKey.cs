using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace EdgePose.Inference;

/// <summary>Everything that a TensorRT engine depends on. A change of any value needs another engine.</summary>
/// <param name="ModelId">The network's name; for people, the digest below is what counts.</param>
/// <param name="ModelSha256">Digest of the ONNX file.</param>
/// <param name="OnnxRuntimeVersion">As the native library says.</param>
/// <param name="TensorRtVersion">As the native library says.</param>
/// <param name="GpuName">As the driver says.</param>
/// <param name="Precision">Number format.</param>
/// <param name="ShapeProfile">As <see cref="TensorRtSettings.ShapeProfile"/> writes it.</param>
public sealed record EngineKey(
    string ModelId, string ModelSha256, string OnnxRuntimeVersion, string TensorRtVersion, string GpuName, NetworkPrecision Precision, string ShapeProfile)
{
    /// <summary>Name of the engine's folder: the network's name and 32 hexadecimal digits of the SHA-256 over all of it.</summary>
    public string FolderName
    {
        get
        {
            string all = string.Join('\n', ModelSha256, OnnxRuntimeVersion, TensorRtVersion, GpuName, Precision.ToString(), ShapeProfile);
            string readable = string.Concat(ModelId.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_'));
            return $"{readable}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..32]}";
        }
    }

    /// <summary>The key of a network's engine on this machine.</summary>
    internal static EngineKey Of(NetworkManifest manifest, NetworkShape shape, ExecutionOptions options) =>
        new(
            manifest.Id, manifest.Sha256, OnnxRuntimeEnvironment.Version, GpuFacts.TensorRtVersion(), GpuFacts.GpuName(options.DeviceId), options.Precision,
            TensorRtSettings.ShapeProfile(manifest.Input, shape));

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, EngineCache.Json);
}
