namespace EdgePose.Scene;

/// <summary>One frame's time and size.</summary>
/// <param name="At">Capture time on the camera's clock.</param>
/// <param name="WidthPx">Width of the picture.</param>
/// <param name="HeightPx">Height of the picture.</param>
internal readonly record struct Moment(TimeSpan At, int WidthPx, int HeightPx)
{
    public double Seconds => At.TotalSeconds;
}
