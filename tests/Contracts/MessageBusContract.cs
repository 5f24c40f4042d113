using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Spotify.Domain.Ports;

namespace Spotify.Contracts;

/// <summary>
/// The tests that every <see cref="IMessageBus"/> and its delivery must pass. Each adapter has a derived class. Topics are empty when a
/// test starts. Only the test of the deadline depends on the passing of time, so that adapters without a controllable clock can run it.
/// </summary>
public abstract class MessageBusContract
{
    protected static readonly Topic Plays = new("plays");

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>The bus under test.</summary>
    protected abstract IMessageBus Bus { get; }

    /// <summary>Creates a topic, if the adapter requires it. Can be repeated.</summary>
    protected virtual Task DeclareAsync(Topic topic) => Task.CompletedTask;

    /// <summary>
    /// Creates a subscription and its topic. Messages published afterwards are delivered to the consumer until the test ends.
    /// </summary>
    protected abstract Task SubscribeAsync(Subscription subscription, IMessageConsumer<ReadOnlyMemory<byte>> consumer);

    /// <summary>Advances the clock. Does nothing if the adapter uses the system clock.</summary>
    protected abstract Task PassAsync(TimeSpan time);

    /// <summary>Makes the bus accept no more messages, after some have been published.</summary>
    /// <returns>Makes the bus accept messages again.</returns>
    protected abstract Task<Func<Task>> OverloadAsync();

    private static readonly Dictionary<string, Func<Message>> Invalid = new()
    {
        ["nothing"] = () => new Message(Array.Empty<byte>()),
        ["large body"] = () => new Message(new byte[9_000_001]),
        ["many attributes"] = () => new Message(Body("x"), Attributes(98, "a", "v")),
        ["attribute without a name"] = () => new Message(Body("x"), One("", "v")),
        ["long name"] = () => new Message(Body("x"), One(new string('n', 257), "v")),
        ["long name in UTF-8"] = () => new Message(Body("x"), One(new string('é', 129), "v")),
        ["reserved name"] = () => new Message(Body("x"), One("googclient", "v")),
        ["long value"] = () => new Message(Body("x"), One("a", new string('v', 1025))),
        ["long value in UTF-8"] = () => new Message(Body("x"), One("a", new string('é', 513))),
        ["half of a surrogate pair"] = () => new Message(Body("x"), One("a", "\ud83c")),
    };

    /// <summary>The names of the invalid messages.</summary>
    public static TheoryData<string> InvalidMessages => [.. Invalid.Keys];

    [SkippableFact]
    public async Task Delivers_a_message_unchanged()
    {
        var consumer = new Consumer();
        await SubscribeAsync(Immediate("recorder"), consumer);
        var body = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        var attributes = new Dictionary<string, string> { ["event-type"] = "play", ["name"] = "Björk – Jóga 🎵\n\"x\"\\", ["empty"] = "" };
        await Bus.PublishAsync(Plays, [new Message(body, attributes)], default);

        var message = await consumer.NextAsync();
        Assert.Equal(body, message.Body.ToArray());
        Assert.Equal(attributes.OrderBy(a => a.Key), message.Attributes.OrderBy(a => a.Key));
        Assert.NotEmpty(message.Id);
        Assert.InRange(message.PublishedAt, DateTimeOffset.UtcNow.AddMinutes(-10), DateTimeOffset.UtcNow.AddMinutes(10));
    }

    [SkippableFact]
    public async Task Delivers_a_message_without_a_body()
    {
        var consumer = new Consumer();
        await SubscribeAsync(Immediate("recorder"), consumer);
        await Bus.PublishAsync(Plays, [new Message(Array.Empty<byte>(), One("a", "v"))], default);
        var message = await consumer.NextAsync();
        Assert.True(message.Body.IsEmpty);
        Assert.Equal("v", message.Attributes["a"]);
    }

    [SkippableFact]
    public async Task Delivers_the_largest_message()
    {
        var consumer = new Consumer();
        await SubscribeAsync(Immediate("recorder"), consumer);
        var body = new byte[9_000_000];
        new Random(1).NextBytes(body);
        await Bus.PublishAsync(Plays, [new Message(body, Attributes(97, new string('n', 250), new string('v', 1024)))], default);
        var message = await consumer.NextAsync();
        Assert.True(message.Body.Span.SequenceEqual(body));
        Assert.Equal(97, message.Attributes.Count);
    }

