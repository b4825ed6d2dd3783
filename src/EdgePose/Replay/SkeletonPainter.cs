using System.Globalization;
using EdgePose.Tracking;
using OpenCvSharp;

namespace EdgePose.Cli.Replay;

/// <summary>Draws tracks onto a picture for a person to look at: limbs in the colour of the track on a dark edge, keypoints, and the id.</summary>
public sealed class SkeletonPainter(Skeleton skeleton)
{
    /// <summary>A keypoint of lower confidence is not drawn.</summary>
    private const float MinConfidence = 0.05f;

    /// <summary>Hues spread by the golden angle: neighbouring ids never look alike.</summary>
    private const double GoldenAngleDegrees = 137.508;

    /// <summary>Positions are given to OpenCV in sixteenths of a pixel: whole ones would make a smooth track tremble.</summary>
    private const int FractionBits = 4;

    private static readonly Scalar Edge = new(25, 25, 25);

    // The links from a shoulder to the ear carry a PAF for the grouping, but no one expects to see them.
    private readonly Limb[] drawn = [.. skeleton.Limbs.Where(limb => !IsShoulderToEar(skeleton, limb))];
    private readonly bool[] isOfFace = [.. skeleton.KeypointNames.Select(IsOfFace)];

    /// <summary>Draws <paramref name="tracks"/> onto <paramref name="picture"/>.</summary>
    /// <param name="picture">BGR or BGRx, changed in place.</param>
    /// <param name="tracks">Tracks whose keypoints are in the pixels of the decoded frame.</param>
    /// <param name="scale">Picture pixels for one pixel of the decoded frame.</param>
    public void Draw(Mat picture, ReadOnlySpan<Track> tracks, double scale = 1)
    {
        ArgumentNullException.ThrowIfNull(picture);
        foreach (var track in tracks)
        {
            var colour = ColourOf(track.Id);
            var keypoints = track.Keypoints;
            var thickness = Math.Max(1, (int)Math.Round(track.Box.HeightPx * scale / 90));
            DrawLimbs(picture, keypoints, scale, Edge, thickness + 3);
            DrawLimbs(picture, keypoints, scale, colour, thickness + 1);
            for (var k = 0; k < keypoints.Length; k++)
            {
                if (keypoints[k].Confidence > MinConfidence)
                {
                    // Eyes and ears lie close together: full discs would hide the face.
                    var radius = (thickness + (isOfFace[k] ? 0.2 : 1)) * (1 << FractionBits);
                    Cv2.Circle(picture, At(keypoints[k], scale), (int)radius, Scalar.White, -1, LineTypes.AntiAlias, FractionBits);
                }
            }

            var label = new Point((int)(track.Box.XPx * scale), Math.Max(12, (int)(track.Box.YPx * scale) - 6));
            var text = track.Id.ToString(CultureInfo.InvariantCulture);
            Cv2.PutText(picture, text, label, HersheyFonts.HersheySimplex, 0.5, Scalar.Black, 3, LineTypes.AntiAlias);
            Cv2.PutText(picture, text, label, HersheyFonts.HersheySimplex, 0.5, colour, 1, LineTypes.AntiAlias);
        }
    }

    private void DrawLimbs(Mat picture, ReadOnlySpan<Keypoint> keypoints, double scale, Scalar colour, int thickness)
    {
        foreach (var limb in drawn)
        {
            if (keypoints[limb.From].Confidence > MinConfidence && keypoints[limb.To].Confidence > MinConfidence)
            {
                Cv2.Line(picture, At(keypoints[limb.From], scale), At(keypoints[limb.To], scale), colour, thickness, LineTypes.AntiAlias, FractionBits);
            }
        }
    }

    private static bool IsOfFace(string keypoint) => keypoint == "nose" || keypoint.EndsWith("eye", StringComparison.Ordinal) || keypoint.EndsWith("ear", StringComparison.Ordinal);

    private static bool IsShoulderToEar(Skeleton skeleton, Limb limb) =>
        skeleton.KeypointNames[limb.From].EndsWith("shoulder", StringComparison.Ordinal) && skeleton.KeypointNames[limb.To].EndsWith("ear", StringComparison.Ordinal);

    private static Point At(Keypoint keypoint, double scale) =>
        new(Fixed(((keypoint.X + .5) * scale) - .5), Fixed(((keypoint.Y + .5) * scale) - .5));

    private static int Fixed(double px) => (int)Math.Round(px * (1 << FractionBits));

    private static Scalar ColourOf(long id)
    {
        var hue = id * GoldenAngleDegrees % 360 / 60;
        var rising = 1 - Math.Abs((hue % 2) - 1);
        var (red, green, blue) = (int)hue switch
        {
            0 => (1.0, rising, 0.0),
            1 => (rising, 1.0, 0.0),
            2 => (0.0, 1.0, rising),
            3 => (0.0, rising, 1.0),
            4 => (rising, 0.0, 1.0),
            _ => (1.0, 0.0, rising),
        };
        return new Scalar(60 + (195 * blue), 60 + (195 * green), 60 + (195 * red));
    }
}
