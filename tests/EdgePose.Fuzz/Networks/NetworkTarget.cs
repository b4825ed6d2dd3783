using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using EdgePose.Compression.Graphs;
using EdgePose.Inference;

namespace EdgePose.Fuzz.Networks;

/// <summary>
/// A manifest, a line between, and an ONNX file. Manifest and file are read or refused in lines that name the file, never with another exception; what both readers accept is then opened and
/// run by the program in a process of its own, because the runtime below is native: it must end by itself, and with its own word.
/// </summary>
internal sealed class NetworkTarget : IFuzzTarget, IDisposable
{
    /// <summary>In a manifest of the corpus this stands for the file's true hash, so that mutations of the file are not all refused by it.</summary>
    private const string TrueHash = "TRUE-SHA256";
    private const int FewPrograms = 12;
    private static readonly byte[] Divider = "\n=====\n"u8.ToArray();
    private static readonly TimeSpan ProgramLimit = TimeSpan.FromMinutes(2);

    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-fuzz-").FullName;
    private int programsLeft = Nightly.Rounds(FewPrograms, int.MaxValue);

    public string Name => "networks";

    public int MaxBytes => 64 * 1024;

    public TimeSpan LimitPerMegabyte => TimeSpan.FromSeconds(2);

    public IReadOnlyList<string> Pieces { get; } =
    [
        "Conv", "Relu", "Add", "AveragePool", "If", "Loop", "heat", "paf", "image", "\u0008\u0001", "\u007f\u007f\u007f\u007f", "\n=====\n", "{", "}", "\"stridePx\": 16,", "\"stridePx\": -8,", "\"file\": \"../x\",",
        "\"skeleton\": \"coco-17\",", "null", "1e99", "\"exits\": [],", TrueHash, "location", "\u0072\u0000", "\u000a\u0000", "\u003a\u0002\u000a\u0000",
    ];

    /// <summary>How many inputs both readers accepted.</summary>
    public int Accepted { get; private set; }

    public object Run(byte[] input)
    {
        var at = input.AsSpan().IndexOf(Divider);
        var network = input.AsSpan(at < 0 ? 0 : at + Divider.Length).ToArray();
        var (file, manifest) = (Path.Combine(folder, "network.onnx"), Path.Combine(folder, "network.json"));
        File.WriteAllBytes(file, network);
        File.WriteAllText(manifest, Encoding.UTF8.GetString(input.AsSpan(0, Math.Max(0, at))).Replace(TrueHash, Convert.ToHexStringLower(SHA256.HashData(network)), StringComparison.Ordinal));

        var isRead = Reads(() => OnnxModel.Load(file));
        return Reads(() => OnnxFile.Read(NetworkManifest.Load(manifest))) && isRead;
    }

    public void Examine(byte[] input, object outcome)
    {
        if (outcome is true)
        {
            Accepted++;
            RunProgram(Path.Combine(folder, "network.json"));
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private bool Reads(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (NetworkException exception)
        {
            Assert.NotEmpty(exception.Faults);
            Assert.All(exception.Faults, fault => Assert.Contains(folder, fault, StringComparison.Ordinal));
            return false;
        }
    }

    private void RunProgram(string manifest)
    {
        if (programsLeft-- <= 0)
        {
            return;
        }

        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "edgepose"), ["model", "compare", manifest, "--size", "64x64", "--batch", "1", "--rounds", "1", "--threads", "1"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var program = Process.Start(start)!;
        var (output, error) = (program.StandardOutput.ReadToEndAsync(), program.StandardError.ReadToEndAsync());
        if (!program.WaitForExit(ProgramLimit))
        {
            program.Kill(entireProcessTree: true);
            Assert.Fail($"the program did not end within {ProgramLimit.TotalMinutes} minutes");
        }

        Assert.True(program.ExitCode < 128, $"the program was ended by signal {program.ExitCode - 128}: {error.Result}");
        Assert.DoesNotContain("   at ", error.Result, StringComparison.Ordinal); // a stack
        Assert.NotEmpty(output.Result + error.Result);
    }
}
