namespace EdgePose.Testing;

/// <summary>Networks that are well until they see a bright picture: real faults of the real runtime, chosen by what a test shows to the camera.</summary>
internal sealed partial class OnnxWriter
{
    // Element types of ONNX's TensorProto.
    private const int Float = 1, Int64 = 7;

    /// <summary>An output like <see cref="Output"/>'s, whose run fails for a picture with any value above 200: an index beyond the table that it looks into.</summary>
    public OnnxWriter FailingOutput(string name, int channels)
    {
        Excess(name);
        Floats(name + "_table", [1], [0]);
        Node("Gather", [name + "_table", name + "_count"], name + "_nought");
        return Finish(name, channels);
    }

    /// <summary>
    /// An output like <see cref="Output"/>'s, whose run does not end while a test waits for a picture with any value above a limit: three million boxes, none of which touches another, are
    /// each held against all before it. A graph inside the graph (Loop) would hang for longer and is refused.
    /// </summary>
    public OnnxWriter HangingOutput(string name, int channels, float limit = 200)
    {
        Excess(name, limit);
        Floats(name + "_zero", [], [0]);
        Floats(name + "_one", [], [1]);
        Floats(name + "_row", [1, 1, 1], [0]);
        Floats(name + "_box", [4], [0, 0, 1, 1]);
        Node("Range", [name + "_zero", name + "_turns", name + "_one"], name + "_numbers");
        Node("Add", [name + "_row", name + "_numbers"], name + "_scores");
        var order = new List<byte>();
        Text(order, 1, "perm");
        Number(order, 8, 0);
        Number(order, 8, 2);
        Number(order, 8, 1);
        Number(order, 20, 7);
        Node("Transpose", [name + "_scores"], name + "_column", order);
        Node("Add", [name + "_column", name + "_box"], name + "_boxes");
        Node("NonMaxSuppression", [name + "_boxes", name + "_scores", name + "_count"], name + "_chosen");
        Node("Shape", [name + "_chosen"], name + "_sizes");
        Node("Cast", [name + "_sizes"], name + "_real_sizes", Attribute("to", Float));
        Node("ReduceMin", [name + "_real_sizes"], name + "_nought", Attribute("keepdims", 0)); // of a dark picture 0 boxes are chosen
        return Finish(name, channels);
    }

    /// <summary>NAME_turns and, as a whole number, NAME_count: 0 for a picture whose brightest value is at most <paramref name="limit"/>, else three million.</summary>
    private void Excess(string name, float limit = 200)
    {
        Floats(name + "_limit", [], [limit]);
        Floats(name + "_factor", [], [1e15f]);
        Floats(name + "_most", [], [3e6f]);
        Node("ReduceMax", ["image"], name + "_brightest", Attribute("keepdims", 0));
        Node("Sub", [name + "_brightest", name + "_limit"], name + "_above");
        Node("Relu", [name + "_above"], name + "_excess");
        Node("Mul", [name + "_excess", name + "_factor"], name + "_many");
        Node("Min", [name + "_many", name + "_most"], name + "_turns");
        Node("Cast", [name + "_turns"], name + "_count", Attribute("to", Int64));
    }

    private OnnxWriter Finish(string name, int channels)
    {
        Convolution(name + "_sum", channels, "image");
        Node("Add", [name + "_sum", name + "_nought"], name);
        Bytes(graph, 12, ValueInfo(name, [-1, -1, -1, -1]));
        return this;
    }

    /// <summary>A whole number.</summary>
    private static List<byte> Attribute(string name, int value)
    {
        var attribute = new List<byte>();
        Text(attribute, 1, name);
        Number(attribute, 3, value);
        Number(attribute, 20, 2);
        return attribute;
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
