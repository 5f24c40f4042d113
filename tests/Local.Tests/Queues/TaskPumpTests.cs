using System.Text;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Local.Queues;
using Spotify.Local.Tasks;
using Spotify.Web.Functions;
using Spotify.Web.Messages;
using Spotify.Web.Tasks;

namespace Spotify.Local.Tests.Queues;

/// <summary>Tests of the delivery of tasks to functions over HTTP.</summary>
public sealed class TaskPumpTests
{
    private static readonly TimeSpan TestTimeout = TimeSpan.FromSeconds(60);

    private static readonly Queue Batches = new("playlist-batches", "/tasks/playlist-batches")
    {
        MinBackoff = TimeSpan.Zero,
        MaxBackoff = TimeSpan.Zero,
        MaxAttempts = 3,
    };

    [Fact]
    public async Task A_task_is_a_POST_with_the_headers_of_Cloud_Tasks()
    {
        var requests =
            Channel.CreateUnbounded<(string Method, string Type, string Queue, string Name, string Retries, bool Token, string Body)>();
        await using var server = await LocalServer.StartAsync(functions: Function(routes => routes.Map(Batches.Path, async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var headers = context.Request.Headers;
            await requests.Writer.WriteAsync((
                context.Request.Method, context.Request.ContentType!,
                headers["X-CloudTasks-QueueName"]!, headers["X-CloudTasks-TaskName"]!, headers["X-CloudTasks-TaskRetryCount"]!,
                headers.Authorization.ToString().StartsWith("Bearer ey", StringComparison.Ordinal), await reader.ReadToEndAsync()));
            context.Response.StatusCode = headers["X-CloudTasks-TaskRetryCount"] == "0" ? 503 : 200;
        })));
        var body = """{"users":["ada"]}""";
        await EnqueueAsync(server, new TaskRequest(Encoding.UTF8.GetBytes(body)) { Name = "week-1" });

