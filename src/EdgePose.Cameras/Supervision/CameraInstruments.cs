using System.Diagnostics.Metrics;

namespace EdgePose.Cameras.Supervision;

/// <summary>The instruments <c>edgepose.camera.*</c> of a crew. Each has the label <c>camera</c>, so the configuration bounds the series.</summary>
internal static class CameraInstruments
{
    private static readonly CameraState[] States = Enum.GetValues<CameraState>();

    /// <summary>Adds them to <paramref name="meter"/>.</summary>
    /// <param name="meter">The one meter of all rooms.</param>
    /// <param name="cameras">The cameras that run, asked at each look.</param>
    public static void Add(Meter meter, Func<IReadOnlyList<CameraSupervisor>> cameras)
    {
        void Count(string name, string unit, string description, Func<CameraStatus, long> value) =>
            meter.CreateObservableCounter(name, () => cameras().Select(camera => Of(camera.Status, value(camera.Status))), unit, description);

        Count("edgepose.camera.frames.received", "{frame}", "Frames that were decoded and arrived in the daemon.", status => status.FramesReceived);
        Count("edgepose.camera.restarts", "{restart}", "Restarts of the camera's decoder.", status => status.Restarts);
        Count("edgepose.camera.picture.faults", "{fault}", "How often the pictures became frozen or black.", status => status.PictureFaults);
        meter.CreateObservableCounter("edgepose.camera.frames", () => cameras().SelectMany(Outcomes), "{frame}", "Frames by outcome. The outcomes add up to the frames received.");
        meter.CreateObservableGauge("edgepose.camera.state", () => cameras().SelectMany(ByState), description: "1 for the state of the camera, 0 for the others.");
        meter.CreateObservableGauge("edgepose.camera.frame.age", () => cameras().SelectMany(Age), "s", "Age of the newest frame.");
    }

    private static IEnumerable<Measurement<long>> Outcomes(CameraSupervisor camera)
    {
        var status = camera.Status;
        yield return Of(status, status.FramesInferred, "outcome", "inferred");
        yield return Of(status, status.FramesSuperseded, "outcome", "superseded");
        yield return Of(status, status.FramesCapped, "outcome", "capped");
        yield return Of(status, status.FramesFaulty, "outcome", "faulty");
    }

    private static IEnumerable<Measurement<int>> ByState(CameraSupervisor camera)
    {
        var status = camera.Status;
        return States.Select(state => new Measurement<int>(status.State == state ? 1 : 0, new("camera", status.Id), new("state", state.ToString().ToLowerInvariant())));
    }

    private static IEnumerable<Measurement<double>> Age(CameraSupervisor camera) =>
        camera.LastFrameAge is { } age ? [new(age.TotalSeconds, new KeyValuePair<string, object?>("camera", camera.Status.Id))] : [];

    private static Measurement<long> Of(CameraStatus status, long value) => new(value, new KeyValuePair<string, object?>("camera", status.Id));

    private static Measurement<long> Of(CameraStatus status, long value, string tag, string tagValue) => new(value, new("camera", status.Id), new(tag, tagValue));
}
