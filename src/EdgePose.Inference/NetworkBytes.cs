namespace EdgePose.Inference;

/// <summary>The bytes of a file that comes from elsewhere.</summary>
internal static class NetworkBytes
{
    /// <summary>All of them.</summary>
    /// <param name="path">The file; of a device or a pipe nothing is read.</param>
    /// <param name="maxBytes">No larger one is read.</param>
    /// <param name="what">What it should be.</param>
    /// <param name="remedy">What to do when it is not.</param>
    /// <exception cref="NetworkException">It cannot be read, or is too large.</exception>
    public static byte[] Read(string path, long maxBytes, string what, string remedy)
    {
        try
        {
            long length = new FileInfo(path).Length;
            return length > maxBytes
                ? throw new NetworkException($"{path}: the file has {length:N0} bytes, but at most {maxBytes:N0} are read; this is no {what} of the family: {remedy}.")
                : length == 0 ? [] : File.ReadAllBytes(path); // devices and pipes have length 0, and are not to be opened: they may never end
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NetworkException($"{path}: the {what} cannot be read ({NetworkException.FirstLine(exception)}); {remedy}.", exception);
        }
    }
}
