using Microsoft.ML.OnnxRuntime;

namespace EdgePose.Inference;

/// <summary>
/// Input and output tensors of one batch, pinned for life and bound once a batch size: the runtime reads and writes them in place, and a
/// run makes no object. Bindings are made when first used; <see cref="PoseNetwork.Warm"/> makes them all.
/// </summary>
internal sealed class NetworkSlot : IDisposable
{
    private readonly InferenceSession session;
    private readonly string inputName;
    private readonly NetworkExit exit;
    private readonly NetworkShape shape;
    private readonly NetworkOutputs outputs;
    private readonly OrtIoBinding?[] bindings;
    private readonly List<OrtValue> values = [];

    public NetworkSlot(InferenceSession session, string inputName, NetworkExit exit, NetworkShape shape, NetworkOutputs outputs)
    {
        this.session = session;
        this.inputName = inputName;
        this.exit = exit;
        this.shape = shape;
        this.outputs = outputs;
        bindings = new OrtIoBinding?[shape.MaxBatch + 1];
        Input = GC.AllocateArray<float>(shape.MaxBatch * shape.ImageValues, pinned: true);
        Heatmaps = GC.AllocateArray<float>(shape.MaxBatch * outputs.HeatmapValues, pinned: true);
        Pafs = GC.AllocateArray<float>(shape.MaxBatch * outputs.PafValues, pinned: true);
    }

    public float[] Input { get; }

    public float[] Heatmaps { get; }

    public float[] Pafs { get; }

    public OrtIoBinding Binding(int batch) => bindings[batch] ?? (bindings[batch] = Bind(batch));

    public void Dispose()
    {
        foreach (OrtIoBinding? binding in bindings)
        {
            binding?.Dispose();
        }

        foreach (OrtValue value in values)
        {
            value.Dispose();
        }
    }

    private OrtIoBinding Bind(int batch)
    {
        OrtIoBinding binding = session.CreateIoBinding();
        binding.BindInput(inputName, Tensor(Input, batch, 3, shape.InputHeightPx, shape.InputWidthPx));
        binding.BindOutput(exit.Heatmaps, Tensor(Heatmaps, batch, outputs.HeatmapChannels, outputs.HeightCells, outputs.WidthCells));
        if (exit.Pafs is not null)
        {
            binding.BindOutput(exit.Pafs, Tensor(Pafs, batch, outputs.PafChannels, outputs.HeightCells, outputs.WidthCells));
        }

        return binding;
    }

    private OrtValue Tensor(float[] memory, int batch, int channels, int height, int width)
    {
        OrtValue value = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, memory.AsMemory(0, batch * channels * height * width), [batch, channels, height, width]);
        values.Add(value);
        return value;
    }
}
