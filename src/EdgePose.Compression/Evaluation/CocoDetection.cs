using System.Text.Json.Serialization;

namespace EdgePose.Compression.Evaluation;

/// <summary>One person found: an entry of COCO's keypoint result format.</summary>
public sealed record CocoDetection
{
    /// <summary>The picture that it was found in.</summary>
    [JsonPropertyName("image_id")]
    public required long ImageId { get; init; }

    /// <summary>COCO's number for people.</summary>
    [JsonPropertyName("category_id")]
    public long CategoryId { get; init; } = CocoCategory.PersonId;

    /// <summary>17 times x, y (pixels), and a third value that evaluation ignores.</summary>
    public required IReadOnlyList<double> Keypoints { get; init; }

    /// <summary>Ranks the detections of the whole data set; any unit.</summary>
    public required double Score { get; init; }

    /// <summary>Reads and checks a result file: an array of detections.</summary>
    /// <param name="path">The file.</param>
    /// <param name="person">The labels' number for people. Results of this number, of COCO's 1 or of 0 are taken, but not of several.</param>
    /// <exception cref="InvalidDataException">The file cannot be read, or is no COCO result file; the message names file, place, reason and remedy.</exception>
    public static IReadOnlyList<CocoDetection> Load(string path, long person = CocoCategory.PersonId) =>
        CocoChecks.Detections(CocoJson.Read<List<CocoDetection>>(path, "a COCO keypoint result file"), person, path);

    /// <summary>What a result file of these holds, in UTF-8.</summary>
    public static byte[] ToJson(IEnumerable<CocoDetection> detections) => CocoJson.Of(detections);

    /// <summary>A pose as COCO's results have it: keypoints that were not found stand at the mean of those that were.</summary>
    /// <remarks>
    /// COCO takes a detection's area from all 17 points, so any other filling, (0, 0) above all, would spoil the figures of medium and large people. Positions
    /// are rounded to a thousandth of a pixel, so that a result file holds exactly what was evaluated.
    /// </remarks>
    /// <param name="imageId">The picture.</param>
    /// <param name="pose">In COCO-17's order, in source pixels.</param>
    /// <returns>Null for a pose without a single one of these keypoints.</returns>
    public static CocoDetection? Of(long imageId, Pose pose)
    {
        var (sumX, sumY, present) = (0.0, 0.0, 0);
        foreach (var keypoint in pose.Keypoints)
        {
            if (keypoint.IsPresent)
            {
                sumX += keypoint.X;
                sumY += keypoint.Y;
                present++;
            }
        }

        if (present == 0)
        {
            return null;
        }

        var keypoints = new double[3 * pose.Keypoints.Length];
        for (var k = 0; k < pose.Keypoints.Length; k++)
        {
            var keypoint = pose.Keypoints[k];
            keypoints[3 * k] = Math.Round(keypoint.IsPresent ? keypoint.X : sumX / present, 3);
            keypoints[(3 * k) + 1] = Math.Round(keypoint.IsPresent ? keypoint.Y : sumY / present, 3);
            keypoints[(3 * k) + 2] = Math.Round(keypoint.Confidence, 3);
        }

        return new() { ImageId = imageId, Keypoints = keypoints, Score = pose.Score };
    }
}
