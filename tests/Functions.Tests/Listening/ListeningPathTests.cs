using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Local.Database;

namespace Spotify.Functions.Tests.Listening;

/// <summary>Tests of the path from the events of an app to the history, the taste and the charts.</summary>
public sealed class ListeningPathTests
{
    [Fact]
    public async Task Events_become_history_taste_and_charts()
    {
        var time = new ManualTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 2, 0, TimeSpan.Zero));
        SignalingDatabase database = null!;
        await using var server = await LocalServer.StartAsync(builder =>
        {
            builder.Configuration["Charts:FlushDelay"] = "00:00:00";
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.Services.AddSingleton<IDatabase>(services =>
                database = new SignalingDatabase(services.GetRequiredService<SqliteDatabase>()));
        });
        await server.WriteAsync(TestCatalog.Mutations);
        using var ada = await server.SignInAsync("ada");
        var track = $"spotify:track:{TestCatalog.Dawn.Id}";
        var album = $"spotify:album:{TestCatalog.Sunrise.Id}";
        var episode = $"spotify:episode:{TestCatalog.Pilot.Id}";
        var events = $$"""
            {"events":[
              {"id":"1","type":"stream_start","uri":"{{track}}","timestamp":"2026-03-01T11:58:40Z"},
              {"id":"2","type":"stream_end","uri":"{{track}}","timestamp":"2026-03-01T12:02:00Z","played_ms":200000,"duration_ms":200000,
               "end_reason":"completed","context_uri":"{{album}}","device_id":"phone"},
              {"id":"3","type":"stream_start","uri":"{{track}}","timestamp":"2026-03-01T12:02:00Z"},
              {"id":"4","type":"stream_end","uri":"{{episode}}","timestamp":"2026-03-01T11:50:00Z","played_ms":60000,
               "position_ms":600000,"end_reason":"skipped"}]}
            """;
        var written = Task.WhenAll(
            database.WrittenAsync("PlayHistory"), database.WrittenAsync("Tastes"), database.WrittenAsync("ChartWindows"),
            database.WrittenAsync("ResumePoints"));
        using var response = await ada.PostAsync("/v1/events", new StringContent(events, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        await written.WaitAsync(TimeSpan.FromSeconds(30));

        var history = await ItemAsync("/v1/me/player/recently-played", "items");
        Assert.Equal(("Dawn", album), (history.At("track", "name"), history.At("context", "uri")));
        Assert.Equal("Dawn", (await ItemAsync("/v1/me/top/tracks", "items")).At("name"));
        Assert.Equal(TestCatalog.Beyonce.Name, (await ItemAsync("/v1/me/top/artists", "items")).At("name"));
        var stopped = await ada.GetJsonAsync($"/v1/episodes/{TestCatalog.Pilot.Id}");
        Assert.Equal("600000", stopped.At("resume_point", "resume_position_ms"));
        var entry = await ItemAsync("/v1/charts?window=5m", "entries", "items");
        Assert.Equal(("Dawn", "1", "1"), (entry.At("track", "name"), entry.At("plays"), entry.At("live_listeners")));

        async Task<JsonNode> ItemAsync(string path, params string[] members) =>
            Assert.Single(members.Aggregate(await ada.GetJsonAsync(path), (node, member) => node[member]!).AsArray())!;
    }

    /// <summary>A database that tells when rows of a table were written.</summary>
    private sealed class SignalingDatabase(IDatabase database) : IDatabase
    {
        private readonly ConcurrentDictionary<string, TaskCompletionSource> signals = new(StringComparer.Ordinal);

        /// <summary>Completes after the first write to a table.</summary>
        public Task WrittenAsync(string table) => SignalOf(table).Task;

        public Task<Row?> ReadAsync(Table table, Key key, Staleness? staleness, CancellationToken ct) =>
            database.ReadAsync(table, key, staleness, ct);

        public IAsyncEnumerable<Row> QueryAsync(
            Statement statement, Parameters parameters, Staleness? staleness, CancellationToken ct) =>
            database.QueryAsync(statement, parameters, staleness, ct);

        public async Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct)
        {
            await database.CommitAsync(mutations, ct);
            foreach (var mutation in mutations) SignalOf(mutation.Table.Name).TrySetResult();
        }

        public async Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct)
        {
            var tables = new List<string>();
            var result = await database.TransactAsync(
                transaction =>
                {
                    tables.Clear();
                    return body(new Transaction(transaction, tables));
                },
                ct);
            foreach (var table in tables) SignalOf(table).TrySetResult();
            return result;
        }

        private TaskCompletionSource SignalOf(string table) =>
            signals.GetOrAdd(table, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

        private sealed class Transaction(ITransaction transaction, List<string> tables) : ITransaction
        {
            public Task<Row?> ReadAsync(Table table, Key key) => transaction.ReadAsync(table, key);

            public IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters) =>
                transaction.QueryAsync(statement, parameters);

            public void Add(Mutation mutation)
            {
                tables.Add(mutation.Table.Name);
                transaction.Add(mutation);
            }
        }
    }
}
