using System.Text;
using EdgePose.Compression.Tests;
using Google.Protobuf;

namespace EdgePose.Compression.Graphs.Tests;

public class OnnxModelTests
{
    [Fact]
    public void A_network_that_is_read_and_written_computes_the_same()
    {
        byte[] file = File.ReadAllBytes(Path.ChangeExtension(Networks.ShippedManifest, ".onnx"));
        OnnxModel plain = OnnxModel.Parse(file, "shipped"), folded = Networks.Shipped();
        Assert.Equal(2, plain.Graph.Nodes.Count(node => node.Is("Constant")));
        Assert.DoesNotContain(folded.Graph.Nodes, node => node.Is("Constant"));
        var expected = Networks.Run(plain, 64, 96);
        var found = Networks.Run(OnnxModel.Parse(folded.ToBytes(), "again"), 64, 96);
        Assert.Equal(["heat_0", "heat_1", "paf_0", "paf_1"], found.Keys.Order());
        Assert.All(expected, pair => Assert.Equal(pair.Value.Values, found[pair.Key].Values));
    }

    [Fact]
    public void Writing_what_was_read_changes_no_byte_of_an_exporters_file()
    {
        byte[] file = File.ReadAllBytes(Path.ChangeExtension(Networks.ShippedManifest, ".onnx"));
        byte[] written = OnnxModel.Parse(file, "shipped").ToBytes();
        Assert.Equal(file.Length, written.Length);
        Assert.Equal(written, OnnxModel.Parse(written, "again").ToBytes());
    }

    [Fact]
    public void Fields_that_are_not_known_are_written_back()
    {
        // Field 1000 of the model, a text: no version of ONNX has it.
        byte[] stranger = [.. Tag(1000, 2), 5, .. "later"u8];
        byte[] file = [.. Networks.Of(OnnxNode.Of("Relu", "", ["image"], "maps")).ToBytes(), .. stranger];
        byte[] written = OnnxModel.Parse(file, "test").ToBytes();
        Assert.Contains("later", Encoding.Latin1.GetString(written), StringComparison.Ordinal);
    }

    [Fact]
    public void Notes_are_kept_and_replaced_by_key()
    {
        OnnxModel model = Networks.Of(OnnxNode.Of("Relu", "", ["image"], "maps"));
        model.Note("edgepose.tool", "one");
        model.Note("edgepose.tool", "two");
        model.Note("other", "");
        Assert.Equal([new("edgepose.tool", "two"), new("other", "")], OnnxModel.Parse(model.ToBytes(), "test").Metadata);
    }

    [Theory]
    [InlineData(4, new byte[] { 0, 0, 128, 63, 0, 0, 0, 64 }, ElementType.Float)] // float_data, packed
    [InlineData(7, new byte[] { 1, 2 }, ElementType.Int64)]
    [InlineData(5, new byte[] { 1, 2 }, ElementType.Int8)] // int32_data holds the small kinds
    public void Typed_lists_of_values_are_read_as_raw_bytes_are(int field, byte[] packed, ElementType type)
    {
        byte[] tensor = [.. Tag(1, 0), 2, .. Tag(2, 0), (byte)type, .. Tag(field, 2), (byte)packed.Length, .. packed, .. Tag(8, 2), 1, (byte)'w'];
        OnnxTensor found = Read(tensor);
        Assert.Null(found.Fault());
        Assert.Equal([1, 2], type.IsReal() ? found.ToFloats() : Array.ConvertAll(found.ToLongs(), value => (float)value));
    }

    [Fact]
    public void Halves_in_int32_data_are_taken_by_their_bits()
    {
        // 0x3C00 = 1.0 as a half; as a varint 0x80 0x78.
        OnnxTensor found = Read([.. Tag(1, 0), 1, .. Tag(2, 0), 10, .. Tag(5, 2), 2, 0x80, 0x78]);
        Assert.Equal([1f], found.ToFloats());
    }

    [Fact]
    public void Attributes_of_every_kind_come_back()
    {
        OnnxNode node = OnnxNode.Of(
            "Test", "n", ["image"], "maps", OnnxAttribute.Of("zero", 0), OnnxAttribute.Of("real", 0.5f), OnnxAttribute.Of("text", "NOTSET"),
            OnnxAttribute.Of("list", 1, -2, 3), OnnxAttribute.Of("tensor", OnnxTensor.Scalar("", 7)));
        OnnxNode found = OnnxModel.Parse(Networks.Of(node).ToBytes(), "test").Graph.Nodes[0];
        Assert.Equal(0, found.Int("zero", 9));
        Assert.Equal(0.5f, found.Float("real", 9));
        Assert.Equal("NOTSET", found.Text("text", ""));
        Assert.Equal([1, -2, 3], found.Ints("list")!);
        Assert.Equal([7f], found.Attribute("tensor")!.Tensor!.ToFloats());
    }

    private static OnnxTensor Read(byte[] bytes)
    {
        var tensor = new OnnxTensor();
        using var input = new CodedInputStream(bytes);
        ((IMessage)tensor).MergeFrom(input);
        return tensor;
    }

    private static byte[] Tag(int field, int wire)
    {
        using var memory = new MemoryStream();
        using (var output = new CodedOutputStream(memory))
        {
            output.WriteTag(field, (WireFormat.WireType)wire);
        }

        return memory.ToArray();
    }
}