        Assert.Equal(("POST", "application/json", "playlist-batches", "week-1", "0", true, body), await NextAsync(requests));
        Assert.Equal(("POST", "application/json", "playlist-batches", "week-1", "1", true, body), await NextAsync(requests));
    }

    [Fact]
    public async Task A_function_receives_its_tasks_with_a_token_that_it_accepts()
    {
        var bodies = Channel.CreateUnbounded<string>();
        await using var server = await LocalServer.StartAsync(
            Handle((batch, _) => bodies.Writer.WriteAsync(string.Join(',', batch.Users)).AsTask()), functions: Function(Map));
        await EnqueueAsync(server, new TaskRequest("""{"Users":["ada","bob"]}"""u8.ToArray()));
        Assert.Equal("ada,bob", await NextAsync(bodies));
    }

    [Fact]
    public async Task Tasks_that_fail_too_often_and_poison_tasks_are_dead_letters()
    {
        var letters = new Letters();
        var tries = 0;
        await using var server = await LocalServer.StartAsync(
            Handle((_, _) => throw new InvalidOperationException($"down {Interlocked.Increment(ref tries)}"))
                + (builder => builder.Services.AddSingleton(letters)),
            functions: [Function(Map), Letters.Function]);
        await EnqueueAsync(server, new TaskRequest("""{"Users":["ada"]}"""u8.ToArray()) { Name = "failing" });
        var failed = await NextAsync(letters.Received);
        Assert.Equal(("playlist-batches", "InvalidOperationException: down 3", "failing"),
            (failed.Attributes[DeadLetter.Source], failed.Attributes[DeadLetter.Reason], failed.Attributes[DeadLetter.MessageId]));
        Assert.Equal("""{"Users":["ada"]}"""u8.ToArray(), failed.Body.ToArray());

        await EnqueueAsync(server, new TaskRequest("""{"Users":3}"""u8.ToArray()) { Name = "poison" });
        var poison = await NextAsync(letters.Received);
        Assert.Equal("poison", poison.Attributes[DeadLetter.MessageId]);
        Assert.Contains("$.Users", poison.Attributes[DeadLetter.Reason]);
        Assert.Equal(3, tries);
    }

    [Fact]
    public async Task A_task_without_an_endpoint_is_a_dead_letter()
    {
        var letters = new Letters();
        await using var server = await LocalServer.StartAsync(
            builder => builder.Services.AddSingleton(letters),
            functions: [
                Function(routes => routes.Map(Batches.Path, context =>
                {
                    context.Response.StatusCode = 404;
                    return Task.CompletedTask;
                })),
                Letters.Function,
            ]);
        await EnqueueAsync(server, new TaskRequest("1"u8.ToArray()) { Name = "a" });
        var letter = await NextAsync(letters.Received);
        Assert.Equal("HttpRequestException: /tasks/playlist-batches answered 404.", letter.Attributes[DeadLetter.Reason]);
    }

    [Fact]
    public async Task An_attempt_beyond_its_deadline_is_canceled_and_retried()
    {
        var clock = new ManualTimeProvider();
        var tries = Channel.CreateUnbounded<int>();
        var count = 0;
        await using var server = await LocalServer.StartAsync(
            Handle(async (_, ct) =>
            {
                await tries.Writer.WriteAsync(Interlocked.Increment(ref count), CancellationToken.None);
                if (count == 1) await Task.Delay(Timeout.Infinite, ct);
            }) + (builder => builder.Services.AddSingleton<TimeProvider>(clock)),
            functions: Function(Map));
        await EnqueueAsync(server, new TaskRequest("""{"Users":[]}"""u8.ToArray()));
        Assert.Equal(1, await NextAsync(tries));
        clock.Advance(Batches.Deadline);
        Assert.Equal(2, await NextAsync(tries));
    }

    [Fact]
    public async Task Stopping_during_a_task_returns_it_to_the_queue()
    {
        var data = Directory.CreateTempSubdirectory("spotify-");
        try
        {
            var started = new TaskCompletionSource();
            await using (var server = await LocalServer.StartAsync(
                Handle(async (_, ct) =>
                {
                    started.TrySetResult();
                    await Task.Delay(Timeout.Infinite, ct);
                }),
                data.FullName,
                functions: Function(Map)))
            {
                await EnqueueAsync(server, new TaskRequest("""{"Users":["ada"]}"""u8.ToArray()));
                await started.Task.WaitAsync(TestTimeout);
                await server.StopAsync();
            }

            var bodies = Channel.CreateUnbounded<string>();
            using (var file = new QueueFile(new DataDirectory(data.FullName).Queues, [], TimeProvider.System))
            {
                var attempts = await file.WriteAsync(
                    session => session.Query("SELECT Attempts FROM Deliveries", Parameters.None).Single().Int32("Attempts"), default);
                Assert.Equal(0, attempts);
            }

            await using var again = await LocalServer.StartAsync(
                Handle((batch, _) => bodies.Writer.WriteAsync(batch.Users.Single()).AsTask()), data.FullName, functions: Function(Map));
            Assert.Equal("ada", await NextAsync(bodies));
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080/")]
    [InlineData("http://[::1]:8080", "http://[::1]:8080/")]
    [InlineData("http://0.0.0.0:80", "http://localhost/")]
    [InlineData("http://[::]:8080", "http://localhost:8080/")]
    [InlineData("http://*:8080", "http://localhost:8080/")]
    [InlineData("http://+:8080", "http://localhost:8080/")]
    [InlineData("http://music.local:8080", "http://music.local:8080/")]
    public void A_host_reaches_itself_at_every_listening_address(string listening, string address) =>
        Assert.Equal(address, ServiceClient.OwnAddress(listening).AbsoluteUri);

    private static Action<WebApplicationBuilder> Handle(Func<Batch, CancellationToken, Task> handle) =>
        builder => builder.Services.AddSingleton(handle);

    private static FunctionDefinition Function(Action<IEndpointRouteBuilder> map) =>
        new("playlist-batches", Caller.Tasks) { MapRoutes = map, Queue = Batches, Timeout = TimeSpan.FromMinutes(10) };

    private static void Map(IEndpointRouteBuilder routes) =>
        routes.MapTask(
            Batches,
            BatchJson.Default.Batch,
            (Func<Batch, CancellationToken, Task> handle, Batch batch, CancellationToken ct) => handle(batch, ct));

    private static Task EnqueueAsync(LocalServer server, TaskRequest task) =>
        server.Services.GetRequiredService<ITaskQueue>().EnqueueAsync(Batches, [task], default);

    private static async Task<T> NextAsync<T>(Channel<T> channel)
    {
        using var timeout = new CancellationTokenSource(TestTimeout);
        return await channel.Reader.ReadAsync(timeout.Token);
    }

    private sealed class Letters : IMessageConsumer<ReadOnlyMemory<byte>>
    {
        public static FunctionDefinition Function { get; } = new("letters", Caller.Subscription)
        {
            Consumer = MessageConsumer.OfBytes<Letters>(new Subscription("letters", Topic.DeadLetters)),
        };

        public Channel<Message> Received { get; } = Channel.CreateUnbounded<Message>();

        public Task HandleAsync(ReadOnlyMemory<byte> body, MessageContext message, CancellationToken ct) =>
            Received.Writer.WriteAsync(new Message(body, message.Attributes) { Id = message.Id }, ct).AsTask();
    }
}

internal sealed record Batch(string[] Users);

[JsonSerializable(typeof(Batch))]
internal sealed partial class BatchJson : JsonSerializerContext;
