using EdgePose.Compression.Evaluation;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Packages;
using EdgePose.Inference;

namespace EdgePose.Compression.Quantisation;

/// <summary>AP of an exit before and after.</summary>
/// <param name="Exit">Its name in the manifest.</param>
/// <param name="Before">In floating point, of 100.</param>
/// <param name="After">In 8 bits, of 100.</param>
public sealed record ExitLoss(string Exit, double Before, double After)
{
    /// <summary>Points of AP lost; negative where it has gained.</summary>
    public double Points => Before - After;
}

/// <summary>How much AP may be lost, and on which pictures that is measured. It holds for every exit: a daemon under load steps down to the shallower ones, cut from the same weights.</summary>
/// <param name="MaxApLoss">Points of AP, of 100, at the exit that loses most.</param>
/// <param name="Pictures">Labelled pictures; not those of the calibration.</param>
/// <param name="Options">How the networks are run; all of their exits are, whichever is named.</param>
public sealed record LossLimit(double MaxApLoss, LabelledPictures Pictures, EvaluationOptions Options)
{
    /// <summary>AP of every exit of a network that lies on the disk, from 0 to 100, on every one of the pictures.</summary>
    /// <returns>In the order of the manifest's exits.</returns>
    /// <exception cref="InvalidDataException">A picture cannot be used, or there is nobody to find in them.</exception>
    public IReadOnlyList<double> ApOf(NetworkManifest manifest, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return [.. manifest.Exits.Select(exit => ApOf(manifest, exit.Name, stop))];
    }

    /// <summary>What a network in memory loses: it is written to a folder of its own for as long as it is measured, as the evaluator opens what the daemon opens.</summary>
    /// <param name="parent">What it was made from.</param>
    /// <param name="before">The parent's AP at each exit, as <see cref="ApOf(NetworkManifest, CancellationToken)"/> tells it.</param>
    /// <param name="model">The network.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="InvalidDataException">A picture cannot be used, or there is nobody to find in them.</exception>
    public IReadOnlyList<ExitLoss> LossOf(NetworkPackage parent, IReadOnlyList<double> before, OnnxModel model, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(parent);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("edgepose-quantise-");
        try
        {
            NetworkManifest written = NetworkPackageWriter.Derive(folder.FullName, "candidate", parent, model, new LineageStep { Tool = "edgepose model quantise" });
            return [.. written.Exits.Zip(before, ApOf(written, stop)).Select(exit => new ExitLoss(exit.First.Name, exit.Second, exit.Third))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private double ApOf(NetworkManifest manifest, string exit, CancellationToken stop)
    {
        NetworkEvaluation evaluation = new NetworkEvaluator(manifest, Options with { Exit = exit }).Run(Pictures, null, stop);
        Pictures.Refuse(evaluation.Faults, "a limit holds for all of its pictures or says nothing: put them there whole, or leave them out of the annotations");
        double ap = evaluation.Figures().Ap;
        return ap >= 0 ? 100 * ap : throw new InvalidDataException(
            $"{Pictures.Folder}: nobody with keypoints is labelled in these {Pictures.Labels.Images.Count} pictures, so no AP can be lost; take pictures and annotations with people.");
    }
}
