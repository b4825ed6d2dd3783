using EdgePose.Cameras.Sources;
using EdgePose.Daemon.Settings;
using EdgePose.Delivery.Broker;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Events;

/// <summary>Everything about scenes in a daemon: the observer, its way to the broker, and what is kept over restarts.</summary>
public sealed class SceneRoom : IDisposable
{
    private readonly MqttPublisher publisher;
    private readonly Topics topics;
    private readonly SceneJournal? journal;

    /// <summary>Opens the journal, and closes what an earlier run left open.</summary>
    /// <param name="config">The configuration that runs.</param>
    /// <param name="skeleton">The network's skeleton.</param>
    /// <param name="publisher">Sends events.</param>
    /// <param name="topics">Where to.</param>
    /// <param name="ids">Ids of events.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where faults of the journal are logged.</param>
    public SceneRoom(EdgePoseConfig config, Skeleton skeleton, MqttPublisher publisher, Topics topics, EventIds ids, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(config);
        (this.publisher, this.topics) = (publisher, topics);
        journal = EventStores.OpenJournal(config, logger);
        var output = new ScenePublisher(publisher, topics, ids, journal, time);
        Observer = new SceneObserver(skeleton, output);
        Observer.Configure(config.Cameras);
        output.Resume(config.Cameras.Where(camera => !camera.Scene.IsEmpty).Select(camera => camera.Id));
    }

    /// <summary>Watches the frames.</summary>
    public SceneObserver Observer { get; }

    /// <summary>Takes over other scenes, and clears the retained ones of cameras that are gone.</summary>
    public void Configure(IEnumerable<CameraConfig> cameras, IEnumerable<string> removed)
    {
        ArgumentNullException.ThrowIfNull(removed);
        Observer.Configure(cameras);
        foreach (var id in removed)
        {
            publisher.ClearRetained(topics.Scene(id));
        }
    }

    /// <summary>Closes the journal, after the store of events: what the journal holds is stored.</summary>
    public void Dispose() => journal?.Dispose();
}
