using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Catalog.ResumePoints;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.Tests.Playlists;
using Spotify.Local.Database;
using Spotify.Web.Identity;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.ResumePoints;

/// <summary>The resume points in every response with episodes or chapters.</summary>
public sealed class ResumePointResponseTests(ResumePointResponseTests.Fixture fixture) : IClassFixture<ResumePointResponseTests.Fixture>
{
    private const string Search = "/v1/search?q=Pilot&type=episode";

    private readonly LocalServer server = fixture.Server;

    public static TheoryData<string, bool> Responses => new()
    {
        { $"/v1/episodes/{Pilot.Id}", true },
        { $"/v1/episodes?ids={Finale.Id},{Pilot.Id},{Pilot.Id}", true },
        { $"/v1/shows/{Radio.Id}", true },
        { $"/v1/shows/{Radio.Id}/episodes", true },
        { $"/v1/shows/{Radio.Id}/episodes?limit=1&offset=1", true },
        { "/v1/me/episodes", true },
        { Search, false },
        { "playlist", false },
        { $"/v1/chapters/{Chapter.Id}", false },
        { $"/v1/chapters?ids={Chapter.Id}", false },
        { $"/v1/audiobooks/{Book.Id}", false },
        { $"/v1/audiobooks?ids={Book.Id},{Book.Id}", false },
        { $"/v1/audiobooks?ids={string.Join(',', Enumerable.Range(0, 30).Select(Unknown))},{Book.Id}", false },
        { $"/v1/audiobooks/{Book.Id}/chapters", false },
        { "/v1/me/audiobooks", false },
    };

    [Theory]
    [MemberData(nameof(Responses))]
    public async Task Are_those_of_the_viewer(string path, bool requiresScope)
    {
        var own = await PointsAsync(fixture.Ada, path);
        Assert.Contains(own.Keys, uri => uri == Pilot.Uri() || uri == Chapter.Uri());
        foreach (var (uri, point) in own) Assert.Equal(Expected(uri), point);
        Assert.All((await PointsAsync(fixture.Bob, path)).Values, point => Assert.Equal(("false", "0"), point));

        if (requiresScope)
        {
            using var refused = server.WithScopes("ada", (Scopes.All & ~Scopes.UserReadPlaybackPosition).Format());
            await refused.GetErrorAsync(path, HttpStatusCode.Forbidden);
        }
    }

    [Theory]
    [MemberData(nameof(Responses))]
    public async Task Are_left_out_and_not_read_without_the_scope_or_a_user(string path, bool requiresScope)
    {
        if (requiresScope) return;
        using var reader = server.WithScopes("ada", (Scopes.All & ~Scopes.UserReadPlaybackPosition).Format());
        using var app = server.SignInApp();
        var before = fixture.Database.Reads;
        foreach (var client in path.StartsWith("/v1/me/", StringComparison.Ordinal) ? (HttpClient[])[reader] : [reader, app])
            Assert.All((await PointsAsync(client, path)).Values, point => Assert.Equal((null, null), point));
        Assert.Equal(before, fixture.Database.Reads);
    }

    [Fact]
    public async Task Are_read_once_by_a_request()
    {
        var before = fixture.Database.Reads;
        await fixture.Ada.GetJsonAsync($"/v1/episodes?ids={Finale.Id},{Pilot.Id}");
        await fixture.Ada.GetJsonAsync($"/v1/shows/{Radio.Id}");
        await fixture.Ada.GetJsonAsync($"/v1/tracks/{Dawn.Id}");
        Assert.Equal(2, fixture.Database.Reads - before);
    }

    [Fact]
    public async Task Are_in_responses_that_no_shared_cache_may_keep()
    {
        using var response = await fixture.Ada.GetAsync($"/v1/episodes/{Pilot.Id}");
        Assert.DoesNotContain("public", response.Headers.CacheControl?.ToString() ?? "", StringComparison.Ordinal);
        Assert.All(FunctionDefinitions.All.Where(one => one.Name is "catalog" or "library" or "search" or "playlists"),
            one => Assert.False(one.CachedByCdn, one.Name));
    }

    private static string Unknown(int index) => Domain.SpotifyId.FromName($"audiobook {index}");

