namespace EdgePose.Compression.Evaluation;

/// <summary>Finds the category of people as labelling tools number and name it.</summary>
internal static class CocoPeople
{
    /// <summary>The number of the category of people.</summary>
    /// <remarks>
    /// A category with COCO's 17 keypoints is people, for any name. Else it is the one called person; of several, the one that annotations with keypoints use (Roboflow writes an empty root
    /// of the same name). Without categories it is the one number that all annotations have, 0 or 1.
    /// </remarks>
    /// <exception cref="InvalidDataException">No category, or several, can be that of people.</exception>
    public static long CategoryOf(CocoDataset data, string path)
    {
        if (data.Categories.Count == 0)
        {
            return data.Annotations.Count > 0 && data.Annotations.All(annotation => annotation.CategoryId == 0) ? 0 : CocoCategory.PersonId;
        }

        var people = data.Categories.Where(HasCocoKeypoints).ToList();
        people = people.Count > 0 ? people : [.. data.Categories.Where(IsCalledPerson)];
        var used = data.Annotations.Where(annotation => annotation.Keypoints?.Count > 0).Select(annotation => annotation.CategoryId).ToHashSet();
        people = people.Select(category => category.Id).Distinct().Count() > 1 && people.Any(category => used.Contains(category.Id)) ? people.FindAll(category => used.Contains(category.Id)) : people;
        var numbers = people.Select(category => category.Id).Distinct().ToList();
        return numbers switch
        {
            [] => throw new InvalidDataException(
                $"{path}: categories: none has COCO's 17 keypoints or is called 'person', but there are {string.Join(", ", data.Categories.Select(category => $"'{category.Name}'"))}; only people can be evaluated."),
            [var person] => people.Find(category => category.Keypoints is { Count: > 0 } && !HasCocoKeypoints(category)) is { } other
                ? throw new InvalidDataException(
                    $"{path}: categories: '{other.Name}' has {other.Keypoints.Count} keypoints ({string.Join(", ", other.Keypoints)}); "
                    + $"only COCO's {Skeletons.Coco17.KeypointCount} in COCO's order can be evaluated: export the labels in that form.")
                : person,
            _ => throw new InvalidDataException(
                $"{path}: categories: {string.Join(" and ", numbers)} can both be people, and annotations with keypoints use both; give people one category."),
        };
    }

    private static bool IsCalledPerson(CocoCategory category) => category.Name?.ToUpperInvariant() is "PERSON" or "PERSONS" or "PEOPLE" or "HUMAN" or "HUMANS" or "PEDESTRIAN";

    private static bool HasCocoKeypoints(CocoCategory category) =>
        category.Keypoints is { Count: > 0 } names && names.Select(Written).SequenceEqual(Skeletons.Coco17.KeypointNames);

    /// <summary>A keypoint's name as COCO writes it: tools write "Left Eye" and "left-eye" too.</summary>
    private static string? Written(string? name) => name?.Trim().ToLowerInvariant().Replace(' ', '_').Replace('-', '_');
}
