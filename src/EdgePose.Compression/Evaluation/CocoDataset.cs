using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgePose.Compression.Evaluation;

/// <summary>Pictures and people in COCO's keypoint format (<c>person_keypoints_*.json</c>), as far as evaluation needs it.</summary>
public sealed record CocoDataset
{
    /// <summary>The pictures.</summary>
    public required IReadOnlyList<CocoImage> Images { get; init; }

    /// <summary>The labelled people.</summary>
    public required IReadOnlyList<CocoAnnotation> Annotations { get; init; }

    /// <summary>Reads an annotation file.</summary>
    /// <exception cref="InvalidDataException">The file is no COCO keypoint file; the message names it and the reason.</exception>
    public static CocoDataset Load(string path) => CocoJson.Read<CocoDataset>(path);
}

/// <summary>One picture.</summary>
public sealed record CocoImage
{
    /// <summary>The number by which annotations name it.</summary>
    public required long Id { get; init; }

    /// <summary>Its file, without a folder.</summary>
    [JsonPropertyName("file_name")]
    public string FileName { get; init; } = "";

    /// <summary>Pixels a row.</summary>
    public int Width { get; init; }

    /// <summary>Rows of pixels.</summary>
    public int Height { get; init; }
}

/// <summary>One labelled person.</summary>
public sealed record CocoAnnotation
{
    /// <summary>The picture that it is in.</summary>
    [JsonPropertyName("image_id")]
    public required long ImageId { get; init; }

    /// <summary>17 times x, y (pixels), v (0 not labelled, 1 hidden, 2 visible).</summary>
    public IReadOnlyList<double> Keypoints { get; init; } = [];

    /// <summary>How many keypoints have v above 0.</summary>
    [JsonPropertyName("num_keypoints")]
    public int LabelledKeypoints { get; init; }

    /// <summary>x, y, width, height in pixels.</summary>
    [JsonPropertyName("bbox")]
    public required IReadOnlyList<double> Box { get; init; }

    /// <summary>Area of the person's outline, square pixels: the scale of OKS.</summary>
    public double Area { get; init; }

    /// <summary>1 for a crowd that is labelled as one region.</summary>
    [JsonPropertyName("iscrowd")]
    public int IsCrowd { get; init; }
}

/// <summary>One person found: an entry of COCO's keypoint result format.</summary>
public sealed record CocoDetection
{
    /// <summary>The picture that it was found in.</summary>
    [JsonPropertyName("image_id")]
    public required long ImageId { get; init; }

    /// <summary>COCO's number for people.</summary>
    [JsonPropertyName("category_id")]
    public int CategoryId { get; init; } = 1;

    /// <summary>17 times x, y (pixels), and a third value that evaluation ignores.</summary>
    public required IReadOnlyList<double> Keypoints { get; init; }

    /// <summary>Ranks the detections of the whole data set; any unit.</summary>
    public required double Score { get; init; }

    /// <summary>Reads a result file: an array of detections.</summary>
    /// <exception cref="InvalidDataException">The file is no COCO result file; the message names it and the reason.</exception>
    public static IReadOnlyList<CocoDetection> Load(string path) => CocoJson.Read<List<CocoDetection>>(path);
}

/// <summary>Reads COCO's JSON: lower-case names, unknown members ignored.</summary>
internal static class CocoJson
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static T Read<T>(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize<T>(stream, Options) ?? throw new JsonException("the file holds only null");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{path} is not in COCO's keypoint format: {fault.Message}", fault);
        }
    }
}
