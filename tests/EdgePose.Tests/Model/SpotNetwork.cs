using System.Text.Json;
using EdgePose.Compression.Evaluation;
using OpenCvSharp;

namespace EdgePose.Cli.Model.Tests;

/// <summary>A folder with a network that finds bright spots, pictures with one spot each, and the labels that say so.</summary>
internal sealed class SpotNetwork : IDisposable
{
    private readonly NetworkFolder network = new(
        new OnnxWriter(8, 1f / (3 * 8 * 8 * 255)).Input("image", -1, 3, -1, -1).Output("heat", 19).ToArray(), manifest => manifest["exits"]![0]!.AsObject().Remove("pafs"));

    public SpotNetwork(int pictures)
    {
        Directory.CreateDirectory(Images);
        List<object> images = [];
        List<object> annotations = [];
        for (var id = 1; id <= pictures; id++)
        {
            var (x, y) = (8 * id, 24);
            using var picture = new Mat(64, 96, MatType.CV_8UC3, Scalar.Black);
            Cv2.Rectangle(picture, new Rect(x, y, 8, 8), Scalar.White, -1);
            picture.ImWrite(Picture(id));
            images.Add(new { id, file_name = $"{id}.jpg", width = 96, height = 64 });
            annotations.Add(new
            {
                id, image_id = id, category_id = 1, area = 4000, bbox = new[] { x - 30, y - 30, 60, 60 }, num_keypoints = 17, iscrowd = 0,
                keypoints = Enumerable.Range(0, 17).SelectMany(_ => new[] { x + 3.5, y + 3.5, 2 }),
            });
        }

        Save(new { images, annotations });
    }

    public string Folder => network.Folder;

    public string Manifest => network.Manifest;

    public string Images => Path.Combine(network.Folder, "images");

    public string Annotations => Path.Combine(network.Folder, "labels.json");

    public string Picture(int id) => Path.Combine(Images, $"{id}.jpg");

    public CocoDataset Labels => CocoDataset.Load(Annotations);

    /// <summary>Names a place for an output.</summary>
    public string New(string name) => Path.Combine(network.Folder, name);

    public void Save(object labels) => File.WriteAllText(Annotations, JsonSerializer.Serialize(labels));

    public void Dispose() => network.Dispose();
}
