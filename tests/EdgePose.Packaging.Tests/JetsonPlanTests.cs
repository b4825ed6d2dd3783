namespace EdgePose.Packaging.Tests;

/// <summary>build-jetson.sh on boards that a folder stands for: what it would do, and what it refuses.</summary>
public sealed class JetsonPlanTests
{
    private static readonly string[] Steps = ["tools", "onnxruntime", "opencvsharp", "publish", "engine", "package"];

    [Theory]
    [InlineData("# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic, EABI: aarch64, DATE: Wed Jan  8 01:49:37 UTC 2025", "JetPack 6", "ONNX Runtime 1.24.", "/usr/lib/aarch64-linux-gnu", "87-real")]
    [InlineData("# R38 (release), REVISION: 2.1, GCID: 42061081, BOARD: generic, EABI: aarch64, DATE: Sat Sep  6 02:00:00 UTC 2025", "JetPack 7", "ONNX Runtime 1.31.1", "(/usr)", "110-virtual")]
    public void Versions_follow_from_the_board(string release, string jetpack, string ort, string home, string architectures)
    {
        using var board = new Board(release, "NVIDIA Jetson Orin Nano Engineering Reference Developer Kit");
        var (status, said) = board.Plan();

        Assert.True(status == 0, said);
        Assert.Contains("NVIDIA Jetson Orin Nano", said, StringComparison.Ordinal);
        Assert.Contains(jetpack, said, StringComparison.Ordinal);
        Assert.Contains(ort, said, StringComparison.Ordinal);
        Assert.Contains(home, said, StringComparison.Ordinal);
        Assert.Contains(architectures, said, StringComparison.Ordinal);
        Assert.Equal(Steps, said.Split('\n').Select(line => line.Split(':')[0]).Where(Steps.Contains));
    }

    [Fact]
    public void A_plan_does_nothing()
    {
        using var board = new Board("# R36 (release), REVISION: 4.3, GCID: 1", "Jetson");
        var work = Path.Combine(board.Folder, "work");
        var (status, said) = board.Plan("--work", work, "--output", Path.Combine(board.Folder, "packages"));

        Assert.True(status == 0, said);
        Assert.False(Directory.Exists(work), "a dry run made the folder of the work");
        Assert.False(Directory.Exists(Path.Combine(board.Folder, "packages")), "a dry run made the folder of the packages");
    }

    [Fact]
    public void Versions_and_sources_can_be_chosen_and_a_doubtful_pair_is_told()
    {
        using var board = new Board("# R36 (release), REVISION: 4.3, GCID: 1", "Jetson");
        var (status, said) = board.Plan("--ort-version", "1.31.1", "--opencv-source", "/srv/opencv", "--network", "edgepose-s", "--precision", "fp16");

        Assert.True(status == 0, said);
        Assert.Contains("1.31.1 is not known to build against JetPack 6's TensorRT 10.3; 1.23 to 1.25 are", said, StringComparison.Ordinal);
        Assert.Contains("/srv/opencv", said, StringComparison.Ordinal);
        Assert.Contains("engine of edgepose-s in fp16", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# R35 (release), REVISION: 4.1, GCID: 33958178, BOARD: t186ref, EABI: aarch64", 69, "JetPack 5 or older", "Flash JetPack 6 or 7")]
    [InlineData("# R32 (release), REVISION: 7.1, GCID: 29818004, BOARD: t210ref, EABI: aarch64", 69, "JetPack 5 or older", "Flash JetPack 6 or 7")]
    [InlineData("# R44 (release), REVISION: 1.0, GCID: 1, BOARD: generic, EABI: aarch64", 69, "newer than this script knows", "--jetpack 7")]
    [InlineData("something else", 69, "does not begin as NVIDIA's does", "--jetpack 6 or --jetpack 7")]
    [InlineData(null, 69, "this is no Jetson", "--dry-run --jetpack 6")]
    public void A_board_that_will_not_do_is_refused_with_what_to_do(string? release, int expected, string why, string advice)
    {
        using var board = new Board(release, "a board");
        var (status, said) = board.Plan();

        Assert.Equal(expected, status);
        Assert.Contains(why, said, StringComparison.Ordinal);
        Assert.Contains(advice, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--jetpack", "5", "6 or 7")]
    [InlineData("--jetpack", "7", "is JetPack 6")]
    [InlineData("--ort-version", "latest", "three numbers")]
    [InlineData("--network", "none", "models/none.json is missing")]
    [InlineData("--ort-libraries", "/nowhere", "no libonnxruntime.so there")]
    [InlineData("--colour", "red", "unknown option")]
    public void A_wrong_option_is_refused_before_anything_is_done(string option, string value, string why)
    {
        using var board = new Board("# R36 (release), REVISION: 4.3, GCID: 1", "Jetson");
        var (status, said) = board.Plan(option, value);

        Assert.True(status is 64 or 66, said);
        Assert.Contains(why, said, StringComparison.Ordinal);
    }

    [Fact]
    public void What_jetpack_should_have_brought_is_named_where_it_is_missing()
    {
        using var board = new Board("# R36 (release), REVISION: 4.3, GCID: 1", "Jetson");
        var (status, said) = board.Run("--work", Path.Combine(board.Folder, "work"));

        Assert.Equal(69, status);
        Assert.Contains("nvcc", said, StringComparison.Ordinal);
        Assert.Contains("NvInferVersion.h", said, StringComparison.Ordinal);
        Assert.Contains("apt-get install nvidia-jetpack", said, StringComparison.Ordinal);
    }
}
