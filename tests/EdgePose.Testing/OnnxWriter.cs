using System.Text;

namespace EdgePose.Testing;

/// <summary>
/// Writes the smallest ONNX networks that the tests need, by the protobuf wire format. One convolution an output, of kernel and stride
/// <paramref name="stride"/>, all weights <paramref name="weight"/>: each output value is weight times the sum of its cell's inputs.
/// </summary>
internal sealed partial class OnnxWriter(int stride = 8, float weight = 1f)
{
    private readonly List<byte> graph = [];

    public OnnxWriter Input(string name, params int[] sizes)
    {
        Bytes(graph, 11, ValueInfo(name, sizes));
        return this;
    }

    public OnnxWriter Output(string name, int channels, string input = "image")
    {
        Convolution(name, channels, input);
        Bytes(graph, 12, ValueInfo(name, [-1, -1, -1, -1]));
        return this;
    }

    /// <summary>An output that is 1, but NaN wherever the picture is black: a sum divided by itself.</summary>
    public OnnxWriter Quotient(string name, int channels)
    {
        Convolution(name + "_sum", channels, "image");
        var node = new List<byte>();
        Text(node, 1, name + "_sum");
        Text(node, 1, name + "_sum");
        Text(node, 2, name);
        Text(node, 4, "Div");
        Bytes(graph, 1, [.. node]);
        Bytes(graph, 12, ValueInfo(name, [-1, -1, -1, -1]));
        return this;
    }

    /// <summary>A weight that would be read from <paramref name="location"/>.</summary>
    public OnnxWriter ExternalWeight(string location)
    {
        var entry = new List<byte>();
        Text(entry, 1, "location");
        Text(entry, 2, location);
        var tensor = new List<byte>();
        Number(tensor, 1, 1);
        Number(tensor, 2, 1);
        Text(tensor, 8, "outside");
        Bytes(tensor, 13, [.. entry]);
        Number(tensor, 14, 1);
        Bytes(graph, 5, [.. tensor]);
        return this;
    }

    /// <summary>A node that holds a graph of its own, beside what makes the outputs: how often it would run only a run tells.</summary>
    public OnnxWriter Loop()
    {
        var body = new List<byte>();
        Text(body, 2, "turn");
        var attribute = new List<byte>();
        Text(attribute, 1, "body");
        Bytes(attribute, 6, [.. body]);
        Number(attribute, 20, 5);
        var node = new List<byte>();
        Text(node, 2, "turns");
        Text(node, 4, "Loop");
        Bytes(node, 5, [.. attribute]);
        Bytes(graph, 1, [.. node]);
        return this;
    }

    public byte[] ToArray()
    {
        Text(graph, 2, "test");
        var opset = new List<byte>();
        Number(opset, 2, 13);
        var model = new List<byte>();
        Number(model, 1, 7);
        Bytes(model, 7, [.. graph]);
        Bytes(model, 8, [.. opset]);
        return [.. model];
    }

    private void Convolution(string name, int channels, string input)
    {
        var weights = new List<byte>();
        foreach (int size in (int[])[channels, 3, stride, stride])
        {
            Number(weights, 1, size);
        }

        Number(weights, 2, 1);
        Text(weights, 8, name + "_weights");
        float[] values = new float[channels * 3 * stride * stride];
        Array.Fill(values, weight);
        byte[] raw = new byte[values.Length * 4];
        Buffer.BlockCopy(values, 0, raw, 0, raw.Length);
        Bytes(weights, 9, raw);
        Bytes(graph, 5, [.. weights]);

        var strides = new List<byte>();
        Text(strides, 1, "strides");
        Number(strides, 8, stride);
        Number(strides, 8, stride);
        Number(strides, 20, 7);
        var node = new List<byte>();
        Text(node, 1, input);
        Text(node, 1, name + "_weights");
        Text(node, 2, name);
        Text(node, 4, "Conv");
        Bytes(node, 5, [.. strides]);
        Bytes(graph, 1, [.. node]);
    }

    private static byte[] ValueInfo(string name, int[] sizes, int elementType = 1)
    {
        var shape = new List<byte>();
        for (int i = 0; i < sizes.Length; i++)
        {
            var dimension = new List<byte>();
            if (sizes[i] >= 0)
            {
                Number(dimension, 1, sizes[i]);
            }
            else
            {
                Text(dimension, 2, $"{name}_{i}");
            }

            Bytes(shape, 1, [.. dimension]);
        }

        var tensor = new List<byte>();
        Number(tensor, 1, elementType);
        Bytes(tensor, 2, [.. shape]);
        var type = new List<byte>();
        Bytes(type, 1, [.. tensor]);
        var info = new List<byte>();
        Text(info, 1, name);
        Bytes(info, 2, [.. type]);
        return [.. info];
    }

    private static void Number(List<byte> to, int field, int value)
    {
        Varint(to, (uint)field << 3);
        Varint(to, (uint)value);
    }

    private static void Text(List<byte> to, int field, string text) => Bytes(to, field, Encoding.UTF8.GetBytes(text));

    private static void Bytes(List<byte> to, int field, byte[] content)
    {
        Varint(to, ((uint)field << 3) | 2);
        Varint(to, (uint)content.Length);
        to.AddRange(content);
    }

    private static void Varint(List<byte> to, uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            to.Add((byte)(value | 0x80));
        }

        to.Add((byte)value);
    }
}
