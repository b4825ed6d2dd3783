using System.Numerics;

namespace EdgePose.Scene.Kit;

/// <summary>A camera on a wall that looks down at a room. The ground is Z = 0, and the camera looks along X.</summary>
/// <param name="HeightMetres">Height above the ground.</param>
/// <param name="TiltDegrees">How far it looks down from the horizontal.</param>
/// <param name="FieldDegrees">Width of the view.</param>
/// <param name="WidthPx">Width of the picture.</param>
/// <param name="HeightPx">Height of the picture.</param>
/// <param name="Distortion">Radial distortion of the lens: the first coefficient of Brown's model, negative for a barrel.</param>
public sealed record SceneCamera(double HeightMetres = 2.5, double TiltDegrees = 22, double FieldDegrees = 80, int WidthPx = 1280, int HeightPx = 720, double Distortion = -0.08)
{
    /// <summary>Where a point of the room is in the picture, in pixels; null behind the camera.</summary>
    public (float X, float Y)? Project(Vector3 metres)
    {
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(TiltDegrees));
        var down = HeightMetres - metres.Z;
        var depth = (metres.X * cos) + (down * sin);
        if (depth < 0.2)
        {
            return null;
        }

        var (x, y) = (-metres.Y / depth, ((down * cos) - (metres.X * sin)) / depth);
        var bend = 1 + (Distortion * ((x * x) + (y * y)));
        var focal = WidthPx / 2.0 / Math.Tan(double.DegreesToRadians(FieldDegrees / 2));
        return ((float)((x * bend * focal) + (WidthPx / 2.0) - .5), (float)((y * bend * focal) + (HeightPx / 2.0) - .5));
    }
}
