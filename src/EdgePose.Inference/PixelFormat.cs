namespace EdgePose.Inference;

/// <summary>How a picture's bytes lie.</summary>
public enum PixelFormat
{
    /// <summary>Three bytes a pixel: blue, green, red.</summary>
    Bgr,

    /// <summary>Four bytes a pixel: blue, green, red and one that means nothing. What hardware decoders give without a CPU conversion.</summary>
    Bgrx,
}

/// <summary>Facts of a <see cref="PixelFormat"/>.</summary>
public static class PixelFormats
{
    /// <summary>Bytes a pixel.</summary>
    public static int BytesPerPixel(this PixelFormat format) => format switch
    {
        PixelFormat.Bgr => 3,
        PixelFormat.Bgrx => 4,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Unknown pixel format."),
    };
}
