using System.Runtime.InteropServices;
using EdgePose.Compression.Evaluation;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OpenCvSharp;

namespace EdgePose.Benchmarks;

/// <summary>The maps that the teacher network human-pose-estimation-0001 draws of COCO pictures: the same for every decoder that is compared.</summary>
public static class TeacherMaps
{
    /// <summary>The network among the shared material.</summary>
    public const string NetworkPath = "data/teachers/hpe0001.onnx";

    /// <summary>The labelled pictures among the shared material.</summary>
    public const string PicturesPath = "data/dev";

    /// <summary>The labels of the pictures.</summary>
    public static CocoDataset LoadLabels() => CocoDataset.Load(Path.Combine(Required(PicturesPath), "person_keypoints.json"));

    /// <summary>Runs the network on every picture, scaled to a height; maps that were kept in the folder are read from there.</summary>
    /// <param name="heightPx">Height of the network's input.</param>
    /// <param name="keptIn">A folder to keep the maps in (about 200 MB a height), or null to keep none.</param>
    /// <param name="count">The most pictures, the first of the labels; null for all.</param>
    /// <exception cref="FileNotFoundException">The shared material is not on this machine.</exception>
    public static IEnumerable<PictureMaps> Of(int heightPx, string? keptIn = null, int? count = null)
    {
        var labels = LoadLabels().Take(count);
        using var session = new InferenceSession(Required(NetworkPath));
        foreach (var image in labels.Images)
        {
            var kept = keptIn is null ? null : Path.Combine(keptIn, $"hpe0001-{heightPx}-{image.Id}.maps");
            if (kept is not null && File.Exists(kept))
            {
                yield return Read(kept, image.Id);
                continue;
            }

            var maps = Run(session, Path.Combine(Required(PicturesPath), "images", image.FileName), image.Id, heightPx);
            if (kept is not null)
            {
                Write(kept, maps);
            }

            yield return maps;
        }
    }

    private static string Required(string path) => SharedMaterial.Find(path) ?? throw new FileNotFoundException(SharedMaterial.Missing(path));

    private static PictureMaps Run(InferenceSession session, string path, long imageId, int heightPx)
    {
        using var picture = Cv2.ImRead(path);
        var scale = (double)heightPx / picture.Height;
        using var scaled = new Mat();
        Cv2.Resize(picture, scaled, new Size((int)Math.Round(picture.Width * scale), heightPx), 0, 0, InterpolationFlags.Cubic);
        using var padded = new Mat();
        var padding = -scaled.Width & (PictureMaps.Stride - 1);
        Cv2.CopyMakeBorder(scaled, padded, 0, 0, 0, padding, BorderTypes.Constant, new Scalar(128, 128, 128));

        // BGR 0..255, channel by channel: the network normalises inside.
        var input = new DenseTensor<float>([1, 3, padded.Height, padded.Width]);
        var plane = padded.Height * padded.Width;
        var bytes = new byte[3 * plane];
        Marshal.Copy(padded.Data, bytes, 0, bytes.Length);
        for (var i = 0; i < bytes.Length; i++)
        {
            input.Buffer.Span[(i % 3 * plane) + (i / 3)] = bytes[i];
        }

        using var outputs = session.Run([NamedOnnxValue.CreateFromTensor("data", input)], ["Mconv7_stage2_L2", "Mconv7_stage2_L1"]);
        return new(
            imageId, scale, padded.Height / PictureMaps.Stride, padded.Width / PictureMaps.Stride,
            [.. outputs[0].AsEnumerable<float>()], [.. outputs[1].AsEnumerable<float>()]);
    }

    private static void Write(string path, PictureMaps maps)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var file = new BinaryWriter(File.Create(path + ".new")))
        {
            file.Write(maps.Scale);
            file.Write(maps.HeightCells);
            file.Write(maps.WidthCells);
            file.Write(MemoryMarshal.AsBytes<float>(maps.HeatmapValues));
            file.Write(MemoryMarshal.AsBytes<float>(maps.PafValues));
        }

        File.Move(path + ".new", path, overwrite: true);
    }

    private static PictureMaps Read(string path, long imageId)
    {
        using var file = new BinaryReader(File.OpenRead(path));
        var (scale, height, width) = (file.ReadDouble(), file.ReadInt32(), file.ReadInt32());
        var heatmaps = new float[PictureMaps.HeatmapChannels * height * width];
        var pafs = new float[PictureMaps.PafChannels * height * width];
        file.BaseStream.ReadExactly(MemoryMarshal.AsBytes(heatmaps.AsSpan()));
        file.BaseStream.ReadExactly(MemoryMarshal.AsBytes(pafs.AsSpan()));
        return new(imageId, scale, height, width, heatmaps, pafs);
    }
}
