using EdgePose.Compression.Anatomy;

namespace EdgePose.Compression.Comparison;

/// <summary>How fast a network ran at one batch size.</summary>
/// <param name="Batch">Pictures a run.</param>
/// <param name="MillisecondsPerPicture">Median over the rounds, of a run's time over its pictures.</param>
/// <param name="Speed">Median over the rounds of the first network's time over this one's, taken in the same round: 2 is twice as fast.</param>
public sealed record BatchTime(int Batch, double MillisecondsPerPicture, double Speed)
{
    /// <summary>Pictures a second.</summary>
    public double PicturesPerSecond => 1000 / MillisecondsPerPicture;
}

/// <summary>One row of a comparison.</summary>
public sealed record ComparedNetwork
{
    /// <summary>The manifest's id; ID/EXIT where every exit has its row.</summary>
    public required string Id { get; init; }

    /// <summary>The exit that was measured: the deepest of the file that ran.</summary>
    public required string Exit { get; init; }

    /// <summary>SHA-256 of the ONNX file that ran: for an exit that was cut, of the file that <c>edgepose model cut-stages</c> writes.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Bytes of the ONNX file.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Size of the network.</summary>
    public required LayerCost Cost { get; init; }

    /// <summary>OKS-AP, 0 to 1; null where none was measured.</summary>
    public double? Ap { get; init; }

    /// <summary>Whether the file takes one picture per run only: a batch was then timed as that number of runs.</summary>
    public bool TakesOnePicture { get; init; }

    /// <summary>One a batch size.</summary>
    public required IReadOnlyList<BatchTime> Times { get; init; }

    /// <summary>Whether no other network of the comparison has as much AP with as few multiplications.</summary>
    public bool IsOnMacsFront { get; init; }

    /// <summary>Whether no other network of the comparison has as much AP in as little time, at the first batch size.</summary>
    public bool IsOnTimeFront { get; init; }
}
