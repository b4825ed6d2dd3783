using EdgePose.Daemon.Tests.Spool;
using EdgePose.Delivery.Broker;
using EdgePose.Delivery.Spool;
using MQTTnet;
using Microsoft.Extensions.Time.Testing;

namespace EdgePose.Daemon.Tests.Publishing;

public sealed class EventWindowTests : IDisposable
{
    private const string Hall = "edgepose/v1/site/device/hall/track";
    private readonly SpoolFolder folder = new();
    private readonly FakeTimeProvider time = new();
    private readonly List<(int Number, TaskCompletionSource<MqttClientPublishResult> Answer)> sent = [];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(SpoolDurability.Memory, MqttClientPublishReasonCode.NotAuthorized)]
    [InlineData(SpoolDurability.Memory, MqttClientPublishReasonCode.QuotaExceeded)]
    [InlineData(SpoolDurability.Normal, MqttClientPublishReasonCode.NotAuthorized)]
    [InlineData(SpoolDurability.Normal, MqttClientPublishReasonCode.UnspecifiedError)]
    public void A_topic_of_which_one_event_was_refused_and_the_next_of_the_same_flight_taken_is_tried_again(SpoolDurability durability, MqttClientPublishReasonCode refusal)
    {
        using var store = Open(durability);
        var window = Window(store, size: 2);
        for (var number = 10; number < 15; number++)
        {
            store.Append(SpoolFolder.Message(number, Hall));
        }

        MoveUntilSent(window, 2);
        Answer(0, refusal);
        Answer(1, MqttClientPublishReasonCode.Success);
        window.Move(() => true);
        Assert.Equal(1, window.TopicsRefused);
        Assert.Equal([10, 11], sent.Select(one => one.Number)); // the others wait, for the order's sake

        time.Advance(TimeSpan.FromSeconds(1)); // the first pause is no longer
        for (var next = 2; next < 6; next++)
        {
            MoveUntilSent(window, next + 1);
            Answer(next, MqttClientPublishReasonCode.Success);
        }

        window.Move(() => true);
        Assert.Equal([10, 11, 10, 12, 13, 14], sent.Select(one => one.Number));
        Assert.Equal(0, store.Count);
        Assert.Equal(0, window.TopicsRefused);
        Assert.Equal(5, window.Acknowledged);
    }

    [Fact]
    public void Refusals_that_alternate_with_events_that_are_taken_make_the_pauses_longer_and_are_told_once()
    {
        using var store = Open(SpoolDurability.Memory);
        var window = Window(store, size: 2);
        var told = 0;
        window.Refused = (_, _, _) => told++;
        for (var number = 0; number < 6; number++)
        {
            store.Append(SpoolFolder.Message(number, Hall));
        }

        for (var round = 0; round < 4; round++)
        {
            MoveUntilSent(window, 2 * (round + 1));
            Answer(2 * round, MqttClientPublishReasonCode.QuotaExceeded);
            Answer((2 * round) + 1, MqttClientPublishReasonCode.Success);
            window.Move(() => true);
            time.Advance(TimeSpan.FromSeconds(0.5 * Math.Pow(2, round)) - TimeSpan.FromMilliseconds(1)); // the pause is longer than the half of its range
            window.Move(() => true);
            Assert.Equal(2 * (round + 1), sent.Count);
            time.Advance(TimeSpan.FromSeconds(0.5 * Math.Pow(2, round)) + TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(1, told);
        Assert.Equal([0, 1, 0, 2, 0, 3, 0, 4], sent.Select(one => one.Number));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_event_that_is_never_acknowledged_is_given_up_after_many_rounds_if_the_broker_acknowledges_others_and_the_others_arrive(bool acknowledgesOthers)
    {
        using var store = Open(SpoolDurability.Memory);
        var window = Window(store, size: 2);
        List<string> told = [];
        window.Refused = (_, reason, _) => told.Add(reason);
        for (var number = 0; number < 3; number++)
        {
            store.Append(SpoolFolder.Message(number, Hall));
        }

        window.Move(() => true);
        Answer(1, MqttClientPublishReasonCode.Success); // and never the one before
        for (var round = 0; round < 11; round++)
        {
            Assert.Equal(3, store.Count);
            window.Move(() => true);
            window.Forget(ConnectionEnd.Unacknowledged, hadAnswered: acknowledgesOthers, said: null);
        }

        var before = sent.Count;
        for (var number = before; number < before + store.Count; number++)
        {
            MoveUntilSent(window, number + 1);
            Answer(number, MqttClientPublishReasonCode.Success);
        }

        window.Move(() => true);
        Assert.Equal(acknowledgesOthers ? [1, 2] : [0, 1, 2], sent.Skip(before).Select(one => one.Number));
        Assert.Equal(acknowledgesOthers ? ["the broker never acknowledges it, and acknowledges others"] : [], told);
        Assert.Equal(acknowledgesOthers ? 1 : 0, store.Status.Dropped.Refused);
    }

    private IEventStore Open(SpoolDurability durability) => durability == SpoolDurability.Memory
        ? new MemoryEventStore(1_000_000, TimeSpan.FromHours(1), time) : folder.Open();

    private EventWindow Window(IEventStore store, int size) => new(
        store,
        size,
        message =>
        {
            var answer = new TaskCompletionSource<MqttClientPublishResult>();
            sent.Add((SpoolFolder.NumberOf(message), answer));
            return answer.Task;
        },
        () => { },
        time);

    private void MoveUntilSent(EventWindow window, int count) => Assert.True(
        Wait.Until(() =>
        {
            window.Move(() => true);
            return sent.Count >= count;
        }),
        $"sent {string.Join(", ", sent.Select(one => one.Number))}");

    private void Answer(int index, MqttClientPublishReasonCode code) => sent[index].Answer.SetResult(new MqttClientPublishResult(1, code, string.Empty, []));
}
