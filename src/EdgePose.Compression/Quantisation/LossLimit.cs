using EdgePose.Compression.Evaluation;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Packages;
using EdgePose.Inference;

namespace EdgePose.Compression.Quantisation;

/// <summary>How much AP may be lost, and on which pictures that is measured.</summary>
/// <param name="MaxApLoss">Points of AP, of 100.</param>
/// <param name="Pictures">Labelled pictures; not those of the calibration.</param>
/// <param name="Options">How the networks are run.</param>
public sealed record LossLimit(double MaxApLoss, LabelledPictures Pictures, EvaluationOptions Options)
{
    /// <summary>AP of a network that lies on the disk, from 0 to 100, on every one of the pictures.</summary>
    /// <exception cref="InvalidDataException">A picture cannot be used, or there is nobody to find in them.</exception>
    public double ApOf(NetworkManifest manifest, CancellationToken stop)
    {
        NetworkEvaluation evaluation = new NetworkEvaluator(manifest, Options).Run(Pictures, null, stop);
        Pictures.Refuse(evaluation.Faults, "a limit holds for all of its pictures or says nothing: put them there whole, or leave them out of the annotations");
        double ap = evaluation.Figures().Ap;
        return ap >= 0 ? 100 * ap : throw new InvalidDataException(
            $"{Pictures.Folder}: nobody with keypoints is labelled in these {Pictures.Labels.Images.Count} pictures, so no AP can be lost; take pictures and annotations with people.");
    }

    /// <summary>AP of a network in memory: it is written to a folder of its own for as long as it is measured, as the evaluator opens what the daemon opens.</summary>
    /// <exception cref="InvalidDataException">A picture cannot be used, or there is nobody to find in them.</exception>
    public double ApOf(NetworkPackage parent, OnnxModel model, CancellationToken stop)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("edgepose-quantise-");
        try
        {
            return ApOf(NetworkPackageWriter.Derive(folder.FullName, "candidate", parent, model, new LineageStep { Tool = "edgepose model quantise" }), stop);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
