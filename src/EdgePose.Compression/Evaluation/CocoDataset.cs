using System.Text.Json.Serialization;

namespace EdgePose.Compression.Evaluation;

/// <summary>Pictures and people in COCO's keypoint format (<c>person_keypoints_*.json</c>), as far as evaluation needs it.</summary>
public sealed record CocoDataset
{
    /// <summary>The pictures.</summary>
    public required IReadOnlyList<CocoImage> Images { get; init; }

    /// <summary>The labelled people.</summary>
    public required IReadOnlyList<CocoAnnotation> Annotations { get; init; }

    /// <summary>What the annotations' category numbers mean; may be empty, then 1 is people.</summary>
    public IReadOnlyList<CocoCategory> Categories { get; init; } = [];

    /// <summary>The number of the category of people.</summary>
    [JsonIgnore]
    public long PersonCategory { get; init; } = CocoCategory.PersonId;

    /// <summary>Reads and checks an annotation file. Things of other categories are left out.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read, or is no COCO keypoint file; the message names file, place, reason and remedy.</exception>
    public static CocoDataset Load(string path) => CocoChecks.Dataset(CocoJson.Read<CocoDataset>(path, "a COCO keypoint annotation file"), path);

    /// <summary>Pictures in which nobody is labelled: whoever is found in them is a false detection.</summary>
    public IEnumerable<CocoImage> PicturesWithoutPeople()
    {
        var labelled = Annotations.Select(annotation => annotation.ImageId).ToHashSet();
        return Images.Where(image => !labelled.Contains(image.Id));
    }

    /// <summary>Numbers of pictures that annotations name but the file does not have: nothing can be said about these people.</summary>
    public IEnumerable<long> PicturesThatAreNotThere()
    {
        var known = Images.Select(image => image.Id).ToHashSet();
        return Annotations.Select(annotation => annotation.ImageId).Where(id => !known.Contains(id)).Distinct();
    }

    /// <summary>The first pictures, in the order of the file, and their people.</summary>
    /// <param name="count">The most pictures that are kept; null keeps all.</param>
    public CocoDataset Take(int? count)
    {
        if (count is null || count >= Images.Count)
        {
            return this;
        }

        var kept = Images.Take(count.Value).ToList();
        var ids = kept.Select(image => image.Id).ToHashSet();
        return this with { Images = kept, Annotations = [.. Annotations.Where(annotation => ids.Contains(annotation.ImageId))] };
    }
}

/// <summary>One picture.</summary>
public sealed record CocoImage
{
    /// <summary>The number by which annotations name it.</summary>
    public required long Id { get; init; }

    /// <summary>Its file, in the folder of pictures.</summary>
    [JsonPropertyName("file_name")]
    public string FileName { get; init; } = "";

    /// <summary>Pixels a row; 0 where the file does not say.</summary>
    public int Width { get; init; }

    /// <summary>Rows of pixels; 0 where the file does not say.</summary>
    public int Height { get; init; }
}

/// <summary>One labelled person.</summary>
public sealed record CocoAnnotation
{
    private readonly int? statedKeypoints;

    /// <summary>Its own number; 0 where the file does not say, or says a text.</summary>
    [JsonConverter(typeof(OwnNumber))]
    public long Id { get; init; }

    /// <summary>The picture that it is in.</summary>
    [JsonPropertyName("image_id")]
    public required long ImageId { get; init; }

    /// <summary>What it is; COCO's number for people is 1.</summary>
    [JsonPropertyName("category_id")]
    public long CategoryId { get; init; } = CocoCategory.PersonId;

    /// <summary>17 times x, y (pixels), v (0 not labelled, 1 hidden, 2 visible).</summary>
    public IReadOnlyList<double> Keypoints { get; init; } = [];

    /// <summary>How many keypoints have v above 0; counted where the file does not say, as many exporters do not.</summary>
    [JsonPropertyName("num_keypoints")]
    public int LabelledKeypoints
    {
        get => statedKeypoints ?? Keypoints.Where((value, i) => i % 3 == 2 && value > 0).Count();
        init => statedKeypoints = value;
    }

    /// <summary>x, y, width, height in pixels. Where the file does not say: the extent of the labelled keypoints.</summary>
    [JsonPropertyName("bbox")]
    public IReadOnlyList<double> Box { get; init; } = [];

    /// <summary>Area of the person's outline, square pixels: the scale of OKS. Null where the file does not say, which only a person without keypoints may.</summary>
    public double? Area { get; init; }

    /// <summary>1 for a crowd that is labelled as one region.</summary>
    [JsonPropertyName("iscrowd")]
    public int IsCrowd { get; init; }
}

/// <summary>A kind of thing that annotations name by number.</summary>
public sealed record CocoCategory
{
    /// <summary>COCO's number for people.</summary>
    public const long PersonId = 1;

    /// <summary>The number.</summary>
    public required long Id { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Names of its keypoints; empty for a thing without.</summary>
    public IReadOnlyList<string> Keypoints { get; init; } = [];
}
