using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Local.Messages;
using Spotify.Local.Queues;
using Spotify.Local.Tasks;
using Spotify.Web.Functions;
using Spotify.Web.Messages;

namespace Spotify.Local.Tests.Queues;

/// <summary>A temporary queue file with a manual clock.</summary>
internal sealed class QueueHarness : IAsyncDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly List<MessagePump> pumps = [];
    private readonly List<QueueFile> others = [];

    public QueueHarness()
    {
        File = new QueueFile(Path, [], Clock);
        Bus = new SqliteMessageBus(File, new BacklogLimits(), Clock);
        Tasks = new SqliteTaskQueue(File, Clock);
    }

    public ManualTimeProvider Clock { get; } = new();

    public string Path => System.IO.Path.Combine(directory.FullName, "queues.sqlite");

    public QueueFile File { get; }

    public SqliteMessageBus Bus { get; }

    public SqliteTaskQueue Tasks { get; }

    /// <summary>Opens the file a second time, as another process does.</summary>
    public QueueFile OpenOther()
    {
        var other = new QueueFile(Path, [], Clock);
        others.Add(other);
        return other;
    }

    /// <summary>Declares a subscription and delivers to a consumer.</summary>
    public async Task<MessagePump> SubscribeAsync(
        Subscription subscription, IMessageConsumer<ReadOnlyMemory<byte>> consumer, QueueFile? file = null)
    {
        await File.DeclareAsync([subscription]);
        var function = new FunctionDefinition(subscription.Name, Caller.Subscription)
        {
            Consumer = MessageConsumer.OfBytes<IMessageConsumer<ReadOnlyMemory<byte>>>(subscription),
            Timeout = subscription.AckDeadline,
        };
        var services = new ServiceCollection().AddSingleton(consumer).BuildServiceProvider();
        var pump = new MessagePump(file ?? File, [function], services, Clock, NullLogger<MessagePump>.Instance);
        pumps.Add(pump);
        await pump.StartAsync(default);
        return pump;
    }

    /// <summary>Returns the pending deliveries in the order in which they are due.</summary>
    public async Task<IReadOnlyList<Waiting>> WaitingAsync() => await File.WriteAsync(
        session => session.Query(
                """
                SELECT D.Consumer, M.MessageId, M.Body, D.Attempts, D.DueAt
                FROM Deliveries D JOIN Messages M ON M.Number = D.Number
                ORDER BY D.DueAt, D.Number
                """,
                Parameters.None)
            .Select(row => new Waiting(
                row.String("Consumer"),
                row.String("MessageId"),
                row.IsNull("Body") ? "" : System.Text.Encoding.UTF8.GetString(row.Bytes("Body")),
                row.Int32("Attempts"),
                row.Timestamp("DueAt"))).ToList(),
        default);

    /// <summary>Runs a delivery loop.</summary>
    public async Task RunAsync(Consumption consumption, CancellationToken ct)
    {
        using var loop = new DeliveryLoop(File, consumption, Clock, NullLogger.Instance);
        await loop.RunAsync(ct);
    }

    /// <summary>Waits until the pending deliveries satisfy a condition.</summary>
    public async Task WaitUntilAsync(Func<IReadOnlyList<Waiting>, bool> condition)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!condition(await WaitingAsync())) timeout.Token.ThrowIfCancellationRequested();
    }

    public async ValueTask DisposeAsync()
    {
        // Some tests have consumers that never return.
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await Task.WhenAll(pumps.Select(pump => pump.StopAsync(timeout.Token)));
        foreach (var pump in pumps) pump.Dispose();

        foreach (var other in others) other.Dispose();
        File.Dispose();
        directory.Delete(recursive: true);
    }

    internal sealed record Waiting(string Consumer, string Id, string Body, int Attempts, DateTimeOffset DueAt);
}
