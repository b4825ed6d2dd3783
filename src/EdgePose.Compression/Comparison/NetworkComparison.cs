using EdgePose.Compression.Anatomy;
using EdgePose.Compression.Packages;
using EdgePose.Inference;

namespace EdgePose.Compression.Comparison;

/// <summary>Several networks at one input size, in one paired run on the processor.</summary>
/// <param name="HeightPx">Height of the input.</param>
/// <param name="WidthPx">Width of the input.</param>
/// <param name="Batches">Batch sizes, the first being the one that the front is drawn for.</param>
/// <param name="Threads">Threads of ONNX Runtime; 0 is one a core.</param>
/// <param name="Rounds">How often each is timed at each batch size.</param>
public sealed record NetworkComparison(int HeightPx, int WidthPx, IReadOnlyList<int> Batches, int Threads, int Rounds)
{
    /// <summary>The pixels do not matter to a convolution; a seed makes two runs do the same.</summary>
    private const int Seed = 1;

    /// <summary>Measures every network at its deepest exit.</summary>
    /// <param name="manifests">At least one; the speed of the others is relative to the first.</param>
    /// <param name="onRound">Told after each round of a batch size.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="NetworkException">A network cannot be opened at this size and batch, or fails, or has an operator that the tools do not know; with the remedy.</exception>
    public IReadOnlyList<ComparedNetwork> Run(IReadOnlyList<NetworkManifest> manifests, Action? onRound = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(manifests);
        // Reads every file with the tools' own reader: what it does not know is refused before the runtime gets it, which would run anything for as long as it takes.
        LayerCost[] costs = [.. manifests.Select(CostOf)];
        var networks = new List<PoseNetwork>();
        try
        {
            foreach (var manifest in manifests)
            {
                networks.Add(Open(manifest));
            }

            var times = Batches.Select(batch => PairedRounds.Run([.. networks.Select(network => (Action)(() => RunBatch(network, batch)))], Rounds, onRound, stop)).ToList();
            return
            [
                .. networks.Select((network, i) => new ComparedNetwork
                {
                    Id = network.Manifest.Id, Exit = network.Exit.Name, Sha256 = network.Manifest.Sha256, FileBytes = new FileInfo(network.Manifest.File).Length,
                    TakesOnePicture = network.Shape.MaxBatch < Batches.Max(),
                    Cost = costs[i],
                    Times = [.. Batches.Select((batch, b) => new BatchTime(batch, times[b][i].Milliseconds / batch, times[b][i].Speed))],
                }),
            ];
        }
        finally
        {
            networks.ForEach(network => network.Dispose());
        }
    }

    internal NetworkShape ShapeFor(NetworkManifest manifest, int batch) => new NetworkShape(HeightPx, WidthPx, batch).RoundedUpFor(manifest);

    private LayerCost CostOf(NetworkManifest manifest)
    {
        var shape = ShapeFor(manifest, 1);
        return LayerCost.Of(NetworkPackage.Open(manifest).Model.Graph, shape.InputHeightPx, shape.InputWidthPx);
    }

    private PoseNetwork Open(NetworkManifest manifest)
    {
        var options = new ExecutionOptions { Providers = [ExecutionProvider.Cpu], Threads = Threads };
        PoseNetwork network;
        try
        {
            network = PoseNetwork.Open(manifest, ShapeFor(manifest, Batches.Max()), options);
        }
        catch (NetworkException) when (Batches.Max() > 1)
        {
            // Many published files have a batch of one. This attempt reports every other fault.
            network = PoseNetwork.Open(manifest, ShapeFor(manifest, 1), options);
        }

        var random = new Random(Seed);
        for (var i = 0; i < network.Shape.MaxBatch; i++)
        {
            foreach (ref var value in network.Input(0, i))
            {
                value = random.Next(256);
            }
        }

        return network;
    }

    private static void RunBatch(PoseNetwork network, int batch)
    {
        var run = Math.Min(batch, network.Shape.MaxBatch);
        for (var done = 0; done < batch; done += run)
        {
            network.Run(0, run);
        }
    }
}
