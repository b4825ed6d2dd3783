namespace EdgePose.Compression.Evaluation;

/// <summary>COCO's ten keypoint figures, 0 to 1 each; -1 where no labelled person counts.</summary>
/// <param name="Ap">Mean of the average precision at OKS .50, .55, ... .95.</param>
/// <param name="Ap50">Average precision at OKS .50.</param>
/// <param name="Ap75">Average precision at OKS .75.</param>
/// <param name="ApMedium">As <paramref name="Ap"/>, people of 32^2 to 96^2 square pixels.</param>
/// <param name="ApLarge">As <paramref name="Ap"/>, people above 96^2 square pixels.</param>
/// <param name="Ar">Mean recall over the same OKS thresholds, at most 20 detections a picture.</param>
/// <param name="Ar50">Recall at OKS .50.</param>
/// <param name="Ar75">Recall at OKS .75.</param>
/// <param name="ArMedium">Recall of medium people.</param>
/// <param name="ArLarge">Recall of large people.</param>
public readonly record struct CocoAveragePrecision(
    double Ap, double Ap50, double Ap75, double ApMedium, double ApLarge, double Ar, double Ar50, double Ar75, double ArMedium, double ArLarge)
{
    /// <summary>The ten figures in COCO's order.</summary>
    public IReadOnlyList<double> ToList() => [Ap, Ap50, Ap75, ApMedium, ApLarge, Ar, Ar50, Ar75, ArMedium, ArLarge];
}
