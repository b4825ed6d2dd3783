namespace EdgePose.Compression.Evaluation;

/// <summary>Refuses files that are JSON, but not COCO's people with 17 keypoints: evaluating them would give a figure that means nothing.</summary>
internal static class CocoChecks
{
    private const int Values = 3 * 17;

    /// <summary>More would bury the first; the count of the others is said.</summary>
    private const int MostFaultsTold = 5;

    /// <exception cref="InvalidDataException">With the first faults.</exception>
    public static CocoDataset Dataset(CocoDataset data, string path)
    {
        Refuse(path, [.. Nulls(data.Images, "images"), .. Nulls(data.Annotations, "annotations"), .. Nulls(data.Categories, "categories")]);
        var person = CocoPeople.CategoryOf(data, path);
        Refuse(path, data.Images.Select((image, i) => (image, i)).Where(pair => pair.image.FileName is null)
            .Select(pair => $"images[{pair.i}] (id {pair.image.Id}): file_name is null, but must be the picture's file"));
        var twice = data.Images.GroupBy(image => image.Id).Where(group => group.Count() > 1);
        Refuse(path, twice.Select(group => $"images: {group.Count()} have the id {group.Key}; each needs its own"));
        Refuse(path, data.Annotations.SelectMany((annotation, i) =>
            IsOther(annotation, data, person) ? [] : Faults(annotation, person).Select(fault => $"annotations[{i}] (id {annotation.Id}, picture {annotation.ImageId}): {fault}")));

        // A person without any keypoint is a region to be ignored: in COCO 51 zeros, elsewhere often no list at all.
        return data with
        {
            PersonCategory = person,
            Annotations =
            [
                .. data.Annotations.Where(annotation => !IsOther(annotation, data, person))
                    .Select(annotation => annotation.Keypoints.Count == 0 ? annotation with { Keypoints = new double[Values] } : annotation)
                    .Select(annotation => annotation.Box.Count == 0 ? annotation with { Box = Extent(annotation.Keypoints) } : annotation),
            ],
        };
    }

    /// <exception cref="InvalidDataException">With the first faults.</exception>
    public static IReadOnlyList<CocoDetection> Detections(IReadOnlyList<CocoDetection> detections, long person, string path)
    {
        Refuse(path, Nulls(detections, ""));
        var used = detections.Count > 0 && detections[0].CategoryId is 0 ? 0 : detections.Any(detection => detection.CategoryId == person) ? person : CocoCategory.PersonId;
        Refuse(path, detections.SelectMany((detection, i) => Faults(detection, used).Select(fault => $"[{i}] (picture {detection.ImageId}): {fault}")));
        return detections;
    }

    /// <summary>Whether an annotation is of something else that the categories name.</summary>
    private static bool IsOther(CocoAnnotation annotation, CocoDataset data, long person) => annotation.CategoryId != person && data.Categories.Any(category => category.Id == annotation.CategoryId);

    /// <summary>The box around labelled keypoints.</summary>
    private static double[] Extent(IReadOnlyList<double> keypoints)
    {
        var labelled = Enumerable.Range(0, keypoints.Count / 3).Where(k => keypoints[(3 * k) + 2] > 0).ToList();
        var (left, top) = (labelled.Min(k => keypoints[3 * k]), labelled.Min(k => keypoints[(3 * k) + 1]));
        return [left, top, labelled.Max(k => keypoints[3 * k]) - left, labelled.Max(k => keypoints[(3 * k) + 1]) - top];
    }

    private static IEnumerable<string> Faults(CocoAnnotation annotation, long person)
    {
        if (annotation.CategoryId != person)
        {
            yield return $"has category {annotation.CategoryId}, but people are {person}; leave other things out";
        }

        if (annotation.Keypoints is null)
        {
            yield return $"keypoints is null, but must be {Values} values (17 times x, y, v); leave the member out where nothing is labelled";
        }
        else if (annotation.Keypoints.Count != Values && (annotation.Keypoints.Count != 0 || annotation.LabelledKeypoints > 0))
        {
            yield return $"has {annotation.Keypoints.Count} keypoint values, but COCO people have {Values} (17 times x, y, v)";
        }

        if (annotation.Box is null)
        {
            yield return "bbox is null, but must be x, y, width, height";
        }
        else if (annotation.Box.Count == 0 && annotation.LabelledKeypoints == 0)
        {
            yield return "has no labelled keypoint and no bbox (x, y, width, height), so its place is not known";
        }
        else if (annotation.Box.Count is not 0 and not 4)
        {
            yield return $"has a bbox of {annotation.Box.Count} values, but it must be x, y, width, height";
        }

        if (annotation is { Keypoints: not null, LabelledKeypoints: > 0, Area: not > 0 })
        {
            yield return "has keypoints but no area above 0, which is the scale of OKS; export the labels with the area of each person's outline or box";
        }
    }

    private static IEnumerable<string> Faults(CocoDetection detection, long person)
    {
        if (detection.CategoryId != person)
        {
            yield return $"has category {detection.CategoryId}, but people are {person}; leave other things out";
        }

        if (detection.Keypoints is null)
        {
            yield return $"keypoints is null, but must be {Values} values (17 times x, y and a score)";
        }
        else if (detection.Keypoints.Count != Values)
        {
            yield return $"has {detection.Keypoints.Count} keypoint values, but COCO people have {Values} (17 times x, y and a score)";
        }
    }

    /// <summary>JSON's null where the format has a list or an object: the reader leaves it in, whatever the types say.</summary>
    private static IEnumerable<string> Nulls<T>(IReadOnlyList<T>? list, string name) => list is null
        ? [$"{name}: is null, but must be a list"]
        : list.Select((item, i) => (item, i)).Where(pair => pair.item is null).Select(pair => $"{name}[{pair.i}]: is null; leave it out");

    private static void Refuse(string path, IEnumerable<string> faults)
    {
        var all = faults.ToList();
        if (all.Count > 0)
        {
            var others = all.Count > MostFaultsTold ? $"{Environment.NewLine}{path}: and {all.Count - MostFaultsTold} more faults of this kind." : "";
            throw new InvalidDataException(string.Join(Environment.NewLine, all.Take(MostFaultsTold).Select(fault => $"{path}: {fault}.")) + others);
        }
    }
}
