using System.Text.Json;
using EdgePose.Daemon.Events;
using EdgePose.Daemon.Settings;
using EdgePose.Daemon.Telemetry;
using EdgePose.Testing;

namespace EdgePose.Daemon.Tests.Reload;

/// <summary>What a fleet's owner reads in the retained status.</summary>
public sealed class ConfigurationStatusTests
{
    [Fact]
    public void The_status_tells_the_revision_since_when_what_waits_and_the_last_refusal_until_one_is_accepted()
    {
        using var folder = new NetworkFolder();
        using var network = folder.Open();
        var state = new DaemonState(TimeProvider.System);
        state.TakeNetwork(network);
        state.TakeConfiguration("first", []);
        var status = new DeviceStatus("device", "0", state);
        var since = Read(status).GetProperty("configurationSince").GetDateTimeOffset();
        Assert.Equal(JsonValueKind.Null, Read(status).GetProperty("configurationRefused").ValueKind);

        state.TakeRefusal(new ConfigurationRefusal(DateTimeOffset.UnixEpoch, "signal", [.. Enumerable.Range(0, 150).Select(i => $"error {i}")]));
        var refused = Read(status).GetProperty("configurationRefused");
        Assert.Equal(("first", "signal", 150, 100), (Read(status).GetProperty("configurationHash").GetString(), refused.GetProperty("trigger").GetString(), refused.GetProperty("errorCount").GetInt32(), refused.GetProperty("errors").GetArrayLength()));

        state.TakeConfiguration("first", []);
        Assert.Equal((JsonValueKind.Null, since), (Read(status).GetProperty("configurationRefused").ValueKind, Read(status).GetProperty("configurationSince").GetDateTimeOffset()));
        state.TakeConfiguration("second", ["$.device"]);
        Assert.Equal(("second", "$.device"), (Read(status).GetProperty("configurationHash").GetString(), Read(status).GetProperty("configurationRestartNeeded")[0].GetString()));
        Assert.True(Read(status).GetProperty("configurationSince").GetDateTimeOffset() > since);
    }

    private static JsonElement Read(DeviceStatus status) => JsonDocument.Parse(status.Write(online: true)).RootElement;
}
