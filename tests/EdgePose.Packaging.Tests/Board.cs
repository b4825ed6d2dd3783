namespace EdgePose.Packaging.Tests;

/// <summary>A folder that stands for a Jetson's root to build-jetson.sh, and one of programs that stand for those which build.</summary>
internal sealed class Board : IDisposable
{
    /// <param name="release">The line of /etc/nv_tegra_release; null for none.</param>
    /// <param name="model">What the device tree calls the board.</param>
    public Board(string? release, string model)
    {
        Write("proc/device-tree/model", model + "\0");
        if (release is not null)
        {
            Write("etc/nv_tegra_release", release + "\n");
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("edgepose-board-").FullName;

    private string Programs => Path.Combine(Folder, "programs");

    public (int Status, string Said) Plan(params string[] arguments) => Run([.. arguments, "--dry-run"]);

    public (int Status, string Said) Run(params string[] arguments) => Shell.Run(
        Repository.File("build-jetson.sh"), arguments, new() { ["EDGEPOSE_BOARD"] = Folder, ["PATH"] = $"{Programs}:{Environment.GetEnvironmentVariable("PATH")}" });

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Puts a file onto the board; -> its path.</summary>
    public string Write(string path, string text)
    {
        var file = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    /// <summary>Puts a shell script before the programs of this machine.</summary>
    public void Program(string name, string script) => Runnable(Path.Combine("programs", name), script);

    /// <summary>What JetPack brings, by name alone.</summary>
    public void JetPack(int tensorRt)
    {
        Runnable("usr/local/cuda/bin/nvcc", "exit 1");
        Write("usr/include/aarch64-linux-gnu/NvInferVersion.h", $"#define TRT_MAJOR_ENTERPRISE {tensorRt}\n#define NV_TENSORRT_MAJOR TRT_MAJOR_ENTERPRISE\n");
        Write("usr/include/aarch64-linux-gnu/cudnn_version.h", "");
    }

    private void Runnable(string path, string script)
    {
        var file = Write(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
