using EdgePose.Compression.Comparison;
using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Calibration;

/// <summary>Time of a network as a share of another's on this machine's processor.</summary>
public static class TimeShare
{
    /// <summary>Rounds, of which the median ratio counts.</summary>
    private const int Rounds = 15;

    /// <summary>Both run once a round, in turn, so that the machine's other work meets both; the median over the rounds.</summary>
    /// <param name="whole">What it is held against.</param>
    /// <param name="part">What is measured.</param>
    /// <param name="pictures">The first is the input.</param>
    /// <param name="stop">Ends it between two rounds.</param>
    /// <exception cref="Inference.NetworkException">The runtime refuses a network.</exception>
    public static double Measure(OnnxModel whole, OnnxModel part, CalibrationPictures pictures, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        using var one = new GraphRunner(whole);
        using var other = new GraphRunner(part);
        IReadOnlyList<(double Milliseconds, double Speed)> times = PairedRounds.Run(
            [() => one.Run(pictures[0], pictures.Sizes), () => other.Run(pictures[0], pictures.Sizes)], Rounds, null, stop);
        return 1 / times[1].Speed;
    }
}
