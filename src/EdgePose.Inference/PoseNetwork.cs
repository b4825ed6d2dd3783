using Microsoft.ML.OnnxRuntime;

namespace EdgePose.Inference;

/// <summary>
/// A batch of pictures in, heatmaps and part affinity fields (PAFs) out. One session, one thread at a time: while one thread is in <see cref="Run"/>
/// of a slot, another may fill the input of the other slot. <see cref="Run"/> allocates nothing on the managed heap.
/// </summary>
public sealed class PoseNetwork : IDisposable
{
    private readonly InferenceSession session;
    private readonly NetworkSlot[] slots;
    private readonly NetworkOutputs outputs;
    private readonly RunOptions runOptions = new();
    private readonly bool padsBatch;

    private PoseNetwork(
        NetworkManifest manifest, NetworkShape shape, NetworkExit exit, InferenceSession session, ProviderReport providers, NetworkOutputs outputs, int slotCount, PoseNetwork? views)
    {
        Views = views;
        Manifest = manifest;
        Shape = shape;
        Exit = exit;
        Providers = providers;
        this.session = session;
        this.outputs = outputs;
        padsBatch = Provider.Of(providers.Ran).HasFixedBatch;
        slots = new NetworkSlot[slotCount];
        for (int i = 0; i < slotCount; i++)
        {
            slots[i] = new NetworkSlot(session, manifest.Input.Name, exit, shape, outputs);
        }
    }

    /// <summary>What was asked, what runs, and why it differs.</summary>
    public ProviderReport Providers { get; }

    /// <summary>The shape that it was opened for.</summary>
    public NetworkShape Shape { get; }

    /// <summary>What the network is.</summary>
    public NetworkManifest Manifest { get; }

    /// <summary>The stage whose maps are read. ONNX Runtime runs the whole graph for any exit: an earlier one saves no time unless the file is cut there.</summary>
    public NetworkExit Exit { get; }

    /// <summary>The same network opened for views of people; null where it looks at whole frames alone. It is this one's to dispose.</summary>
    public PoseNetwork? Views { get; }

    /// <summary>How many slots there are: 1 or 2.</summary>
    public int Slots => slots.Length;

    /// <summary>Opens a network: checks the file, tries the providers, and proves by one real run that the maps are what the manifest promises.</summary>
    /// <param name="manifest">What the network is.</param>
    /// <param name="shape">Input size and largest batch.</param>
    /// <param name="options">What runs it.</param>
    /// <param name="exit">Name of the exit, or null for the deepest.</param>
    /// <param name="progress">Told what goes on while an engine is built, on a timer's thread; null for silence.</param>
    /// <param name="slotCount">1, or 2 to fill one while the other runs.</param>
    /// <param name="views">Shape of views of people, a session of its own: TensorRT has one engine for each shape. Null for none.</param>
    /// <exception cref="NetworkException">The file, the manifest, the shape or the machine is at fault; with the remedy.</exception>
    public static PoseNetwork Open(
        NetworkManifest manifest, NetworkShape shape, ExecutionOptions options, string? exit = null, IProgress<string>? progress = null, int slotCount = 1, NetworkShape? views = null)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(slotCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slotCount, 2);
        NetworkExit chosen = manifest.FindExit(exit);
        shape.Check(manifest);
        views?.Check(manifest);
        byte[] model = OnnxFile.Read(manifest);
        NetworkOutputs? outputs = null;
        (InferenceSession session, ProviderReport report) = ExecutionProviders.Create(
            model, manifest, shape, options, progress, made => outputs = NetworkProof.Prove(made, manifest, shape, chosen), TimeProvider.System);
        try
        {
            // Where one shape runs, the other does: on the same provider, or both are tried again on the next.
            PoseNetwork? second = views is { } wanted ? Open(manifest, wanted, options with { Providers = [report.Ran] }, exit, progress) : null;
            return new PoseNetwork(manifest, shape, chosen, session, report, outputs!, slotCount, second);
        }
        catch (NetworkException)
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Input of one picture, to be filled: 3 x height x width.</summary>
    /// <param name="slot">From 0.</param>
    /// <param name="index">Of the picture in the batch, from 0.</param>
    public Span<float> Input(int slot, int index)
    {
        CheckIndex(index);
        return slots[slot].Input.AsSpan(index * Shape.ImageValues, Shape.ImageValues);
    }

    /// <summary>Runs the network on the first <paramref name="batch"/> pictures of a slot.</summary>
    /// <param name="slot">From 0.</param>
    /// <param name="batch">1 to <see cref="NetworkShape.MaxBatch"/>.</param>
    /// <exception cref="NetworkRunException">The runtime failed.</exception>
    public void Run(int slot, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch, Shape.MaxBatch);
        OrtIoBinding binding = slots[slot].Binding(padsBatch ? Shape.MaxBatch : batch);
        try
        {
            session.RunWithBinding(runOptions, binding);
        }
        catch (OnnxRuntimeException exception)
        {
            string reason = OnnxRuntimeMessage.Readable(exception.Message);
            throw new NetworkRunException(Providers.Ran, reason, $"{Manifest.Id}: the network failed on {Providers.Ran} ({reason}); restart, and see `edgepose doctor`.", exception);
        }
    }

    /// <summary>Heatmaps of one picture of the slot's last run; valid until its next.</summary>
    public Heatmaps Heatmaps(int slot, int index)
    {
        CheckIndex(index);
        int size = outputs.HeatmapValues;
        return new Heatmaps(slots[slot].Heatmaps.AsSpan(index * size, size), outputs.HeatmapChannels, outputs.HeightCells, outputs.WidthCells);
    }

    /// <summary>PAFs of one picture of the slot's last run; valid until its next. No channels for a network without.</summary>
    public Pafs Pafs(int slot, int index)
    {
        CheckIndex(index);
        int size = outputs.PafValues;
        return new Pafs(slots[slot].Pafs.AsSpan(index * size, size), outputs.PafChannels, outputs.HeightCells, outputs.WidthCells);
    }

    /// <summary>Runs every slot at every batch size once, so that no frame pays for what a first run sets up.</summary>
    public void Warm()
    {
        for (int slot = 0; slot < slots.Length; slot++)
        {
            for (int batch = padsBatch ? Shape.MaxBatch : 1; batch <= Shape.MaxBatch; batch++)
            {
                Run(slot, batch);
            }
        }

        Views?.Warm();
    }

    /// <summary>Frees the session and the slots.</summary>
    public void Dispose()
    {
        Views?.Dispose();
        foreach (NetworkSlot slot in slots)
        {
            slot.Dispose();
        }

        runOptions.Dispose();
        session.Dispose();
    }

    private void CheckIndex(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Shape.MaxBatch);
    }
}
