using System.Security.Cryptography;

namespace EdgePose.Inference;

/// <summary>The bytes of an ONNX file, read once: what was checked is what runs, whatever happens to the file afterwards.</summary>
public static class OnnxFile
{
    /// <summary>No larger file is read. The largest of the family, OpenPose's own, takes 209 MB.</summary>
    public const long MaxBytes = 256L << 20;

    /// <summary>Reads the network of a manifest and checks sha256 and form, before any runtime sees it.</summary>
    /// <exception cref="NetworkException">The file is missing, is another one, is no ONNX file, is cut short, or wants further files.</exception>
    public static byte[] Read(NetworkManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        byte[] bytes = NetworkBytes.Read(manifest.File, MaxBytes, "network", $"put the file that {manifest.Path} names there");
        string found = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (found != manifest.Sha256)
        {
            throw new NetworkException(
                $"{manifest.File}: sha256 is {found}, but {manifest.Path} promises {manifest.Sha256}; "
                + "the file was changed, cut short or is another one: copy it again, or correct the manifest if you trust it.");
        }

        Check(bytes, manifest.File, $"name the network's .onnx file in {manifest.Path}");
        return bytes;
    }

    /// <summary>Reads an ONNX file that has no manifest (yet), and checks its form. Nothing but this file is opened.</summary>
    /// <exception cref="NetworkException">The file is missing, too large, no ONNX file, is cut short, or wants further files.</exception>
    public static byte[] Read(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        byte[] bytes = NetworkBytes.Read(path, MaxBytes, "network", "name an .onnx file");
        Check(bytes, path, "name an .onnx file");
        return bytes;
    }

    private static void Check(ReadOnlySpan<byte> bytes, string path, string remedy)
    {
        if (PictureKind(bytes) is { } kind)
        {
            throw new NetworkException($"{path}: this is a {kind} picture, not an ONNX network; {remedy}.");
        }

        if (OnnxScan.Fault(bytes) is { } fault)
        {
            throw new NetworkException($"{path}: {fault}.");
        }
    }

    /// <summary>A picture in place of the network is a mix-up that is worth its own words. Source: the formats' signatures.</summary>
    private static string? PictureKind(ReadOnlySpan<byte> bytes) =>
        bytes is [0x89, (byte)'P', (byte)'N', (byte)'G', ..] ? "PNG"
        : bytes is [0xFF, 0xD8, 0xFF, ..] ? "JPEG"
        : bytes is [(byte)'B', (byte)'M', ..] ? "BMP"
        : bytes.StartsWith("GIF8"u8) ? "GIF"
        : null;
}
