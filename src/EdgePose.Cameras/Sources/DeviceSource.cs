namespace EdgePose.Cameras.Sources;

/// <summary>A camera of this device: /dev/videoN, or a lasting name such as /dev/v4l/by-id/....</summary>
internal sealed class DeviceSource : CameraSource
{
    private readonly bool isRecording;

    private DeviceSource(CameraConfig camera)
        : base(camera.Address) => isRecording = camera.Live == false;

    public override bool IsLive => true;

    public static DeviceSource? Read(CameraConfig camera, string baseFolder) => IsDevice(camera.Address) ? new(camera) : null;

    public static bool IsDevice(string address) => address.StartsWith("/dev/", StringComparison.Ordinal);

    public override IEnumerable<SourceFault> Faults(SourceCheck check) =>
        isRecording ? [new SourceFault("live", "a device is always live", "Leave the key out")] : [];

    // A device may be unplugged while the configuration is checked, so a missing node is no fault here.
    internal override ProbeAnswer Probe(bool forStream, CancellationToken stop) => File.Exists(Address) ? ProbeAnswer.Present : ProbeAnswer.Absent;

    internal override Task<(CameraFault Fault, string Message)?> ObstacleAsync(string? password) => Task.FromResult(DeviceNode.Check(Address));

    internal override string Pipeline(PipelineTarget target) => target.Live($"v4l2src device={PipelineTarget.Quote(Address)} ! {PipelineTarget.Decoder}");
}
