using System.Text;

namespace EdgePose.Inference.Tests;

/// <summary>Whatever lies in place of the network is told in one line that says what to do.</summary>
public sealed class NetworkFaultTests
{
    [Fact]
    public void A_file_of_another_sha256_never_reaches_the_runtime()
    {
        using var folder = new NetworkFolder();
        byte[] bytes = File.ReadAllBytes(folder.Onnx);
        bytes[^1] ^= 1;
        File.WriteAllBytes(folder.Onnx, bytes);
        string fault = folder.Fault();
        Assert.Contains("sha256 is", fault, StringComparison.Ordinal);
        Assert.Contains("copy it again", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_told_with_the_remedy()
    {
        using var folder = new NetworkFolder();
        File.Delete(folder.Onnx);
        Assert.Contains("cannot be read", folder.Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_is_called_a_picture()
    {
        using var folder = new NetworkFolder([0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, 0, 0]);
        Assert.Contains("this is a PNG picture", folder.Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_file_is_no_network()
    {
        using var folder = new NetworkFolder(Encoding.UTF8.GetBytes("These are not weights.\n"));
        Assert.Contains("not an ONNX network", folder.Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_is_told_as_empty()
    {
        using var folder = new NetworkFolder([]);
        Assert.Contains("the file is empty", folder.Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_is_cut_short_anywhere_is_refused_before_the_runtime_sees_it()
    {
        byte[] whole = NetworkFolder.Small().ToArray();
        Assert.Null(OnnxScan.Fault(whole));
        for (int length = 0; length < whole.Length; length += 97)
        {
            // A cut between two fields of the model is well-formed: the graph comes before the operator set, so only that one cut is possible.
            Assert.True(OnnxScan.Fault(whole.AsSpan(0, length)) is not null, $"A file cut to {length} bytes was accepted.");
        }

        using var folder = new NetworkFolder(whole[..(whole.Length / 2)]);
        Assert.Contains("cut short", folder.Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Random_bytes_never_throw_in_the_scan()
    {
        var random = new Random(7);
        byte[] whole = NetworkFolder.Small().ToArray();
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = whole.AsSpan(0, 600).ToArray();
            for (int flips = random.Next(1, 8); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            string? fault = OnnxScan.Fault(bytes);
            Assert.True(fault is null || fault.Length > 10);
        }
    }

    [Fact]
    public void Weights_in_another_file_are_refused()
    {
        using var folder = new NetworkFolder(NetworkFolder.Small().ExternalWeight("../../etc/passwd").ToArray());
        Assert.Contains("external data", folder.Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_with_control_flow_never_reaches_the_runtime()
    {
        using var folder = new NetworkFolder(NetworkFolder.Small().Loop().ToArray());
        Assert.Contains("export the network without control flow", folder.Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_with_other_outputs_is_told_with_those_that_it_has()
    {
        using var folder = new NetworkFolder(new OnnxWriter().Input("image", -1, 3, -1, -1).Output("heat", 19).Output("vectors", 38).ToArray());
        string fault = folder.Fault();
        Assert.Contains("promises the output 'paf'", fault, StringComparison.Ordinal);
        Assert.Contains("heat, vectors", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_with_another_input_is_told()
    {
        using var folder = new NetworkFolder(new OnnxWriter().Input("data", -1, 3, -1, -1).Output("heat", 19, "data").Output("paf", 38, "data").ToArray());
        Assert.Contains("but the network has data", folder.Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_channels_than_the_skeletons_are_told_with_both_shapes()
    {
        using var folder = new NetworkFolder(new OnnxWriter().Input("image", -1, 3, -1, -1).Output("heat", 26).Output("paf", 38).ToArray());
        string fault = folder.Fault();
        Assert.Contains("2 x 19 or 18 x 2 x 3", fault, StringComparison.Ordinal);
        Assert.Contains("2 x 26 x 2 x 3", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_that_lies_about_the_stride_is_found_by_running_the_network()
    {
        using var folder = new NetworkFolder(change: manifest => manifest["stridePx"] = 4);
        NetworkException exception = Assert.Throws<NetworkException>(() => folder.Open().Dispose());
        Assert.Equal(2, exception.Faults.Length);
        Assert.All(exception.Faults, fault => Assert.Contains("stride 4", fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "∞")]
    public void Maps_that_are_not_finite_are_refused(float weight, string word)
    {
        using var folder = new NetworkFolder(new OnnxWriter(8, weight).Input("image", -1, 3, -1, -1).Output("heat", 19).Output("paf", 38).ToArray());
        NetworkException exception = Assert.Throws<NetworkException>(() => folder.Open().Dispose());
        Assert.All(exception.Faults, fault => Assert.Contains("the weights are broken", fault, StringComparison.Ordinal));
        Assert.Contains(exception.Faults, fault => fault.Contains(word, StringComparison.Ordinal) || fault.Contains("Infinity", StringComparison.Ordinal));
    }

    [Fact]
    public void A_network_of_one_fixed_size_refuses_another()
    {
        using var folder = new NetworkFolder(new OnnxWriter().Input("image", 1, 3, 32, 32).Output("heat", 19).Output("paf", 38).ToArray());
        Assert.Contains("1 x 3 x 32 x 32", folder.Fault(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 24, 1)]
    [InlineData(17, 24, 1)]
    [InlineData(16, -8, 1)]
    [InlineData(16, 24, 0)]
    [InlineData(16, 24, 65)]
    public void An_impossible_shape_is_refused(int height, int width, int batch)
    {
        using var folder = new NetworkFolder();
        Assert.Contains("is not possible", Assert.Throws<NetworkException>(() => folder.Open(new NetworkShape(height, width, batch))).Message, StringComparison.Ordinal);
    }
}
