using OpenCvSharp;
using OpenCvSharp.Internal;

namespace EdgePose.Inference;

/// <summary>
/// A picture into an input tensor: resized, padded, split into planes, normalised. One per thread that fills slots; nothing is allocated
/// on the managed heap once the largest picture has been seen.
/// </summary>
public sealed class Preprocessor
{
    /// <summary>Value of the padding before normalisation: mid-grey, which normalises to 0 for this family. Source: Lightweight OpenPose (Osokin 2018), (x - 128) / 256.</summary>
    public const byte PaddingValue = 128;

    private readonly PlanarWriter writer;
    private byte[] resized = [];

    /// <summary>Makes one for a network's input.</summary>
    public Preprocessor(NetworkInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        writer = new PlanarWriter(input);
    }

    /// <summary>Fills one image of an input tensor.</summary>
    /// <param name="pixels">The picture, row by row.</param>
    /// <param name="widthPx">Its width, positive.</param>
    /// <param name="heightPx">Its height, positive.</param>
    /// <param name="strideBytes">Bytes from one row to the next; at least a row.</param>
    /// <param name="format">How the bytes lie.</param>
    /// <param name="destination">3 x height x width of the network, as <see cref="PoseNetwork.Input"/> gives it.</param>
    /// <param name="letterbox">Made for this picture's size and this network's.</param>
    /// <exception cref="ArgumentException">The sizes do not belong together; the message says which.</exception>
    public unsafe void Prepare(
        ReadOnlySpan<byte> pixels, int widthPx, int heightPx, int strideBytes, PixelFormat format, Span<float> destination, in Letterbox letterbox)
    {
        int pixelBytes = format.BytesPerPixel();
        Check(pixels.Length, widthPx, heightPx, strideBytes, pixelBytes, destination.Length, letterbox);
        fixed (byte* source = pixels)
        {
            if (letterbox.InnerWidthPx == widthPx && letterbox.InnerHeightPx == heightPx)
            {
                writer.Write(source, strideBytes, pixelBytes, destination, letterbox);
                return;
            }

            int rowBytes = letterbox.InnerWidthPx * pixelBytes;
            if (resized.Length < rowBytes * letterbox.InnerHeightPx)
            {
                resized = GC.AllocateUninitializedArray<byte>(rowBytes * letterbox.InnerHeightPx, pinned: true);
            }

            fixed (byte* inner = resized)
            {
                Resize(source, widthPx, heightPx, strideBytes, pixelBytes, inner, rowBytes, letterbox);
                writer.Write(inner, rowBytes, pixelBytes, destination, letterbox);
            }
        }
    }

    private static void Check(
        int length, int widthPx, int heightPx, int strideBytes, int pixelBytes, int destinationLength, in Letterbox letterbox)
    {
        if (widthPx <= 0 || heightPx <= 0)
        {
            throw new ArgumentException($"The picture is {widthPx} x {heightPx} pixels: it is empty; check what the source delivers.");
        }

        if (strideBytes < (long)widthPx * pixelBytes || length < ((long)strideBytes * (heightPx - 1)) + ((long)widthPx * pixelBytes))
        {
            throw new ArgumentException(
                $"The picture of {widthPx} x {heightPx} pixels of {pixelBytes} bytes, {strideBytes} bytes a row, does not fit in {length} bytes.");
        }

        if (letterbox.SourceWidthPx != widthPx || letterbox.SourceHeightPx != heightPx)
        {
            throw new ArgumentException(
                $"The letterbox was made for {letterbox.SourceWidthPx} x {letterbox.SourceHeightPx} pixels, but the picture has {widthPx} x {heightPx}.");
        }

        if (destinationLength != 3L * letterbox.NetworkWidthPx * letterbox.NetworkHeightPx)
        {
            throw new ArgumentException(
                $"The tensor holds {destinationLength} values, but the letterbox was made for 3 x {letterbox.NetworkHeightPx} x {letterbox.NetworkWidthPx}.");
        }
    }

    /// <summary>
    /// Native headers straight over the memory: OpenCvSharp's own Mat, InputArray and OutputArray are classes, three objects a frame.
    /// Area averaging when shrinking by more than two, where linear would skip pixels and alias; linear otherwise.
    /// </summary>
    private static unsafe void Resize(
        byte* source, int widthPx, int heightPx, int strideBytes, int pixelBytes, byte* inner, int rowBytes, in Letterbox letterbox)
    {
        MatType type = pixelBytes == 3 ? MatType.CV_8UC3 : MatType.CV_8UC4;
        bool area = widthPx > 2 * letterbox.InnerWidthPx || heightPx > 2 * letterbox.InnerHeightPx;
        nint sourceMat = 0, innerMat = 0, input = 0, output = 0;
        try
        {
            Try(NativeMethods.core_Mat_new8(heightPx, widthPx, type, (nint)source, strideBytes, out sourceMat));
            Try(NativeMethods.core_Mat_new8(letterbox.InnerHeightPx, letterbox.InnerWidthPx, type, (nint)inner, rowBytes, out innerMat));
            Try(NativeMethods.core_InputArray_new_byMat(sourceMat, out input));
            Try(NativeMethods.core_OutputArray_new_byMat(innerMat, out output));
            Try(NativeMethods.imgproc_resize(
                input, output, new Size(letterbox.InnerWidthPx, letterbox.InnerHeightPx), 0, 0, (int)(area ? InterpolationFlags.Area : InterpolationFlags.Linear)));
        }
        finally
        {
            Free(input, output, sourceMat, innerMat);
        }
    }

    private static void Try(ExceptionStatus status) => NativeMethods.HandleException(status);

    private static void Free(nint input, nint output, nint sourceMat, nint innerMat)
    {
        if (input != 0)
        {
            _ = NativeMethods.core_InputArray_delete(input);
        }

        if (output != 0)
        {
            _ = NativeMethods.core_OutputArray_delete(output);
        }

        if (sourceMat != 0)
        {
            _ = NativeMethods.core_Mat_delete(sourceMat);
        }

        if (innerMat != 0)
        {
            _ = NativeMethods.core_Mat_delete(innerMat);
        }
    }
}
