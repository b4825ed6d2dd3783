using EdgePose.Compression.Graphs;
using EdgePose.Compression.Shapes;

namespace EdgePose.Compression.Reconstruction;

/// <summary>What a convolution sees at some cells of its output, one row a cell: channels x kernel height x kernel width, as its weights lie.</summary>
internal static class Patches
{
    /// <summary>Fills rows.</summary>
    /// <param name="maps">1 x C x H x W.</param>
    /// <param name="window">How the convolution slides.</param>
    /// <param name="firstChannel">First channel that it reads.</param>
    /// <param name="channels">Number of channels that it reads.</param>
    /// <param name="cells">Indices into a plane of the output, row by row.</param>
    /// <param name="outputWidth">Cells a row of the output.</param>
    /// <param name="rows">cells x (channels x kernel).</param>
    public static void Fill(RunOutput maps, Window window, int firstChannel, int channels, ReadOnlySpan<int> cells, int outputWidth, Span<float> rows)
    {
        int height = (int)maps.Sizes[2], width = (int)maps.Sizes[3], at = 0;
        (WindowAxis vertical, WindowAxis horizontal, _) = window;
        foreach (int cell in cells)
        {
            int top = (cell / outputWidth * (int)vertical.Stride) - (int)vertical.PadBefore, left = (cell % outputWidth * (int)horizontal.Stride) - (int)horizontal.PadBefore;
            for (int c = firstChannel; c < firstChannel + channels; c++)
            {
                ReadOnlySpan<float> plane = maps.Values.AsSpan(c * height * width, height * width);
                for (int ky = 0; ky < vertical.Kernel; ky++)
                {
                    int y = top + (ky * (int)vertical.Dilation);
                    for (int kx = 0; kx < horizontal.Kernel; kx++)
                    {
                        int x = left + (kx * (int)horizontal.Dilation);
                        rows[at++] = (uint)y < (uint)height && (uint)x < (uint)width ? plane[(y * width) + x] : 0;
                    }
                }
            }
        }
    }

    /// <summary>Fills rows with the wanted minus the present outputs of a convolution at some cells.</summary>
    /// <param name="wanted">1 x C' x H x W, of which <paramref name="channels"/> are the convolution's.</param>
    /// <param name="present">1 x C x H x W.</param>
    /// <param name="channels">For each output its channel in <paramref name="wanted"/>.</param>
    /// <param name="firstOutput">First output that is asked for.</param>
    /// <param name="outputs">Number of outputs that are asked for.</param>
    /// <param name="cells">Indices into a plane.</param>
    /// <param name="rows">cells x outputs.</param>
    public static void FillErrors(
        RunOutput wanted, RunOutput present, ReadOnlySpan<int> channels, int firstOutput, int outputs, ReadOnlySpan<int> cells, Span<float> rows)
    {
        int plane = (int)(present.Sizes[2] * present.Sizes[3]), at = 0;
        foreach (int cell in cells)
        {
            for (int o = firstOutput; o < firstOutput + outputs; o++)
            {
                rows[at++] = wanted.Values[(channels[o] * plane) + cell] - present.Values[(o * plane) + cell];
            }
        }
    }
}
