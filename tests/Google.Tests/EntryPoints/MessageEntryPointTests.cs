using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Google.EntryPoints;
using Spotify.Web.Functions;
using Spotify.Web.Messages;

namespace Spotify.Google.Tests.EntryPoints;

public sealed class MessageEntryPointTests : IDisposable
{
    private const string Event = """{"specversion":"1.0","id":"1","source":"//s",""";

    private static readonly Subscription Recorder = new("recorder", new Topic("plays")) { MaxDeliveries = 5 };

    private readonly TestIssuer issuer = new();
    private readonly Mock<IMessageConsumer<ReadOnlyMemory<byte>>> consumer = new();
    private readonly Mock<IMessageBus> bus = new(MockBehavior.Strict);
    private readonly List<Message> handled = [];

    public MessageEntryPointTests() => consumer
        .Setup(c => c.HandleAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<MessageContext>(), It.IsAny<CancellationToken>()))
        .Callback((ReadOnlyMemory<byte> body, MessageContext message, CancellationToken _) =>
            handled.Add(new Message(body, message.Attributes) { Id = message.Id, PublishedAt = message.PublishedAt }))
        .Returns(Task.CompletedTask);

    public static TheoryData<string> Deliveries => ["push.json", "eventarc-structured.json", "eventarc-binary.http"];

    public void Dispose() => issuer.Dispose();

    [Theory]
    [MemberData(nameof(Deliveries))]
    public async Task Every_format_of_delivery_reaches_the_consumer(string file)
    {
        await using var function = await StartAsync();
        using var answer = await SendAsync(function, Delivery.Request(file));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var message = Assert.Single(handled);
        Assert.Equal("""{"event":"play"}""", Encoding.UTF8.GetString(message.Body.Span));
        Assert.Equal([("event-type", "play"), ("name", "Björk – Jóga 🎵")], message.Attributes.Select(a => (a.Key, a.Value)).Order());
        Assert.Equal("2070443601311540", message.Id);
        Assert.Equal(new DateTimeOffset(2026, 2, 26, 19, 13, 55, 749, TimeSpan.Zero), message.PublishedAt);
    }

    [Fact]
    public async Task A_typed_consumer_receives_the_parsed_body()
    {
        var typed = new Mock<IMessageConsumer<Play>>();
        typed
            .Setup(c => c.HandleAsync(
                new Play("play"), It.Is<MessageContext>(m => m.Id == "2070443601311540"), It.IsAny<CancellationToken>()))
            .Returns(Task.CompletedTask)
            .Verifiable(Times.Once);
        await using var function = await StartAsync(new PlayFunction(typed.Object));
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(function, Delivery.Request("push.json"))).StatusCode);
        typed.Verify();
    }

    [Fact]
    public async Task A_body_that_a_typed_consumer_cannot_parse_is_a_dead_letter()
    {
        var letters = ExpectDeadLetters();
        await using var function = await StartAsync(new PlayFunction(Mock.Of<IMessageConsumer<Play>>(MockBehavior.Strict)));
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(function, Push(attempt: 1))).StatusCode);
        Assert.StartsWith("The body does not have the expected format", Assert.Single(letters).Attributes[DeadLetter.Reason]);
    }

    [Theory]
    [InlineData(10_000_000, HttpStatusCode.NoContent)]
    [InlineData(12_000_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_message_may_be_as_large_as_Pub_Sub_permits_and_no_larger(int bytes, HttpStatusCode expected)
    {
        await using var function = await StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Headers = { ExpectContinue = true },
            Content = new StringContent(
                $$$"""{"message":{"data":"{{{Convert.ToBase64String(new byte[bytes])}}}","messageId":"1"},"subscription":"s"}""",
                Encoding.UTF8,
                "application/json"),
        };
        Assert.Equal(expected, (await SendAsync(function, request)).StatusCode);
        Assert.Equal(expected == HttpStatusCode.NoContent ? [bytes] : [], handled.Select(message => message.Body.Length));
    }

    [Fact]
    public async Task A_message_is_acknowledged_only_after_the_consumer_has_finished()
    {
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        Consume(async _ =>
        {
            started.SetResult();
            await release.Task;
        });
        await using var function = await StartAsync();
        var answer = SendAsync(function, Delivery.Request("push.json"));
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(answer.IsCompleted);
        release.SetResult();
        Assert.Equal(HttpStatusCode.NoContent, (await answer).StatusCode);
    }

    [Fact]
    public async Task A_poison_message_becomes_one_dead_letter_with_its_reason_and_is_acknowledged()
    {
        Consume(_ => throw new PoisonMessageException("no such track"));
        var letters = ExpectDeadLetters();
        await using var function = await StartAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(function, Delivery.Request("push.json"))).StatusCode);
        var letter = Assert.Single(letters);
        Assert.Equal("""{"event":"play"}""", Encoding.UTF8.GetString(letter.Body.Span));
        Assert.Equal("recorder", letter.Attributes[DeadLetter.Source]);
        Assert.Equal("no such track", letter.Attributes[DeadLetter.Reason]);
        Assert.Equal("2070443601311540", letter.Attributes[DeadLetter.MessageId]);
        Assert.Equal("play", letter.Attributes["event-type"]);
    }

    // Pub/Sub adds attributes with the schema to the messages of a topic that has one: https://cloud.google.com/pubsub/docs/schemas
    [Fact]
    public async Task A_dead_letter_drops_the_attributes_that_PubSub_has_added()
    {
        Consume(_ => throw new PoisonMessageException("no such track"));
        var letters = ExpectDeadLetters();
        await using var function = await StartAsync();
        const string Attributes =
            """{"googclient_schemaencoding":"JSON","googclient_schemaname":"projects/p/schemas/plays","event-type":"play"}""";
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(function, Push(attempt: 1, Attributes))).StatusCode);
        Assert.Equal(
            ["dead-letter-message-id", "dead-letter-reason", "dead-letter-source", "event-type"],
            Assert.Single(letters).Attributes.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_message_with_the_maximum_number_of_attributes_can_become_a_dead_letter()
    {
        Consume(_ => throw new PoisonMessageException("no such track"));
        var letters = ExpectDeadLetters();
        await using var function = await StartAsync();
        var attributes = string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"a{i}\":\"\""));
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(function, Push(attempt: 1, $"{{{attributes}}}"))).StatusCode);
        Assert.Equal("no such track", Assert.Single(letters).Attributes[DeadLetter.Reason]);
    }

    [Fact]
    public async Task A_poison_message_that_cannot_be_dead_lettered_is_redelivered()
    {
        Consume(_ => throw new PoisonMessageException("no such track"));
        bus.Setup(b => b.PublishAsync(Topic.DeadLetters, It.IsAny<IReadOnlyList<Message>>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new TimeoutException("down"));
        await using var function = await StartAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await SendAsync(function, Delivery.Request("push.json"))).StatusCode);
    }

    [Fact]
    public async Task A_failed_message_is_redelivered_and_the_error_is_logged()
    {
        Consume(_ => throw new InvalidOperationException("the store is down"));
        await using var function = await StartAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, (await SendAsync(function, Delivery.Request("push.json"))).StatusCode);
        var error = Assert.Single(function.Log.Entries, entry => entry["severity"]!.GetValue<string>() == "ERROR");
        Assert.Contains("the store is down", error["stack_trace"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_message_becomes_a_dead_letter_after_its_last_attempt()
    {
        Consume(_ => throw new InvalidOperationException("the store is down"));
        var letters = ExpectDeadLetters();
        await using var function = await StartAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, (await SendAsync(function, Push(attempt: 4))).StatusCode);
        Assert.Empty(letters);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(function, Push(attempt: 5))).StatusCode);
        Assert.Equal("InvalidOperationException: the store is down", Assert.Single(letters).Attributes[DeadLetter.Reason]);
    }

    [Fact]
    public async Task A_message_without_attempts_left_becomes_a_dead_letter_unhandled()
    {
        var letters = ExpectDeadLetters();
        await using var function = await StartAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(function, Push(attempt: 6))).StatusCode);
        Assert.Empty(handled);
        Assert.Contains("5 times", Assert.Single(letters).Attributes[DeadLetter.Reason]);
    }

    [Fact]
    public async Task Dead_letters_themselves_are_redelivered_without_limit()
    {
        Consume(_ => throw new PoisonMessageException("cannot be archived"));
        await using var function = await StartAsync(Recorder with { Topic = Topic.DeadLetters });
        Assert.Equal(HttpStatusCode.InternalServerError, (await SendAsync(function, Push(attempt: 50))).StatusCode);
    }

    [Fact]
    public async Task A_consumer_that_exceeds_the_deadline_is_canceled()
    {
        var time = new ManualTimeProvider();
        var started = new TaskCompletionSource();
        Consume(async ct =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        });
        await using var function = await StartAsync(time: time);
        var answer = SendAsync(function, Delivery.Request("push.json"));
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        time.Advance(Recorder.AckDeadline);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await answer).StatusCode);
    }

    [Theory]
    [InlineData("application/json", "")]
    [InlineData("application/json", "x")]
    [InlineData("application/json", "{}")]
    [InlineData("application/json", "[]")]
    [InlineData("application/json", """{"message":{"data":"AA=="}}""")]
    [InlineData("application/json", """{"message":{"data":"!","messageId":"1"}}""")]
    [InlineData("application/json", """{"message":{"data":7,"messageId":"1"}}""")]
    [InlineData("application/json", """{"message":{"publishTime":"yesterday","messageId":"1"}}""")]
    [InlineData("application/cloudevents+json", "")]
    [InlineData("application/cloudevents+json", "{}")]
    [InlineData(
        "application/cloudevents+json",
        Event + "\"type\":\"google.cloud.storage.object.v1.finalized\",\"data\":{\"message\":{\"messageId\":\"1\"}}}")]
    [InlineData("application/cloudevents+json", Event + "\"type\":\"google.cloud.pubsub.topic.v1.messagePublished\"}")]
    [InlineData("application/cloudevents+json", Event + "\"type\":\"google.cloud.pubsub.topic.v1.messagePublished\",\"data\":\"x\"}")]
    [InlineData("application/cloudevents-batch+json", "[]")]
    public async Task A_request_that_is_not_a_message_is_rejected_and_logged(string contentType, string body)
    {
        await using var function = await StartAsync();
        var content = new StringContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        using var answer = await SendAsync(function, new HttpRequestMessage(HttpMethod.Post, "/") { Content = content });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(handled);
        Assert.True(function.HasLogged("WARNING", "^A delivery was refused: "), function.Log.Text);
    }

    [Fact]
    public async Task Other_callers_are_rejected()
    {
        await using var function = await StartAsync();
        using var other = new TestIssuer();
        AuthenticationHeaderValue?[] tokens =
        [
            null,
            new("Bearer", "x"),
            other.Service(),
            issuer.Service("stranger@test.iam.gserviceaccount.com"),
            issuer.Service(lifetime: -60),
            issuer.Service(audience: "else"),
            issuer.User(),
        ];
        foreach (var token in tokens)
        {
            var request = Delivery.Request("push.json");
            request.Headers.Authorization = token;
            Assert.Equal(HttpStatusCode.Forbidden, (await function.Http.SendAsync(request)).StatusCode);
        }

        Assert.Empty(handled);
    }

    [Fact]
    public async Task Only_POST_delivers_a_message()
    {
        await using var function = await StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await function.Http.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await function.Http.GetAsync("/healthz")).StatusCode);
    }

    private static HttpRequestMessage Push(int attempt, string attributes = "{}") => new(HttpMethod.Post, "/")
    {
        Content = new StringContent(
            $$$"""
            {"message":{"data":"AA==","messageId":"1","attributes":{{{attributes}}}},"subscription":"s","deliveryAttempt":{{{attempt}}}}
            """,
            Encoding.UTF8,
            "application/json"),
    };

    private Task<HttpResponseMessage> SendAsync(TestFunction function, HttpRequestMessage request)
    {
        request.Headers.Authorization = issuer.Service();
        return function.Http.SendAsync(request);
    }

    private void Consume(Func<CancellationToken, Task> handle) => consumer
        .Setup(c => c.HandleAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<MessageContext>(), It.IsAny<CancellationToken>()))
        .Returns((ReadOnlyMemory<byte> _, MessageContext _, CancellationToken ct) => handle(ct));

    private List<Message> ExpectDeadLetters()
    {
        var letters = new List<Message>();
        bus.Setup(b => b.PublishAsync(Topic.DeadLetters, It.IsAny<IReadOnlyList<Message>>(), It.IsAny<CancellationToken>()))
            .Callback((Topic topic, IReadOnlyList<Message> messages, CancellationToken _) =>
            {
                MessageRules.Check(topic, messages);
                letters.AddRange(messages);
            }).Returns(Task.CompletedTask);
        return letters;
    }

    private Task<TestFunction> StartAsync(Subscription? subscription = null, TimeProvider? time = null) =>
        StartAsync(new ConsumerFunction(subscription ?? Recorder, consumer.Object), time);

    private Task<TestFunction> StartAsync(MessageEntryPoint function, TimeProvider? time = null) =>
        TestFunction.StartAsync(function, issuer, services =>
        {
            services.Replace(ServiceDescriptor.Singleton(bus.Object));
            if (time is not null) services.Replace(ServiceDescriptor.Singleton(time));
        });

    private sealed class PlayFunction(IMessageConsumer<Play> consumer)
        : MessageEntryPoint(new FunctionDefinition("plays", Caller.Subscription)
        {
            AddServices = services => services.AddSingleton(consumer),
            Consumer = MessageConsumer.Of<IMessageConsumer<Play>, Play>(Recorder, PlayJson.Default.Play),
        });
}

/// <summary>The body of a message.</summary>
public sealed record Play(string Event);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Play))]
internal sealed partial class PlayJson : JsonSerializerContext;