    private static (string?, string?) Expected(string uri) =>
        uri == Pilot.Uri() ? ("false", "61500") : uri == Chapter.Uri() ? ("true", "0") : ("false", "0");

    // The points of all episodes and chapters of a response, by URI.
    private async Task<Dictionary<string, (string? FullyPlayed, string? PositionMs)>> PointsAsync(HttpClient client, string path)
    {
        var points = new Dictionary<string, (string?, string?)>(StringComparer.Ordinal);
        Collect(await client.GetJsonAsync(path == "playlist" ? $"/v1/playlists/{fixture.Playlist}?additional_types=episode" : path));
        Assert.NotEmpty(points);
        return points;

        void Collect(JsonNode? node)
        {
            if (node is JsonArray array)
                foreach (var item in array) Collect(item);
            if (node is not JsonObject members) return;
            if (members["uri"]?.ToString() is { } uri && members.ContainsKey("html_description") && members.ContainsKey("duration_ms"))
            {
                Assert.True(members["resume_point"] is not null || !members.ContainsKey("resume_point"), $"{path}: null");
                points[uri] = (members.At("resume_point", "fully_played"), members.At("resume_point", "resume_position_ms"));
            }

            foreach (var (_, value) in members) Collect(value);
        }
    }

    /// <summary>A host on which Ada has resume points, and Ada and Bob have saved the same episodes and audiobooks.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        public LocalServer Server { get; private set; } = null!;

        public CountingDatabase Database { get; private set; } = null!;

        public HttpClient Ada { get; private set; } = null!;

        public HttpClient Bob { get; private set; } = null!;

        public string Playlist { get; private set; } = "";

        public async Task InitializeAsync()
        {
            Server = await LocalServer.StartAsync(builder => builder.Services.AddSingleton<IDatabase>(
                services => Database = new CountingDatabase(services.GetRequiredService<SqliteDatabase>())));
            await Server.WriteAsync(Mutations);
            (Ada, Bob) = (await Server.SignInAsync("ada"), await Server.SignInAsync("bob"));
            foreach (var client in (HttpClient[])[Ada, Bob])
            {
                using var episodes = await client.PutAsync($"/v1/me/episodes?ids={Pilot.Id},{Finale.Id}", null);
                using var books = await client.PutAsync($"/v1/me/audiobooks?ids={Book.Id}", null);
                Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (episodes.StatusCode, books.StatusCode));
            }

            using var created = await Ada.PostAsJsonAsync("/v1/me/playlists", new { name = "Talk", @public = true });
            Playlist = (await created.Content.ReadFromJsonAsync<JsonObject>())!.At("id")!;
            using var added = await Ada.PostAsJsonAsync(
                $"/v1/playlists/{Playlist}/items", new { uris = new[] { Pilot.Uri(), Dawn.Uri() } });
            Assert.Equal(HttpStatusCode.Created, added.StatusCode);
            var now = Server.Services.GetRequiredService<TimeProvider>().GetUtcNow();
            await Server.Services.GetRequiredService<ResumePointStore>().WriteAsync(
                "ada", [new ResumePoint(Pilot.Id, 61_500, false, now), ResumePoint.Played(Chapter.Id, now)], default);
        }

        public async Task DisposeAsync()
        {
            Ada.Dispose();
            Bob.Dispose();
            await Server.DisposeAsync();
        }
    }

    /// <summary>A database that counts the reads of resume points.</summary>
    public sealed class CountingDatabase(IDatabase database) : IDatabase
    {
        private int reads;

        /// <summary>The number of reads.</summary>
        public int Reads => reads;

        public Task<Row?> ReadAsync(Table table, Key key, Staleness? staleness, CancellationToken ct) =>
            database.ReadAsync(table, key, staleness, ct);

        public IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters, Staleness? staleness, CancellationToken ct)
        {
            if (statement.Sql.Contains("ResumePoints", StringComparison.Ordinal)) Interlocked.Increment(ref reads);
            return database.QueryAsync(statement, parameters, staleness, ct);
        }

        public Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct) => database.CommitAsync(mutations, ct);

        public Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct) => database.TransactAsync(body, ct);
    }
}
