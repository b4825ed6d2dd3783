namespace EdgePose.Inference.Tests;

/// <summary>Networks that are well until they see a bright picture: real faults of the real runtime, chosen by what a test shows to the camera.</summary>
internal sealed partial class OnnxWriter
{
    // Element types of ONNX's TensorProto.
    private const int Int64 = 7, Bool = 9;

    /// <summary>An output like <see cref="Output"/>'s, whose run fails for a picture with any value above 200: an index beyond the table that it looks into.</summary>
    public OnnxWriter FailingOutput(string name, int channels)
    {
        Excess(name);
        Floats(name + "_table", [1], [0]);
        Node("Gather", [name + "_table", name + "_count"], name + "_nought");
        return Finish(name, channels);
    }

    /// <summary>An output like <see cref="Output"/>'s, whose run does not end in a human lifetime for a picture with any value above a limit: a loop of 1e15 turns and more.</summary>
    public OnnxWriter HangingOutput(string name, int channels, float limit = 200)
    {
        Excess(name, limit);
        Floats(name + "_seed", [1], [0]);
        var body = new List<byte>();
        Bytes(body, 1, NodeBytes("Identity", ["going"], "goes_on"));
        Bytes(body, 1, NodeBytes("Identity", ["value"], "same_value"));
        Text(body, 2, "body");
        Bytes(body, 11, ValueInfo("turn", [], Int64));
        Bytes(body, 11, ValueInfo("going", [], Bool));
        Bytes(body, 11, ValueInfo("value", [1]));
        Bytes(body, 12, ValueInfo("goes_on", [], Bool));
        Bytes(body, 12, ValueInfo("same_value", [1]));
        var attribute = new List<byte>();
        Text(attribute, 1, "body");
        Bytes(attribute, 6, [.. body]);
        Number(attribute, 20, 5);
        Node("Loop", [name + "_count", string.Empty, name + "_seed"], name + "_nought", attribute);
        return Finish(name, channels);
    }

    /// <summary>NAME_count: 0 for a picture whose brightest value is at most <paramref name="limit"/>, else 1e15 for each step above.</summary>
    private void Excess(string name, float limit = 200)
    {
        Floats(name + "_limit", [], [limit]);
        Floats(name + "_factor", [], [1e15f]);
        var keep = new List<byte>();
        Text(keep, 1, "keepdims");
        Number(keep, 3, 0);
        Number(keep, 20, 2);
        Node("ReduceMax", ["image"], name + "_brightest", keep);
        Node("Sub", [name + "_brightest", name + "_limit"], name + "_above");
        Node("Relu", [name + "_above"], name + "_excess");
        Node("Mul", [name + "_excess", name + "_factor"], name + "_turns");
        var to = new List<byte>();
        Text(to, 1, "to");
        Number(to, 3, Int64);
        Number(to, 20, 2);
        Node("Cast", [name + "_turns"], name + "_count", to);
    }

    private OnnxWriter Finish(string name, int channels)
    {
        Convolution(name + "_sum", channels, "image");
        Node("Add", [name + "_sum", name + "_nought"], name);
        Bytes(graph, 12, ValueInfo(name, [-1, -1, -1, -1]));
        return this;
    }

    private void Node(string kind, string[] inputs, string output, List<byte>? attribute = null) => Bytes(graph, 1, NodeBytes(kind, inputs, output, attribute));

    private static byte[] NodeBytes(string kind, string[] inputs, string output, List<byte>? attribute = null)
    {
        var node = new List<byte>();
        foreach (string input in inputs)
        {
            Text(node, 1, input);
        }

        Text(node, 2, output);
        Text(node, 4, kind);
        if (attribute is not null)
        {
            Bytes(node, 5, [.. attribute]);
        }

        return [.. node];
    }

    private void Floats(string name, int[] sizes, float[] values)
    {
        var tensor = new List<byte>();
        foreach (int size in sizes)
        {
            Number(tensor, 1, size);
        }

        Number(tensor, 2, 1);
        Text(tensor, 8, name);
        byte[] raw = new byte[values.Length * 4];
        Buffer.BlockCopy(values, 0, raw, 0, raw.Length);
        Bytes(tensor, 9, raw);
        Bytes(graph, 5, [.. tensor]);
    }
}
