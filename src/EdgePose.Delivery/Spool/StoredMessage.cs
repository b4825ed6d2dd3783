namespace EdgePose.Delivery.Spool;

/// <summary>A message that must arrive: it is kept until the broker has acknowledged it.</summary>
/// <param name="Id">The id that a subscriber sees; the same when it is sent again, also after a restart.</param>
/// <param name="Topic">Where it goes. Messages of one topic keep their order.</param>
/// <param name="Type">CloudEvents type, for example <c>edgepose.track</c>.</param>
/// <param name="At">When the event happened, UTC.</param>
/// <param name="Payload">JSON, UTF-8.</param>
public sealed record StoredMessage(string Id, string Topic, string Type, DateTimeOffset At, byte[] Payload)
{
    /// <summary>About what it takes in memory, in bytes: its payload and texts, without the objects' headers.</summary>
    public int Bytes => Payload.Length + Id.Length + Topic.Length + Type.Length;
}
