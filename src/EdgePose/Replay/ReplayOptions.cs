using EdgePose.Cameras.Sources;
using EdgePose.Inference;
using EdgePose.Regions;

namespace EdgePose.Cli.Replay;

/// <summary>What a replay is asked for.</summary>
/// <param name="File">The clip: a video or a folder of pictures.</param>
/// <param name="Manifest">The network's manifest.</param>
/// <param name="Shape">The network's input.</param>
/// <param name="Events">Where events go; null or '-' is standard output.</param>
/// <param name="Coco">Where COCO results go; null for none.</param>
/// <param name="CocoImages">The COCO document that numbers a folder's pictures; null numbers them from 1.</param>
/// <param name="Draw">A video or a folder for the drawn skeletons; null for none.</param>
/// <param name="Camera">The camera whose id and scene the clip gets.</param>
/// <param name="Regions">Where the network looks.</param>
internal sealed record ReplayOptions(string File, string Manifest, NetworkShape Shape, string? Events, string? Coco, string? CocoImages, string? Draw, CameraConfig Camera, RegionOptions Regions)
{
    public bool EventsToStandardOutput => Events is null or "-";
}
