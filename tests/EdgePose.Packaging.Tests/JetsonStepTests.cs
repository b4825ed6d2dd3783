namespace EdgePose.Packaging.Tests;

/// <summary>The steps of build-jetson.sh with programs in place of those that build: what is called done is done.</summary>
public sealed class JetsonStepTests
{
    private const string Release = "# R36 (release), REVISION: 4.3, GCID: 1";
    private const string HasSdk = "[ \"$1\" = --list-sdks ] && echo '10.0.100 [/]' && exit 0; ";

    [Fact]
    public void A_step_that_fails_in_its_middle_is_not_called_done_and_is_done_when_started_again()
    {
        using var board = new Board(Release, "Jetson");
        board.JetPack(tensorRt: 10);
        board.Program("apt-get", "exit 0");
        board.Program("strip", "exit 0");
        board.Program("cmake", "case \"$*\" in *opencvsharp-build*) mkdir -p work/opencvsharp-build/OpenCvSharpExtern; : >work/opencvsharp-build/OpenCvSharpExtern/libOpenCvSharpExtern.so ;; esac; echo 'GStreamer: YES'"
            .Replace("work/", Path.Combine(board.Folder, "work") + "/", StringComparison.Ordinal));
        board.Program("dotnet", HasSdk + "echo 'error: the disk is full'; exit 1");
        var libraries = Path.GetDirectoryName(board.Write("libraries/libonnxruntime.so", ""))!;
        string[] options = ["--work", Path.Combine(board.Folder, "work"), "--output", Path.Combine(board.Folder, "packages"), "--ort-libraries", libraries, "--opencv-source", libraries, "--opencvsharp-source", libraries];

        var (status, said) = board.Run(options);
        Assert.Equal(1, status);
        Assert.Contains("the step 'publish' failed", said, StringComparison.Ordinal);
        Assert.Contains("error: the disk is full", said, StringComparison.Ordinal);

        board.Program("dotnet", HasSdk + "while [ \"$1\" != -o ]; do shift; done; mkdir -p \"$2\"");
        (status, said) = board.Run(options);
        Assert.Equal(1, status);
        Assert.Contains("opencvsharp: done before", said, StringComparison.Ordinal);
        Assert.DoesNotContain("publish: done before", said, StringComparison.Ordinal);
        Assert.Contains("the step 'engine' failed", said, StringComparison.Ordinal); // nothing was published that could build one

        (_, said) = board.Run(options);
        Assert.Contains("publish: done before", said, StringComparison.Ordinal);
        board.Write("work/libraries/libonnxruntime.so", "another build");
        (_, said) = board.Run(options);
        Assert.DoesNotContain("publish: done before", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_may_be_given_relative_to_where_one_stands()
    {
        using var board = new Board(Release, "Jetson");
        var (status, said) = board.Plan("--work", "some/../folder", "--output", "packages");

        Assert.True(status == 0, said);
        Assert.Contains($"work in {Path.Combine(Repository.Root, "folder")}, package to {Path.Combine(Repository.Root, "packages")}", said, StringComparison.Ordinal);
    }

    [Fact]
    public void The_TensorRT_of_JetPack_6_0_is_refused_before_hours_are_spent_on_it()
    {
        using var board = new Board("# R36 (release), REVISION: 3.0, GCID: 1", "Jetson");
        board.JetPack(tensorRt: 8);
        board.Program("dotnet", HasSdk);
        var (status, said) = board.Run("--work", Path.Combine(board.Folder, "work"), "--output", Path.Combine(board.Folder, "packages"));

        Assert.Equal(69, status);
        Assert.Contains("this board has TensorRT 8", said, StringComparison.Ordinal);
        Assert.Contains("6.1 or later", said, StringComparison.Ordinal);
    }
}
