using System.Collections.Concurrent;

namespace EdgePose.Delivery.Broker;

/// <summary>The latest payload of each retained topic, and which of them the broker has not been given yet.</summary>
internal sealed class RetainedMessages
{
    private readonly ConcurrentDictionary<string, byte[]> latest = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> changed = new(StringComparer.Ordinal);

    /// <summary>Sets a topic's payload.</summary>
    public void Post(string topic, byte[] payload)
    {
        latest[topic] = payload;
        changed[topic] = true;
    }

    /// <summary>The broker has a payload; an empty one is then forgotten here too, unless another came meanwhile.</summary>
    public void Arrived(string topic, byte[] payload)
    {
        if (payload.Length == 0)
        {
            latest.TryRemove(KeyValuePair.Create(topic, payload));
        }
    }

    /// <summary>The broker has not taken a topic's payload: it is to be sent again.</summary>
    public void Again(string topic) => changed[topic] = true;

    /// <summary>A new connection: the broker may know none of them.</summary>
    public void ForgetSent()
    {
        foreach (var topic in latest.Keys)
        {
            changed[topic] = true;
        }
    }

    /// <summary>Takes a topic that the broker has not been given; false when there is none.</summary>
    /// <param name="isHeld">Topics that are not to be sent now.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="payload">Its latest payload.</param>
    public bool TryTake(Func<string, bool> isHeld, out string topic, out byte[] payload)
    {
        foreach (var key in changed.Keys)
        {
            if (!isHeld(key) && changed.TryRemove(key, out _) && latest.TryGetValue(key, out var known))
            {
                (topic, payload) = (key, known);
                return true;
            }
        }

        (topic, payload) = (string.Empty, []);
        return false;
    }
}
