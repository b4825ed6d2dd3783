using System.Diagnostics;
using EdgePose.Inference;

namespace EdgePose.Compression.Graphs.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-disk-").FullName;

    [Fact]
    public void A_file_is_replaced_as_a_whole()
    {
        string path = Path.Combine(folder, "network.onnx");
        AtomicFile.Write(path, new byte[] { 1, 2, 3 });
        AtomicFile.Write(path, new byte[] { 4 });
        Assert.Equal([4], File.ReadAllBytes(path));
        Assert.Equal(["network.onnx"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_told_in_one_line()
    {
        NetworkException exception = Assert.Throws<NetworkException>(() => AtomicFile.Write(Path.Combine(folder, "no", "network.onnx"), new byte[] { 1 }));
        Assert.Contains("cannot be written", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_leaves_the_old_file_and_nothing_else()
    {
        Assert.SkipUnless(Environment.UserName == "root", "mounting a small disk needs root");
        (int code, string said) = Run("mount", "-t", "tmpfs", "-o", "size=64k", "edgepose-test", folder);
        Assert.SkipUnless(code == 0, $"no small disk can be mounted here: {said}");
        try
        {
            string path = Path.Combine(folder, "network.onnx");
            AtomicFile.Write(path, new byte[] { 1, 2, 3 });
            NetworkException exception = Assert.Throws<NetworkException>(() => AtomicFile.Write(path, new byte[1 << 20]));
            Assert.Contains("free space", exception.Message, StringComparison.Ordinal);
            Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
            Assert.Equal(["network.onnx"], Directory.GetFiles(folder).Select(Path.GetFileName));

            // Of files that belong together, the first would fit: it does not take the old one's place, because the second does not.
            Assert.Throws<NetworkException>(() => AtomicFile.Write((path, new byte[] { 9 }), (Path.Combine(folder, "network.json"), new byte[1 << 20])));
            Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
            Assert.Equal(["network.onnx"], Directory.GetFiles(folder).Select(Path.GetFileName));
        }
        finally
        {
            Run("umount", folder);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static (int Code, string Said) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string said = process.StandardError.ReadToEnd().Trim();
        process.WaitForExit();
        return (process.ExitCode, said);
    }
}
