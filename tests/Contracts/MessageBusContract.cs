using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Spotify.Domain.Ports;

namespace Spotify.Contracts;

/// <summary>
/// What every <see cref="IMessageBus"/> does, together with what delivers its messages. Each adapter runs it: no topic has a message when a
/// test starts. Only the deadline takes time, so that an adapter without a clock of its own can run it.
/// </summary>
public abstract class MessageBusContract
{
    protected static readonly Topic Plays = new("plays");

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The bus.</summary>
    protected abstract IMessageBus Bus { get; }

    /// <summary>Makes a topic, where topics have to be made. A topic may be made twice.</summary>
    protected virtual Task DeclareAsync(Topic topic) => Task.CompletedTask;

    /// <summary>Makes a subscription, and its topic: what is published from now on is delivered to the consumer until the test ends.</summary>
    protected abstract Task SubscribeAsync(Subscription subscription, IMessageConsumer consumer);

    /// <summary>Lets time pass; nothing where it passes by itself.</summary>
    protected abstract Task PassAsync(TimeSpan time);

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

    /// <summary>Messages that no bus may take, by what is wrong with them.</summary>
    public static TheoryData<string> InvalidMessages => [.. Invalid.Keys];

    [SkippableFact]
    public async Task Delivers_a_message_as_it_was_published()
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
    public async Task Every_subscription_of_the_topic_gets_every_message()
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
    public async Task Delivers_many_messages_of_many_publishers()
    {
        var consumer = new Consumer();
        await SubscribeAsync(Immediate("recorder"), consumer);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(p => Task.Run(
            () => Bus.PublishAsync(Plays, [.. Enumerable.Range(0, 50).Select(i => Text($"{p}.{i}"))], default))));

        var wanted = Enumerable.Range(0, 10).SelectMany(p => Enumerable.Range(0, 50).Select(i => $"{p}.{i}")).ToHashSet();
        var ids = new HashSet<string>();
        while (wanted.Count > 0)
        {
            var message = await consumer.NextAsync();
            if (wanted.Remove(Text(message))) Assert.True(ids.Add(message.Id), "Two messages have one id.");
        }
    }

    [SkippableFact]
    public async Task Publishing_nothing_does_nothing()
    {
        await DeclareAsync(Plays);
        await Bus.PublishAsync(Plays, [], default);
    }

    [SkippableFact]
    public async Task A_message_of_a_topic_without_subscriptions_is_for_nobody()
    {
        await DeclareAsync(Plays);
        await Bus.PublishAsync(Plays, [Text("a")], default);
        var consumer = new Consumer();
        await SubscribeAsync(Immediate("recorder"), consumer);
        await Bus.PublishAsync(Plays, [Text("b")], default);
        Assert.Equal(["b"], await consumer.TextsAsync(1));
    }

    [SkippableFact]
    public async Task A_cancelled_publish_says_so()
    {
        await DeclareAsync(Plays);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bus.PublishAsync(Plays, [Text("a")], new CancellationToken(canceled: true)));
    }

    [SkippableTheory]
    [MemberData(nameof(InvalidMessages))]
    public async Task Refuses_what_no_topic_takes_and_publishes_none_of_it(string what)
    {
        var consumer = new Consumer();
        await SubscribeAsync(Immediate("recorder"), consumer);
        var refusal = await Assert.ThrowsAnyAsync<ArgumentException>(() => Bus.PublishAsync(Plays, [Text("before"), Invalid[what](), Text("after")], default));
        Assert.Contains("Message 1 for plays", refusal.Message);
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
    public async Task Refuses_a_topic_that_cannot_be(string name) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Bus.PublishAsync(new Topic(name), [Text("a")], default));

    [SkippableFact]
    public async Task A_message_that_fails_comes_again_until_it_is_handled()
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
    public async Task A_message_that_is_being_handled_holds_up_no_other()
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
    public async Task A_poison_message_is_a_dead_letter_at_once()
    {
        var (dead, updater) = (new Consumer(), new Consumer());
        var recorder = new Consumer((message, _) => Text(message) == "poison" ? throw new PoisonMessageException("no such\ntrack") : Task.CompletedTask);
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
    public async Task A_message_that_fails_too_often_is_a_dead_letter()
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
    public async Task Dead_letters_are_tried_until_they_are_handled()
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
    public async Task A_consumer_that_takes_too_long_is_cancelled_and_gets_the_message_again()
    {
        var cancelled = new TaskCompletionSource();
        var consumer = new Consumer(async (_, nth, ct) =>
        {
            if (nth > 1) return;
            await using var registration = ct.Register(() => cancelled.TrySetResult());
            await cancelled.Task;
            ct.ThrowIfCancellationRequested();
        });
        await SubscribeAsync(Immediate("recorder") with { AckDeadline = TimeSpan.FromSeconds(10) }, consumer);
        await Bus.PublishAsync(Plays, [Text("a")], default);

        var first = await consumer.NextAsync();
        await PassAsync(TimeSpan.FromSeconds(10));
        await cancelled.Task.WaitAsync(Patience);
        Assert.Equal(first.Id, (await consumer.NextAsync()).Id);
    }

    /// <summary>A subscription that delivers a failed message at once again.</summary>
    protected static Subscription Immediate(string name, Topic? topic = null) =>
        new(name, topic ?? Plays) { MinBackoff = TimeSpan.Zero, MaxBackoff = TimeSpan.Zero };

    protected static Message Text(string text) => new(Body(text));

    protected static string Text(Message message) => Encoding.UTF8.GetString(message.Body.Span);

    private static byte[] Body(string text) => Encoding.UTF8.GetBytes(text);

    private static Dictionary<string, string> One(string name, string value) => new() { [name] = value };

    private static Dictionary<string, string> Attributes(int count, string prefix, string value) =>
        Enumerable.Range(0, count).ToDictionary(i => $"{prefix}{i}", _ => value);

    /// <summary>Does with each delivery what the test wants, and tells of it beforehand.</summary>
    protected sealed class Consumer(Func<Message, int, CancellationToken, Task> handle) : IMessageConsumer
    {
        private readonly ConcurrentDictionary<string, int> counts = new(StringComparer.Ordinal);
        private readonly Channel<Message> delivered = Channel.CreateUnbounded<Message>();

        /// <summary>A consumer that handles everything.</summary>
        public Consumer() : this((_, _, _) => Task.CompletedTask)
        {
        }

        /// <summary>A consumer that is told how often the message has been delivered, from 1.</summary>
        public Consumer(Func<Message, int, Task> handle) : this((message, nth, _) => handle(message, nth))
        {
        }

        public async Task HandleAsync(Message message, CancellationToken ct)
        {
            var nth = counts.AddOrUpdate(Text(message), 1, (_, count) => count + 1);
            delivered.Writer.TryWrite(message);
            await handle(message, nth, ct);
        }

        /// <summary>How often a text has been delivered.</summary>
        public int Count(string text) => counts.GetValueOrDefault(text);

        /// <summary>The next delivery, once it is there.</summary>
        public async Task<Message> NextAsync()
        {
            using var patience = new CancellationTokenSource(Patience);
            return await delivered.Reader.ReadAsync(patience.Token);
        }

        /// <summary>The next so many different texts, sorted.</summary>
        public async Task<IReadOnlyList<string>> TextsAsync(int count)
        {
            var texts = new SortedSet<string>(StringComparer.Ordinal);
            while (texts.Count < count) texts.Add(Text(await NextAsync()));
            return [.. texts];
        }
    }
}
