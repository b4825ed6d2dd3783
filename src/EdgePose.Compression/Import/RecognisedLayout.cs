using System.Collections.Immutable;

namespace EdgePose.Compression.Import;

/// <summary>One stage's maps in a foreign file, by tensor name.</summary>
/// <param name="Heatmaps">19 channels.</param>
/// <param name="Pafs">38 channels.</param>
public sealed record RecognisedStage(string Heatmaps, string Pafs);

/// <summary>What a foreign network was recognised as.</summary>
/// <param name="Name">"Lightweight OpenPose" or "OpenPose COCO-18".</param>
/// <param name="Stages">Its stages, shallowest first; the last one's maps are its outputs, those before are found where a stage joins them.</param>
/// <param name="NormalisedInside">Whether the file normalises its input itself.</param>
public sealed record RecognisedLayout(string Name, ImmutableArray<RecognisedStage> Stages, bool NormalisedInside);
