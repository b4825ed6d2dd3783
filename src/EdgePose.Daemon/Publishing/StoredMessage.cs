namespace EdgePose.Daemon.Publishing;

/// <summary>A message that must arrive: it is kept until the broker has acknowledged it.</summary>
/// <param name="Sequence">Its place in the order, and the last part of its id.</param>
/// <param name="Id">The id that a subscriber sees; the same when it is sent again.</param>
/// <param name="Topic">Where it goes.</param>
/// <param name="Type">CloudEvents type, for example <c>edgepose.track</c>.</param>
/// <param name="At">When what it tells of happened, UTC.</param>
/// <param name="Payload">JSON, UTF-8.</param>
public sealed record StoredMessage(long Sequence, string Id, string Topic, string Type, DateTimeOffset At, byte[] Payload);
