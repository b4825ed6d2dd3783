using EdgePose.Compression.Tests;
using EdgePose.Inference;

namespace EdgePose.Compression.Graphs.Tests;

/// <summary>Files that are damaged, or made to do harm, are refused in one line that names file, place and remedy.</summary>
public sealed class HostileFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-hostile-").FullName;

    [Fact]
    public void A_file_that_is_cut_short_anywhere_is_refused()
    {
        byte[] whole = File.ReadAllBytes(Path.ChangeExtension(Networks.ShippedManifest, ".onnx"));
        for (int length = 0; length < whole.Length; length += whole.Length / 40)
        {
            Assert.Contains("copy", Fault(whole[..length]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Random_damage_is_refused_or_read_but_never_throws_anything_else()
    {
        var random = new Random(11);
        byte[] whole = Small().ToBytes();
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] bytes = [.. whole];
            for (int flips = random.Next(1, 6); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                OnnxModel.Parse(bytes, "damaged").ToBytes();
            }
            catch (NetworkException exception)
            {
                Assert.StartsWith("damaged: ", exception.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(refused, 1, 2999);
    }

    [Fact]
    public void A_huge_file_is_refused_unread()
    {
        string path = Path.Combine(folder, "huge.onnx");
        using (FileStream stream = File.Create(path))
        {
            stream.SetLength(OnnxFile.MaxBytes + 1); // sparse: takes no room
        }

        Assert.Contains("at most", Assert.Throws<NetworkException>(() => OnnxModel.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_never_ends_is_not_opened()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "there is no /dev/zero here");
        Assert.Contains("empty", Assert.Throws<NetworkException>(() => OnnxModel.Load("/dev/zero")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_millions_of_empty_nodes_is_refused_before_they_are_built()
    {
        byte[] graph = new byte[8_000_000]; // four million times an empty node: field 1, length 0
        for (int i = 0; i < graph.Length; i += 2)
        {
            graph[i] = 0x0A;
        }

        long before = GC.GetTotalAllocatedBytes();
        Assert.Contains("fields", Fault([0x08, 7, 0x3A, .. Varint(graph.Length), .. graph]), StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 200_000_000); // the file itself is held a few times by this test
    }

    [Fact]
    public void A_shape_that_overflows_is_called_absurd()
    {
        // A constant of 2^31 x 2^31 x 4 x 4 values, that says it is float and holds no byte.
        byte[] sizes = [0x08, .. Varint(1L << 31), 0x08, .. Varint(1L << 31), 0x08, 4, 0x08, 4];
        byte[] tensor = [.. sizes, 0x10, 1, 0x42, 1, (byte)'w', 0x4A, 0];
        byte[] file = [.. Small().ToBytes(), 0x3A, .. Varint(tensor.Length + 2), 0x2A, (byte)tensor.Length, .. tensor];
        string fault = Fault(file);
        Assert.True(fault.Contains("absurd", StringComparison.Ordinal), fault);
    }

    [Fact]
    public void A_list_in_fifty_thousand_parts_is_read_without_copying_it_for_each_part()
    {
        const int Parts = 50_000;
        byte[] part = [0x22, 20, .. new byte[20]]; // float_data: five values
        byte[] values = new byte[Parts * part.Length];
        for (int i = 0; i < Parts; i++)
        {
            part.CopyTo(values, i * part.Length);
            BitConverter.TryWriteBytes(values.AsSpan((i * part.Length) + 2), (float)i);
        }

        byte[] file = WithTensor([0x08, .. Varint(5 * Parts), 0x10, 1, 0x42, 1, (byte)'w', .. values]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        OnnxModel model = OnnxModel.Parse(file, "parts");
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        float[] read = model.Graph.Initializers["w"].ToFloats();
        Assert.Equal(Enumerable.Range(0, Parts).Select(i => (float)i), read.Where((_, i) => i % 5 == 0));
        Assert.InRange(allocated, 0, 20_000_000); // one copy for each part would be 25 GB
    }

    [Fact]
    public void A_list_of_whole_numbers_cannot_outgrow_its_limit_part_by_part()
    {
        byte[] part = [0x3A, .. Varint(9 << 20), .. new byte[9 << 20]]; // int64_data: nine million zeros, which take eight times the room in memory
        Assert.Contains("a list of whole numbers takes", Fault(WithTensor([0x08, .. Varint(18 << 20), 0x10, 7, 0x42, 1, (byte)'w', .. part, .. part])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_constant_that_does_not_fill_its_shape_is_refused()
    {
        byte[] file = Small().ToBytes();
        int at = file.AsSpan().IndexOf("weights"u8);
        // The tensor's first dimension (field 1: 4) is the only "08 04 08 03" in this file.
        int dims = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x08, 4, 0x08, 3]);
        Assert.InRange(dims, 1, file.Length);
        Assert.InRange(at, 1, file.Length);
        file[dims + 1] = 5;
        Assert.Contains("wants 540 bytes", Fault(file), StringComparison.Ordinal);
    }

    [Fact]
    public void External_data_is_refused_and_the_other_file_is_never_opened()
    {
        byte[] entry = [0x0A, 8, .. "location"u8, 0x12, 9, .. "../secret"u8];
        byte[] tensor = [0x08, 1, 0x10, 1, 0x42, 1, (byte)'x', 0x6A, (byte)entry.Length, .. entry, 0x70, 1];
        Assert.Contains("external data", Fault([.. Small().ToBytes(), 0x3A, (byte)(tensor.Length + 2), 0x2A, (byte)tensor.Length, .. tensor]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cycle_is_refused_with_a_node_of_it()
    {
        string fault = FaultOf(OnnxNode.Of("Add", "a", ["image", "y"], "x"), OnnxNode.Of("Relu", "b", ["x"], "y"));
        Assert.Contains("Add 'a': it waits for its own output", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_chain_of_nodes_is_read_without_deep_recursion()
    {
        OnnxModel model = Networks.Of([.. Enumerable.Range(0, 4_500).Select(i => OnnxNode.Of("Relu", $"r{i}", [i == 0 ? "image" : $"t{i}"], $"t{i + 1}"))]);
        Assert.Equal(4_500, OnnxModel.Parse(model.ToBytes(), "chain").Graph.Nodes.Count);
    }

    [Fact]
    public void Two_tensors_of_one_name_are_refused() =>
        Assert.Contains("a second tensor is called 'x'", FaultOf(OnnxNode.Of("Relu", "a", ["image"], "x"), OnnxNode.Of("Relu", "b", ["image"], "x")), StringComparison.Ordinal);

    [Fact]
    public void A_tensor_that_nothing_makes_is_refused() =>
        Assert.Contains("Relu 'a': it reads 'ghost'", FaultOf(OnnxNode.Of("Relu", "a", ["ghost"], "x")), StringComparison.Ordinal);

    [Fact]
    public void An_output_that_nothing_makes_is_refused()
    {
        OnnxModel model = Small();
        model.Graph.Outputs.Add(OnnxValue.Of("ghost", ElementType.Float));
        Assert.Contains("output 'ghost'", Assert.Throws<NetworkException>(model.ToBytes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_inside_a_node_is_refused()
    {
        // A node "If" whose attribute (5) holds a graph (6), empty, of kind GRAPH (20: 5).
        byte[] attribute = [0x0A, 1, (byte)'g', 0x32, 0, 0xA0, 0x01, 5];
        byte[] node = [0x12, 1, (byte)'z', 0x22, 2, .. "If"u8, 0x2A, (byte)attribute.Length, .. attribute];
        Assert.Contains("control flow", Fault([.. Small().ToBytes(), 0x3A, (byte)(node.Length + 2), 0x0A, (byte)node.Length, .. node]), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static OnnxModel Small()
    {
        OnnxModel model = Networks.Of(OnnxNode.Of("Conv", "c", ["image", "weights"], "maps", OnnxAttribute.Of("pads", 1, 1, 1, 1)));
        model.Graph.Put(OnnxTensor.Of("weights", [4, 3, 3, 3], new float[108].AsSpan()));
        return model;
    }

    private string Fault(byte[] bytes)
    {
        string path = Path.Combine(folder, "network.onnx");
        File.WriteAllBytes(path, bytes);
        string fault = Assert.Throws<NetworkException>(() => OnnxModel.Load(path)).Message;
        Assert.StartsWith(path + ": ", fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault);
        return fault;
    }

    /// <summary>The small network, and one more constant.</summary>
    private static byte[] WithTensor(byte[] tensor)
    {
        byte[] length = Varint(tensor.Length);
        return [.. Small().ToBytes(), 0x3A, .. Varint(1 + length.Length + tensor.Length), 0x2A, .. length, .. tensor];
    }

    private static string FaultOf(params OnnxNode[] nodes) => Assert.Throws<NetworkException>(Networks.Of(nodes).ToBytes).Message;

    private static byte[] Varint(long value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }
}
