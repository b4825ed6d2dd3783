namespace EdgePose.Inference.Tests.Gpu;

[Collection(StubLibraries.Collection)]
public sealed class GpuLibrariesTests
{
    [Theory]
    [InlineData("libcublas.so.13", "CUDA 13")]
    [InlineData("libcudart.so.12", "CUDA 12")]
    [InlineData("libcurand.so.10", "CUDA")]
    [InlineData("libcudnn.so.9", "cuDNN 9")]
    [InlineData("libnvonnxparser.so.10", "TensorRT 10")]
    [InlineData("libcuda.so.1", "the NVIDIA driver")]
    public void A_missing_library_is_told_with_the_product_that_has_it(string library, string product) => Assert.Equal(product, GpuLibraries.Product(library));

    [Fact]
    public void The_folders_of_Python_packages_are_searched()
    {
        string packages = Directory.CreateTempSubdirectory("edgepose-packages-").FullName;
        Directory.CreateDirectory(Path.Combine(packages, "nvidia", "cudnn", "lib"));
        try
        {
            Environment.SetEnvironmentVariable(GpuLibraries.FoldersVariable, packages);
            Assert.Equal([packages, Path.Combine(packages, "nvidia/cudnn/lib"), Path.Combine(packages, "tensorrt_libs")], GpuLibraries.Folders().Take(3));
        }
        finally
        {
            Environment.SetEnvironmentVariable(GpuLibraries.FoldersVariable, null);
            Directory.Delete(packages, recursive: true);
        }
    }

    [Fact]
    public void The_needed_libraries_are_read_from_the_file()
    {
        OnnxRuntimeEnvironment.Prepare();
        string native = File.ReadLines("/proc/self/maps").Select(line => line[(line.LastIndexOf(' ') + 1)..]).First(path => path.EndsWith("/libonnxruntime.so", StringComparison.Ordinal));
        IReadOnlyList<string> needed = ElfFile.Needed(native);
        Assert.Contains("libc.so.6", needed);
        Assert.All(needed, name => Assert.Contains(".so", name, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_of_another_kind_or_a_short_one_needs_nothing()
    {
        string file = Path.GetTempFileName();
        try
        {
            Assert.Empty(ElfFile.Needed(file));
            File.WriteAllText(file, new string('x', 100));
            Assert.Empty(ElfFile.Needed(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_library_that_is_nowhere_is_told_by_its_name_alone()
    {
        string file = Path.GetTempFileName();
        try
        {
            Assert.All(GpuLibraries.Load(file), missing => Assert.Contains(missing, new[] { "libcudnn.so.9", "libcuda.so.1" })); // opened by name: no file lists them
        }
        finally
        {
            File.Delete(file);
        }
    }
}
