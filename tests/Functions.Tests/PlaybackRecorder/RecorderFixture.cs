using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Events;
using Spotify.Fixtures;

namespace Spotify.Functions.Tests.PlaybackRecorder;

/// <summary>A host with the test catalog whose recorder publishes to <see cref="Bus"/>.</summary>
public sealed class RecorderFixture : IAsyncLifetime
{
    private static readonly WarehouseStatement PlaysOf = new(
        """
        SELECT event_id, market, playable_id, artist_ids, ended_at, received_at, played_ms, duration_ms, end_reason, engagement,
          context_uri, device_id, app_id, is_private
        FROM plays_once WHERE date > @from AND listener_id = @listener ORDER BY event_id
        """,
        ("from", ColumnType.Date), ("listener", ColumnType.String));

    private static readonly WarehouseStatement AdsOf = new(
        "SELECT event_id, ad_uri, received_at FROM ad_impressions_once WHERE date > @from AND listener_id = @listener ORDER BY event_id",
        ("from", ColumnType.Date), ("listener", ColumnType.String));

    private static readonly WarehouseStatement ChangesOf = new(
        """
        SELECT event_id, kind, item_type, item_id, playlist_uri FROM library_changes_once
        WHERE date > @from AND listener_id = @listener ORDER BY changed_at, item_id
        """,
        ("from", ColumnType.Date), ("listener", ColumnType.String));

    public LocalServer Server { get; private set; } = null!;

    /// <summary>The bus of the host.</summary>
    public CapturingBus Bus { get; } = new();

    public IDatabase Database => Server.Database;

    public IWarehouse Warehouse => Server.Services.GetRequiredService<IWarehouse>();

    public Functions.PlaybackRecorder.PlaybackRecorder Recorder =>
        Server.Services.GetRequiredService<Functions.PlaybackRecorder.PlaybackRecorder>();

    public async Task InitializeAsync()
    {
        Server = await LocalServer.StartAsync(builder => builder.Services.AddSingleton<IMessageBus>(Bus));
        await Server.WriteAsync(TestCatalog.Mutations);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    public static MessageContext Message(string id = "message") => new(id, DateTimeOffset.UtcNow, new Dictionary<string, string>());

    public Task HandleAsync(EventBatch batch) => Recorder.HandleAsync(batch, Message(), default);

    /// <summary>Returns the rows of a user's history, by event id.</summary>
    public async Task<IReadOnlyList<Row>> HistoryAsync(string userId) => await Database.QueryAsync(
        new Statement(
            """
            SELECT EventId, PlayedAt, Type, PlayableId, PlayedMs, DurationMs, EndReason, Engagement, IsListed, ContextUri
            FROM PlayHistory WHERE UserId = @user ORDER BY EventId
            """,
            ("user", ColumnType.String)),
        new Parameters { { "user", userId } }, null, default).ToListAsync();

    /// <summary>Returns the offline plays of a user, by event id.</summary>
    public async Task<IReadOnlyList<Row>> OfflinePlaysAsync(string userId) => await Database.QueryAsync(
        new Statement("SELECT * FROM OfflinePlays WHERE UserId = @user ORDER BY EventId", ("user", ColumnType.String)),
        new Parameters { { "user", userId } }, null, default).ToListAsync();

    public async Task<string?> ListenerIdAsync(string userId) =>
        (await Database.ReadAsync(Schema.Current.Table("Listeners"), new Key(userId), null, default))?.String("ListenerId");

    public Task<IReadOnlyList<Row>> WarehousePlaysAsync(string userId) => OfWarehouseAsync(PlaysOf, userId);

    public Task<IReadOnlyList<Row>> WarehouseAdsAsync(string userId) => OfWarehouseAsync(AdsOf, userId);

    public Task<IReadOnlyList<Row>> WarehouseChangesAsync(string userId) => OfWarehouseAsync(ChangesOf, userId);

    private async Task<IReadOnlyList<Row>> OfWarehouseAsync(WarehouseStatement statement, string userId)
    {
        var parameters = new Parameters { { "from", new DateOnly(2020, 1, 1) }, { "listener", await ListenerIdAsync(userId) } };
        return await Warehouse.QueryAsync(statement, parameters, default).ToListAsync();
    }
}

/// <summary>A bus that keeps messages and fails on demand.</summary>
public sealed class CapturingBus : IMessageBus
{
    private readonly ConcurrentQueue<(Topic Topic, Message Message)> published = [];
    private int failures;

    /// <summary>Makes the next calls fail.</summary>
    public void FailNext(int calls = 1) => Interlocked.Exchange(ref failures, calls);

    public Task PublishAsync(Topic topic, IReadOnlyList<Message> messages, CancellationToken ct)
    {
        if (Interlocked.Decrement(ref failures) >= 0) throw new IOException("The bus is not available.");
        foreach (var message in messages) published.Enqueue((topic, message));
        return Task.CompletedTask;
    }

    /// <summary>Returns the taste updates of a user that were published, in order.</summary>
    public IReadOnlyList<TasteUpdate> UpdatesOf(string userId) =>
        [.. Of(Topic.TasteUpdates, EventJson.Default.TasteUpdate).Where(update => update.UserId == userId)];

    /// <summary>Returns the library changes of a user that were published, by message.</summary>
    public IReadOnlyList<IReadOnlyList<LibraryChange>> ChangesOf(string userId) =>
        [.. Of(Topic.PlaybackEvents, EventJson.Default.EventBatch).Where(batch => batch.UserId == userId).Select(batch => batch.Changes)];

    private IEnumerable<T> Of<T>(Topic topic, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> json) => published
        .Where(one => one.Topic == topic)
        .Select(one => JsonSerializer.Deserialize(one.Message.Body.Span, json)!);
}
