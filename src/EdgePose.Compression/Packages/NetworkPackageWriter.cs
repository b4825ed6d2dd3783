using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgePose.Compression.Anatomy;
using EdgePose.Compression.Graphs;
using EdgePose.Inference;

namespace EdgePose.Compression.Packages;

/// <summary>
/// The one place where a tool's product becomes files: ONNX, card and manifest, in this order. All three are on the disk before the first gets
/// its name, and the manifest, which is what everybody opens, gets it last.
/// </summary>
public static class NetworkPackageWriter
{
    /// <summary>The input at which the papers of the family count; rounded up to what the network takes.</summary>
    private const int PapersHeightPx = 368, PapersWidthPx = 368;

    /// <summary>Writes a network that a tool made from another.</summary>
    /// <param name="folder">Where; made if it is not there.</param>
    /// <param name="id">The new network's id, and the name of its files.</param>
    /// <param name="parent">What it was made from.</param>
    /// <param name="model">What was made; its lineage is extended.</param>
    /// <param name="step">Tool, options, and figures of the tool's own; parameters and MACs are added here.</param>
    /// <param name="change">What else changes in the manifest (exits, licence), or null.</param>
    /// <returns>The new manifest, which has been written.</returns>
    /// <exception cref="NetworkException">The parent's own files would be overwritten, or a file cannot be written.</exception>
    public static NetworkManifest Derive(
        string folder, string id, NetworkPackage parent, OnnxModel model, LineageStep step, Func<NetworkManifest, NetworkManifest>? change = null)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(step);
        string[] parents = [parent.Manifest.File, parent.Manifest.Path, Path.Combine(Path.GetDirectoryName(parent.Manifest.Path)!, parent.Manifest.Card)];
        string[] written = [.. ((string[])[".onnx", ".json", ".md"]).Select(ending => Path.GetFullPath(Path.Combine(folder, id + ending)))];
        if (parents.FirstOrDefault(written.Contains) is { } own)
        {
            throw new NetworkException($"{own}: this belongs to what the network is made from, and is not overwritten; choose another --id or folder.");
        }

        NetworkManifest manifest = change?.Invoke(parent.Manifest) ?? parent.Manifest;
        LineageStep whole = step with { ParentId = parent.Manifest.Id, ParentSha256 = parent.Manifest.Sha256 };
        // The parent may have been edited in place by the tool: what it was is read again.
        return Write(folder, id, manifest, model, whole, NetworkPackage.Open(parent.Manifest.Path).Model);
    }

    /// <summary>Writes a network that begins a lineage, or comes from a file that had no manifest.</summary>
    /// <param name="folder">Where; made if it is not there.</param>
    /// <param name="manifest">What it is; id, path, file, card and sha256 are set here.</param>
    /// <param name="id">Its id, and the name of its files.</param>
    /// <param name="model">The network.</param>
    /// <param name="step">How it came to be.</param>
    /// <returns>The manifest, which has been written.</returns>
    /// <exception cref="NetworkException">A file cannot be written.</exception>
    public static NetworkManifest Begin(string folder, NetworkManifest manifest, string id, OnnxModel model, LineageStep step) => Write(folder, id, manifest, model, step, null);

    private static NetworkManifest Write(string folder, string id, NetworkManifest manifest, OnnxModel model, LineageStep step, OnnxModel? before)
    {
        CheckId(id);
        Folder(folder);
        (int height, int width) = new NetworkPackage(model, manifest).SizeFor(PapersHeightPx, PapersWidthPx);
        LayerCost now = LayerCost.Of(model.Graph, height, width);
        LayerCost? then = before is null ? null : LayerCost.Of(before.Graph, height, width);
        ImmutableArray<LineageFigure> figures =
        [
            new("parameters", Number(then?.Parameters), Number(now.Parameters)),
            new($"MACs at {height}x{width}", Number(then?.Macs), Number(now.Macs)),
            .. step.Figures,
        ];
        Lineage.Append(model, step with { Id = id, Figures = figures });
        byte[] bytes = model.ToBytes();
        string path = Path.GetFullPath(Path.Combine(folder, id + ".json"));
        NetworkManifest written = manifest with
        {
            Id = id, Path = path, File = Path.ChangeExtension(path, ".onnx"), Card = id + ".md", Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
        };
        AtomicFile.Write(
            (written.File, bytes), (Path.ChangeExtension(path, ".md"), Encoding.UTF8.GetBytes(ModelCard.Write(written, model, bytes.Length, step.Times))),
            (path, Encoding.UTF8.GetBytes(written.ToJson())));
        return written;
    }

    private static void CheckId(string id)
    {
        if (string.IsNullOrEmpty(id) || id[0] == '.' || !id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
        {
            throw new NetworkException($"'{id}' cannot be a network's id: it names files and MQTT topics; use letters, digits, '-', '_' and '.'.");
        }
    }

    private static void Folder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NetworkException($"{folder}: the folder cannot be made ({exception.Message.TrimEnd('.')}); choose another.", exception);
        }
    }

    private static string Number(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "";
}
