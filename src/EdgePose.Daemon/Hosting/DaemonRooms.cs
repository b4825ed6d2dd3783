using EdgePose.Cameras.Supervision;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Overload;
using EdgePose.Daemon.Telemetry;
using EdgePose.Delivery.Broker;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Hosting;

/// <summary>What a daemon is put together from, whatever its configuration.</summary>
/// <param name="Cameras">Makes crews of cameras.</param>
/// <param name="Delivery">Makes publishers.</param>
/// <param name="Networks">Opens networks.</param>
/// <param name="State">Knows what runs, what was refused and why.</param>
/// <param name="Manager">Tells systemd.</param>
/// <param name="Meter">Takes each step's time.</param>
/// <param name="Thermal">The machine's heat.</param>
/// <param name="Time">The clock.</param>
/// <param name="Loggers">The log.</param>
/// <param name="Observers">Observers beside the broker's, such as the operator's page; null for none.</param>
public sealed record DaemonRooms(
    CameraRoom Cameras, DeliveryRoom Delivery, NetworkRoom Networks, DaemonState State, ServiceManager Manager, PipelineMeter Meter, ThermalZones Thermal, TimeProvider Time,
    ILoggerFactory Loggers, IEnumerable<IFrameObserver>? Observers = null);
