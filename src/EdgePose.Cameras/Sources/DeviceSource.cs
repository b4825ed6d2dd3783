namespace EdgePose.Cameras.Sources;

/// <summary>A camera of this device: /dev/videoN, or a lasting name such as /dev/v4l/by-id/....</summary>
internal sealed class DeviceSource : CameraSource
{
    private DeviceSource(string address)
        : base(address)
    {
    }

    public override bool IsLive => true;

    public static DeviceSource? Read(CameraConfig camera, string baseFolder) => IsDevice(camera.Address) ? new(camera.Address) : null;

    public static bool IsDevice(string address) => address.StartsWith("/dev/", StringComparison.Ordinal);

    // A device may be unplugged while the configuration is checked, so a missing node is no fault here.
    internal override ProbeAnswer Probe(bool forStream, CancellationToken stop) => File.Exists(Address) ? ProbeAnswer.Present : ProbeAnswer.Absent;

    internal override (CameraFault Fault, string Message)? Obstacle() => DeviceNode.Check(Address);

    internal override string Pipeline(PipelineTarget target) => target.Live($"v4l2src device={PipelineTarget.Quote(Address)} ! decodebin");
}
