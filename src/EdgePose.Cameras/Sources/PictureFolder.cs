using EdgePose.Inference;

namespace EdgePose.Cameras.Sources;

/// <summary>A folder of pictures as a source: which files, in which order, and when each is due.</summary>
public static class PictureFolder
{
    /// <summary>From one picture to the next.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>The pictures of a folder by full path, in the order of their names.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public static string[] Files(string folder) => PictureFile.In(folder);

    /// <summary>Which picture, from 0, a frame of such a source is. A file that cannot be read leaves its number unused.</summary>
    /// <param name="capturedMonotonic">The frame's time on the source's own clock.</param>
    public static int IndexAt(TimeSpan capturedMonotonic) => (int)(capturedMonotonic / Interval);
}
