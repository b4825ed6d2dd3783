using System.Text.Json;

namespace EdgePose.Fault.Tests.Reload;

/// <summary>The numbers of the frames that each camera's pose messages tell of. A camera counts every frame that it decodes, so a gap is a frame that was lost.</summary>
internal sealed class FrameLedger(Recorder recorder)
{
    private readonly Dictionary<string, List<long>> cameras = new(StringComparer.Ordinal);
    private int taken;

    /// <summary>Frame numbers by camera, in the order of arrival.</summary>
    public IReadOnlyDictionary<string, List<long>> Cameras
    {
        get
        {
            foreach (var (topic, payload) in recorder.Messages.Skip(taken))
            {
                taken++;
                if (topic.EndsWith("/pose", StringComparison.Ordinal))
                {
                    using var pose = JsonDocument.Parse(payload);
                    var camera = topic.Split('/')[^2];
                    (cameras.TryGetValue(camera, out var frames) ? frames : cameras[camera] = []).Add(pose.RootElement.GetProperty("sequence").GetInt64());
                }
            }

            return cameras;
        }
    }
}
