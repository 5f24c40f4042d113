using System.Diagnostics;
using System.Diagnostics.Metrics;
using Google.Cloud.PubSub.V1;
using Grpc.Core;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Google.Messages;
using Topic = Spotify.Domain.Ports.Topic;

namespace Spotify.Google.Tests.Messages;

public sealed class PubSubFaultTests
{
    private static readonly Topic Plays = new("plays");

    [SkippableFact]
    public async Task A_publish_fails_within_the_deadline_during_an_outage_and_succeeds_after_it()
    {
        Skip.If(PubSubEmulator.Missing is not null, PubSubEmulator.Missing);
        var port = PubSubEmulator.FreePort();
        PubSubMessageBus bus;
        using (var emulator = await PubSubEmulator.StartAsync(port))
        {
            bus = PubSubClients.Bus("test", emulator, TimeSpan.FromSeconds(3));
            await PubSubClients.Publisher(emulator).CreateTopicAsync(TopicName.FromProjectTopic("test", "plays"));
            await bus.PublishAsync(Plays, [new Message("a"u8.ToArray())], default);
        }

        var watch = Stopwatch.StartNew();
        var failure = await Assert.ThrowsAsync<BusOverloadedException>(
            () => bus.PublishAsync(Plays, [new Message("b"u8.ToArray())], default));
        Assert.Contains("'plays' failed within 3 s", failure.Message);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));

        using var canceled = new CancellationTokenSource();
        var publish = bus.PublishAsync(Plays, [new Message("c"u8.ToArray())], canceled.Token);
        await canceled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publish);

        using var again = await PubSubEmulator.StartAsync(port);
        await PubSubClients.Publisher(again).CreateTopicAsync(TopicName.FromProjectTopic("test", "plays"));
        // The client may still wait before it reconnects.
        for (var tries = 1; ; tries++)
        {
            try
            {
                await bus.PublishAsync(Plays, [new Message("d"u8.ToArray())], default);
                return;
            }
            catch (BusOverloadedException) when (tries < 10)
            {
            }
        }
    }

    [SkippableFact]
    public async Task The_error_for_a_missing_topic_names_it()
    {
        Skip.If(PubSubEmulator.Missing is not null, PubSubEmulator.Missing);
        var bus = PubSubClients.Bus("test", await PubSubEmulator.GetAsync());
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => bus.PublishAsync(new Topic("not-there"), [new Message("a"u8.ToArray())], default));
        Assert.Equal(StatusCode.NotFound, Assert.IsType<RpcException>(failure.InnerException).StatusCode);
        Assert.Contains("not-there", failure.Message);
    }

    [SkippableFact]
    public async Task More_messages_than_a_request_can_hold_are_sent_in_several_measured_requests()
    {
        Skip.If(PubSubEmulator.Missing is not null, PubSubEmulator.Missing);
        var (emulator, project) = (await PubSubEmulator.GetAsync(), "test-" + Guid.NewGuid().ToString("n")[..20]);
        var topic = TopicName.FromProjectTopic(project, "plays");
        await PubSubClients.Publisher(emulator).CreateTopicAsync(topic);
        var subscription = SubscriptionName.FromProjectSubscription(project, "pulled");
        await PubSubClients.Subscriber(emulator).CreateSubscriptionAsync(subscription, topic, null, 60);
        var calls = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "spotify.pubsub.call.duration") self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            var text = string.Join(' ', tags.ToArray());
            if (text == "[operation, publish] [outcome, ok]") Interlocked.Increment(ref calls);
        });
        listener.Start();

        var bus = PubSubClients.Bus(project, emulator);
        var before = calls;
        var numbers = Enumerable.Range(0, 2500).Select(i => new Message(System.Text.Encoding.UTF8.GetBytes($"{i}")));
        await bus.PublishAsync(Plays, [.. numbers], default);
        Assert.InRange(calls - before, 3, int.MaxValue);
        await bus.PublishAsync(Plays, [.. Enumerable.Range(0, 3).Select(_ => new Message(new byte[4_000_000]))], default);

        var texts = new HashSet<string>();
        var large = 0;
        while (texts.Count < 2500 || large < 3)
        {
            var pulled = await PubSubClients.Subscriber(emulator).PullAsync(subscription, 1000);
            foreach (var received in pulled.ReceivedMessages)
            {
                if (received.Message.Data.Length == 4_000_000) large++;
                else texts.Add(received.Message.Data.ToStringUtf8());
            }

            if (pulled.ReceivedMessages.Count == 0) continue;
            var ids = pulled.ReceivedMessages.Select(received => received.AckId);
            await PubSubClients.Subscriber(emulator).AcknowledgeAsync(subscription, ids);
        }

        Assert.Equal(2500, texts.Count);
    }
}