    [SkippableFact]
    public async Task Delivers_every_message_to_every_subscription_of_the_topic()
    {
        var (recorder, updater, other) = (new Consumer(), new Consumer(), new Consumer());
        await SubscribeAsync(Immediate("recorder"), recorder);
        await SubscribeAsync(Immediate("updater"), updater);
        await SubscribeAsync(new Subscription("other", new Topic("other-topic")), other);
        await Bus.PublishAsync(Plays, [Text("a"), Text("b")], default);
        await Bus.PublishAsync(new Topic("other-topic"), [Text("c")], default);

        Assert.Equal(["a", "b"], await recorder.TextsAsync(2));
        Assert.Equal(["a", "b"], await updater.TextsAsync(2));
        Assert.Equal(["c"], await other.TextsAsync(1));
    }

    [SkippableFact]
    public async Task Delivers_many_messages_from_concurrent_publishers()
    {
        var consumer = new Consumer();
        await SubscribeAsync(Immediate("recorder"), consumer);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(p => Task.Run(
            () => Bus.PublishAsync(Plays, [.. Enumerable.Range(0, 50).Select(i => Text($"{p}.{i}"))], default))));

        var missing = Enumerable.Range(0, 10).SelectMany(p => Enumerable.Range(0, 50).Select(i => $"{p}.{i}")).ToHashSet();
        var ids = new HashSet<string>();
        while (missing.Count > 0)
        {
            var message = await consumer.NextAsync();
            if (missing.Remove(Text(message))) Assert.True(ids.Add(message.Id), "Two messages have the same id.");
        }
    }

    [SkippableFact]
    public async Task Publishing_nothing_does_nothing()
    {
        await DeclareAsync(Plays);
        await Bus.PublishAsync(Plays, [], default);
    }

    [SkippableFact]
    public async Task A_message_to_a_topic_without_subscriptions_is_not_delivered_later()
    {
        await DeclareAsync(Plays);
        await Bus.PublishAsync(Plays, [Text("a")], default);
        var consumer = new Consumer();
        await SubscribeAsync(Immediate("recorder"), consumer);
        await Bus.PublishAsync(Plays, [Text("b")], default);
        Assert.Equal(["b"], await consumer.TextsAsync(1));
    }

    [SkippableFact]
    public async Task A_canceled_publish_throws()
    {
        await DeclareAsync(Plays);
        var canceled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bus.PublishAsync(Plays, [Text("a")], canceled));
    }

    [SkippableTheory]
    [MemberData(nameof(InvalidMessages))]
    public async Task Rejects_an_invalid_message_and_publishes_none_of_the_batch(string invalid)
    {
        var consumer = new Consumer();
        await SubscribeAsync(Immediate("recorder"), consumer);
        var error = await Assert.ThrowsAnyAsync<ArgumentException>(
            () => Bus.PublishAsync(Plays, [Text("before"), Invalid[invalid](), Text("after")], default));
        Assert.Contains("Message 1 for plays", error.Message);
        await Bus.PublishAsync(Plays, [Text("good")], default);
        Assert.Equal(["good"], await consumer.TextsAsync(1));
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("Plays")]
    [InlineData("1plays")]
    [InlineData("plays/x")]
    [InlineData("plays\n")]
    [InlineData("google-plays")]
    public async Task Rejects_an_invalid_topic(string name) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Bus.PublishAsync(new Topic(name), [Text("a")], default));

    [SkippableFact]
    public async Task A_failed_message_is_redelivered_until_it_is_handled()
    {
        var consumer = new Consumer((_, nth) => nth < 3 ? throw new InvalidOperationException("not yet") : Task.CompletedTask);
        await SubscribeAsync(Immediate("recorder"), consumer);
        await Bus.PublishAsync(Plays, [new Message(Body("a"), One("k", "v"))], default);

        var deliveries = new[] { await consumer.NextAsync(), await consumer.NextAsync(), await consumer.NextAsync() };
        Assert.Single(deliveries.Select(message => message.Id).Distinct());
        Assert.Single(deliveries.Select(message => message.PublishedAt).Distinct());
        Assert.All(deliveries, message => Assert.Equal(("a", "v"), (Text(message), message.Attributes["k"])));
    }

    [SkippableFact]
    public async Task A_slow_message_does_not_delay_others()
    {
        var release = new TaskCompletionSource();
        var consumer = new Consumer((message, _) => Text(message) == "slow" ? release.Task : Task.CompletedTask);
        await SubscribeAsync(Immediate("recorder"), consumer);
        await Bus.PublishAsync(Plays, [Text("slow")], default);
        Assert.Equal("slow", Text(await consumer.NextAsync()));
        await Bus.PublishAsync(Plays, [Text("quick")], default);
        Assert.Equal("quick", Text(await consumer.NextAsync()));
        release.SetResult();
    }

    [SkippableFact]
    public async Task A_poison_message_is_dead_lettered_at_once()
    {
        var (dead, updater) = (new Consumer(), new Consumer());
        var recorder = new Consumer((message, _) =>
            Text(message) == "poison" ? throw new PoisonMessageException("no such\ntrack") : Task.CompletedTask);
        await SubscribeAsync(new Subscription("archive", Topic.DeadLetters), dead);
        await SubscribeAsync(Immediate("recorder"), recorder);
        await SubscribeAsync(Immediate("updater"), updater);
        await Bus.PublishAsync(Plays, [new Message(Body("poison"), One("k", "v"))], default);

        var delivered = await recorder.NextAsync();
        var letter = await dead.NextAsync();
        Assert.Equal("poison", Text(letter));
        Assert.Equal("v", letter.Attributes["k"]);
        Assert.Equal("recorder", letter.Attributes[DeadLetter.Source]);
        Assert.Equal("no such track", letter.Attributes[DeadLetter.Reason]);
        Assert.Equal(delivered.Id, letter.Attributes[DeadLetter.MessageId]);
        Assert.Equal(["poison"], await updater.TextsAsync(1));

        await Bus.PublishAsync(Plays, [Text("good")], default);
        Assert.Equal("good", Text(await recorder.NextAsync()));
        Assert.Equal(1, recorder.Count("poison"));
    }

    [SkippableFact]
    public async Task A_message_is_dead_lettered_after_the_last_delivery()
    {
        var dead = new Consumer();
        var recorder = new Consumer((_, nth) => throw new InvalidOperationException($"down at {nth}"));
        await SubscribeAsync(new Subscription("archive", Topic.DeadLetters), dead);
        var subscription = Immediate("recorder") with { MaxDeliveries = 5 };
        await SubscribeAsync(subscription, recorder);
        await Bus.PublishAsync(Plays, [Text("a")], default);

        var letter = await dead.NextAsync();
        Assert.Equal("a", Text(letter));
        Assert.Equal("recorder", letter.Attributes[DeadLetter.Source]);
        Assert.Contains("down at ", letter.Attributes[DeadLetter.Reason]);
        Assert.Equal((await recorder.NextAsync()).Id, letter.Attributes[DeadLetter.MessageId]);
        Assert.InRange(recorder.Count("a"), subscription.MaxDeliveries, subscription.MaxDeliveries + 1);
    }

    [SkippableFact]
    public async Task Dead_letters_are_redelivered_until_they_are_handled()
    {
        var archive = new Consumer((_, nth) => nth switch
        {
            < 8 => throw new InvalidOperationException("the store is down"),
            _ => Task.CompletedTask,
        });
        await SubscribeAsync(Immediate("archive", Topic.DeadLetters) with { MaxDeliveries = 5 }, archive);
        await Bus.PublishAsync(Topic.DeadLetters, [new Message(Body("a"), One(DeadLetter.Source, "recorder"))], default);
        for (var i = 0; i < 8; i++)
        {
            var letter = await archive.NextAsync();
            Assert.Equal("recorder", letter.Attributes[DeadLetter.Source]);
        }
    }

    [SkippableFact]
    public async Task A_consumer_that_exceeds_the_deadline_is_canceled_and_gets_the_message_again()
    {
        var canceled = new TaskCompletionSource();
        var consumer = new Consumer(async (_, nth, ct) =>
        {
            if (nth > 1) return;
            await using var registration = ct.Register(() => canceled.TrySetResult());
            await canceled.Task;
            ct.ThrowIfCancellationRequested();
        });
        await SubscribeAsync(Immediate("recorder") with { AckDeadline = TimeSpan.FromSeconds(10) }, consumer);
        await Bus.PublishAsync(Plays, [Text("a")], default);

        var first = await consumer.NextAsync();
        await PassAsync(TimeSpan.FromSeconds(10));
        await canceled.Task.WaitAsync(Timeout);
        Assert.Equal(first.Id, (await consumer.NextAsync()).Id);
    }

    [SkippableFact]
    public async Task A_bus_that_accepts_no_more_messages_says_so_and_accepts_them_again_later()
    {
        var consumer = new Consumer();
        await SubscribeAsync(Immediate("recorder"), consumer);
        await Bus.PublishAsync(Plays, [Text("a")], default);
        var resume = await OverloadAsync();
        await Assert.ThrowsAsync<BusOverloadedException>(() => Bus.PublishAsync(Plays, [Text("b")], default));
        await resume();
        // A client may still wait before it reconnects.
        for (var tries = 1; ; tries++)
        {
            try
            {
                await Bus.PublishAsync(Plays, [Text("c")], default);
                break;
            }
            catch (BusOverloadedException) when (tries < 10)
            {
            }
        }

        Assert.Contains("c", await consumer.TextsAsync(2));
    }

    /// <summary>Returns a subscription without backoff.</summary>
    protected static Subscription Immediate(string name, Topic? topic = null) =>
        new(name, topic ?? Plays) { MinBackoff = TimeSpan.Zero, MaxBackoff = TimeSpan.Zero };

    protected static Message Text(string text) => new(Body(text));

    protected static string Text(Message message) => Encoding.UTF8.GetString(message.Body.Span);

    private static byte[] Body(string text) => Encoding.UTF8.GetBytes(text);

    private static Dictionary<string, string> One(string name, string value) => new() { [name] = value };

    private static Dictionary<string, string> Attributes(int count, string prefix, string value) =>
        Enumerable.Range(0, count).ToDictionary(i => $"{prefix}{i}", _ => value);

    /// <summary>A consumer that reports each delivery to the test and then runs the test's handler.</summary>
    protected sealed class Consumer(Func<Message, int, CancellationToken, Task> handle) : IMessageConsumer<ReadOnlyMemory<byte>>
    {
        private readonly ConcurrentDictionary<string, int> counts = new(StringComparer.Ordinal);
        private readonly Channel<Message> delivered = Channel.CreateUnbounded<Message>();

        /// <summary>Creates a consumer that accepts every message.</summary>
        public Consumer() : this((_, _, _) => Task.CompletedTask)
        {
        }

        /// <summary>Creates a consumer whose handler receives the delivery count of the message, from 1.</summary>
        public Consumer(Func<Message, int, Task> handle) : this((message, nth, _) => handle(message, nth))
        {
        }

        public async Task HandleAsync(ReadOnlyMemory<byte> body, MessageContext context, CancellationToken ct)
        {
            var message = new Message(body, context.Attributes) { Id = context.Id, PublishedAt = context.PublishedAt };
            var nth = counts.AddOrUpdate(Text(message), 1, (_, count) => count + 1);
            delivered.Writer.TryWrite(message);
            await handle(message, nth, ct);
        }

        /// <summary>Returns how often a text has been delivered.</summary>
        public int Count(string text) => counts.GetValueOrDefault(text);

        /// <summary>Waits for the next delivery.</summary>
        public async Task<Message> NextAsync()
        {
            using var timeout = new CancellationTokenSource(Timeout);
            return await delivered.Reader.ReadAsync(timeout.Token);
        }

        /// <summary>Waits for a number of different texts and returns them in order.</summary>
        public async Task<IReadOnlyList<string>> TextsAsync(int count)
        {
            var texts = new SortedSet<string>(StringComparer.Ordinal);
            while (texts.Count < count) texts.Add(Text(await NextAsync()));
            return [.. texts];
        }
    }
}
