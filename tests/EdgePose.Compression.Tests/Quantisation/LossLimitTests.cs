using EdgePose.Compression.Evaluation;
using EdgePose.Compression.Evaluation.Tests;
using EdgePose.Compression.Tests;
using EdgePose.Inference;

namespace EdgePose.Compression.Quantisation.Tests;

/// <summary>A limit that was not measured on every picture that the card names is no limit.</summary>
public sealed class LossLimitTests : IDisposable
{
    private static readonly EvaluationOptions Small = new() { Sizing = InputSizing.OfHeight(64) };

    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-limit-").FullName;

    [Fact]
    public void Pictures_that_are_missing_or_broken_are_refused_by_name()
    {
        LabelledPictures labelled = LobbyPictures.Extract(folder, 10, 60, 110);
        File.Delete(Path.Combine(folder, "60.png"));
        File.WriteAllText(Path.Combine(folder, "110.png"), "no picture");
        string fault = Refusal(labelled);
        Assert.StartsWith($"{folder}: 2 of 3 pictures cannot be used (60.png: the file is missing, 110.png: no picture that OpenCV can decode); ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_in_which_nobody_is_labelled_have_no_ap_and_are_refused()
    {
        LabelledPictures labelled = LobbyPictures.Extract(folder, 10);
        Assert.Contains("nobody with keypoints is labelled in these 1 pictures", Refusal(labelled with { Labels = labelled.Labels with { Annotations = [] } }), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string Refusal(LabelledPictures labelled) =>
        Assert.Throws<InvalidDataException>(() => new LossLimit(0, labelled, Small).ApOf(NetworkManifest.Load(Networks.ShippedManifest), CancellationToken.None)).Message;
}
