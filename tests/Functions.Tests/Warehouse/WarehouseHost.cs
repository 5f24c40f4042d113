using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Events;
using Spotify.Fixtures;
using Spotify.Local.Identity;

namespace Spotify.Functions.Tests.Warehouse;

/// <summary>A host whose scheduled functions tests call, with a warehouse that tests fill, and a clock.</summary>
public sealed class WarehouseHost : IAsyncDisposable
{
    private static readonly WarehouseTable Plays = WarehouseSchema.Current.Table("plays");
    private static readonly WarehouseTable Changes = WarehouseSchema.Current.Table("library_changes");

    private readonly LocalServer server;
    private readonly List<WarehouseRow> plays = [];
    private int events;

    private WarehouseHost(LocalServer server, ManualTimeProvider clock) => (this.server, Clock) = (server, clock);

    /// <summary>The clock. Starts on 2026-12-02 at 04:00.</summary>
    public ManualTimeProvider Clock { get; }

    public IWarehouse Warehouse => server.Services.GetRequiredService<IWarehouse>();

    public IDatabase Database => server.Database;

    public IServiceProvider Services => server.Services;

    public IObjectStore Store => server.Services.GetRequiredService<IObjectStore>();

    public static async Task<WarehouseHost> StartAsync()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 12, 2, 4, 0, 0, TimeSpan.Zero));
        var server = await LocalServer.StartAsync(builder => builder.UseClock(clock));
        return new WarehouseHost(server, clock);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    /// <summary>Returns an id of 22 characters.</summary>
    public static string Id(string name) => SpotifyId.FromName(name);

    /// <summary>Adds a play that <see cref="FlushAsync"/> appends.</summary>
    public void Play(
        string listener,
        string track,
        DateTimeOffset ended,
        double seconds,
        double? duration = null,
        EndReason? reason = null,
        string market = "SE",
        string? device = null,
        string? artists = null,
        string type = "track",
        string? id = null,
        string? context = null)
    {
        var (playedMs, durationMs) = ((long)(seconds * 1000), (long)((duration ?? seconds) * 1000));
        var end = reason ?? (playedMs >= durationMs ? EndReason.Completed : EndReason.Skipped);
        plays.Add(Plays.Row(
            ended,
            ("event_id", id ?? $"event-{++events}"), ("listener_id", Id(listener)), ("market", market), ("type", type),
            ("playable_id", Id(track)), ("artist_ids", artists ?? Id($"artist of {track}")), ("ended_at", ended), ("received_at", ended),
            ("played_ms", playedMs), ("duration_ms", durationMs), ("end_reason", end.ToString().ToLowerInvariant()),
            ("engagement", (long)Engagement.Of(end, playedMs, durationMs)), ("device_id", device ?? $"device of {listener}"),
            ("context_uri", context), ("is_private", false)));
    }

    /// <summary>Appends the plays that were added.</summary>
    public async Task FlushAsync()
    {
        await Warehouse.AppendAsync(Plays, [.. plays], default);
        plays.Clear();
    }

    /// <summary>Appends a save.</summary>
    public Task SaveAsync(string listener, string type, string item, DateTimeOffset at, string market = "SE", string? id = null) =>
        Warehouse.AppendAsync(
            Changes,
            [
                Changes.Row(
                    at,
                    ("event_id", id ?? $"change-{++events}"), ("listener_id", Id(listener)), ("market", market), ("kind", "saved"),
                    ("item_type", type), ("item_id", Id(item)), ("changed_at", at), ("received_at", at)),
            ],
            default);

    /// <summary>Calls a scheduled function.</summary>
    public async Task<JsonObject> CallAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Authorization = new("Bearer", server.Services.GetRequiredService<ServiceTokens>().Issue());
        using var response = await server.Http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    public async Task<List<Row>> QueryAsync(string sql) =>
        await Warehouse.QueryAsync(new WarehouseStatement(sql), Parameters.None, default).ToListAsync();
}
