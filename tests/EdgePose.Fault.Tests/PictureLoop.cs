using System.Globalization;
using OpenCvSharp;

namespace EdgePose.Fault.Tests;

/// <summary>A folder of small pictures of one grey each, which the daemon plays at ten a second: first grey ones, then white ones.</summary>
internal sealed class PictureLoop : IDisposable
{
    public PictureLoop(int greys, int whites)
    {
        Folder = Directory.CreateTempSubdirectory("edgepose-pictures-").FullName;
        for (var i = 0; i < greys + whites; i++)
        {
            using var picture = new Mat(64, 64, MatType.CV_8UC3, Scalar.All(i < greys ? 90 : 255));
            Cv2.ImWrite(Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{i:0000}.png")), picture);
        }
    }

    public string Folder { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
