namespace EdgePose.Benchmarks.Pipelines;

/// <summary>What a soak saw in one minute.</summary>
/// <param name="Minute">Minutes since the start.</param>
/// <param name="Daemon">The daemon.</param>
/// <param name="Decoders">Its decoder children, by process id.</param>
/// <param name="Poses">Pose messages that had come by then.</param>
internal sealed record SoakMinute(int Minute, ProcessFigures Daemon, IReadOnlyDictionary<int, ProcessFigures> Decoders, long Poses);
