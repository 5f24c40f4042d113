using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Catalog.Contexts;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.Tests.Playlists;
using Spotify.Local.Database;
using Spotify.Player;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.Playback;

/// <summary>Tests that prefetch follows the order in which the player plays a context.</summary>
public sealed class PrefetchTests(PrefetchTests.Fixture fixture) : IClassFixture<PrefetchTests.Fixture>
{
    private const int Count = 30;

    private static readonly DateTimeOffset Now = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly ContextListener Reader = new("ada", "SE", ExplicitFilter: false, MayReadPrivate: true);
    private static readonly Album Box = NewAlbum("Box", "album", "2020", Zebra);

    private static readonly List<Playable> Tracks =
    [
        .. Enumerable.Range(0, Count).Select(i => NewTrack(Box, i + 1, $"Track {i}", i % 2 == 0 ? Zebra : Beyonce) with
        {
            Rights = new Rights(i % 10 == 3 ? MarketSet.Of("US") : MarketSet.Everywhere, null, null),
        }),
    ];

    private static readonly string Audio = EncodingList.Format([new AudioEncoding(Codec.Vorbis, AudioQuality.High, 160, 1)]);

    private readonly HttpClient ada = fixture.Ada;
    private readonly ContextReader contexts = fixture.Server.Services.GetRequiredService<ContextReader>();

    public sealed class Fixture : IAsyncLifetime
    {
        public LocalServer Server { get; private set; } = null!;

        public HttpClient Ada { get; private set; } = null!;

        public InterceptedDatabase Database { get; private set; } = null!;

        /// <summary>The prefetch has 20 ms of this clock, which stands still, so that a slow machine changes no result.</summary>
        public ManualTimeProvider Clock { get; } = new(Now);

        public async Task InitializeAsync()
        {
            Server = await LocalServer.StartAsync(builder =>
            {
                builder.UseClock(Clock);
                builder.Services.AddSingleton<IDatabase>(
                    provider => Database = new InterceptedDatabase(provider.GetRequiredService<SqliteDatabase>()));
            });
            await Server.WriteAsync(
            [
                .. Mutations, .. CatalogWriter.Write(Box),
                .. Tracks.SelectMany(track => CatalogWriter.Write(track, Box.Name)),
                .. Tracks.Select(track => CatalogWriter.WriteAudio(track.Id, "rev", Audio, 0, null)),
            ]);
            Ada = await Server.SignInAsync("ada");
        }

        public async Task DisposeAsync()
        {
            Ada.Dispose();
            await Server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_shuffled_context_has_the_next_items_that_the_client_names()
    {
        var playlist = $"spotify:playlist:{await CreateAsync(Tracks)}";
        foreach (var uri in (string[])[$"spotify:album:{Box.Id}", playlist])
        {
            Assert.True(PlayContext.TryParse(uri, "ada", out var context));
            var window = (await contexts.StartAsync(Reader, context, null, 42, default))!;
            var next = window.Next.Skip(5).Take(3).Select(item => item.Uri).ToList();
            var ids = next.Select(one => one.Split(':')[2]);
            Assert.Equal(next, await NextAsync(window.Item!.Uri, $"context_uri={uri}&next={string.Join(',', next)}"));
            Assert.Equal(next, await NextAsync(window.Item.Uri, $"context_uri={uri}&offset=3&key=x&next={string.Join("%2C", ids)}"));
            Assert.Equal(next, await NextAsync(window.Item.Uri, $"next={string.Join(',', next)}"));
        }
    }

    [Fact]
    public async Task Items_that_are_named_are_left_out_if_the_listener_may_not_play_them()
    {
        // Track 3 is not available in Sweden, and the last one has no audio.
        var (missing, silent) = (SpotifyId.FromName("missing"), Pilot.Id);
        Assert.Equal(Uris(Tracks[9]), await NextAsync(Uri(Tracks[0]), $"next={Tracks[3].Id},{Tracks[9].Id},{missing}"));
        Assert.Equal(Uris(Tracks[9]), await NextAsync(Uri(Tracks[0]), $"next=spotify:episode:{silent},{Uri(Tracks[9])}"));
        Assert.Empty(await NextAsync(Uri(Tracks[0]), $"next=spotify:episode:{Tracks[9].Id}"));
        Assert.Equal(Uris(Tracks[9], Tracks[0]), await NextAsync(Uri(Tracks[0]), $"next={Tracks[9].Id},{Tracks[9].Id},{Tracks[0].Id}"));
    }

    [Fact]
    public async Task Named_items_are_read_by_id()
    {
        var query = $"context_uri=spotify:album:{Box.Id}&next={Tracks[7].Id},{Tracks[2].Id},{Tracks[5].Id}";
        var (before, rows) = (fixture.Database.RoundTrips.Reads, fixture.Database.Rows);
        Assert.Equal(3, (await NextAsync(Uri(Tracks[0]), query)).Count);
        Assert.InRange(fixture.Database.RoundTrips.Reads - before, 1, 2);
        Assert.InRange(fixture.Database.Rows - rows, 1, 4);
    }

    [Fact]
    public async Task The_end_of_the_time_for_the_next_items_is_no_warning()
    {
        using var log = new WarningLog();
        var clock = new ManualTimeProvider(Now);
        SlowDatabase? database = null;
        await using var server = await LocalServer.StartAsync(builder =>
        {
            builder.UseClock(clock);
            builder.Logging.AddProvider(log);
            builder.Services.AddSingleton<IDatabase>(
                provider => database = new SlowDatabase(provider.GetRequiredService<SqliteDatabase>(), clock));
        });
        await server.WriteAsync([
            .. Mutations,
            CatalogWriter.WriteAudio(Dawn.Id, "rev", Audio, 0, null),
        ]);
        using var client = await server.SignInAsync("ada");
        database!.IsSlow = true;
        Assert.Empty(await NextAsync(Uri(Dawn), $"context_uri=spotify:album:{Sunrise.Id}", client));
        Assert.Empty(await NextAsync(Uri(Dawn), $"next={Duet.Id}", client));
        Assert.Empty(log.Warnings);
        database.IsBroken = true;
        Assert.Empty(await NextAsync(Uri(Dawn), $"next={Duet.Id}", client));
        Assert.Contains("could not be read", Assert.Single(log.Warnings));
    }

    [Fact]
    public async Task A_track_that_occurs_twice_is_found_by_its_key_or_position()
    {
        var id = await CreateAsync([Tracks[0], Tracks[1], Tracks[0], Tracks[2], Tracks[4], Tracks[5]]);
        var uri = $"spotify:playlist:{id}";
        Assert.True(PlayContext.TryParse(uri, "ada", out var context));
        var window = (await contexts.StartAsync(Reader, context, new ContextOffset.Position(2), null, default))!;
        Assert.Equal(Uris(Tracks[2], Tracks[4], Tracks[5]), await NextAsync(Uri(Tracks[0]), $"context_uri={uri}&key={window.Item!.Key}"));
        Assert.Equal(Uris(Tracks[2], Tracks[4], Tracks[5]), await NextAsync(Uri(Tracks[0]), $"context_uri={uri}&offset=2"));
        Assert.Equal(Uris(Tracks[1], Tracks[0], Tracks[2]), await NextAsync(Uri(Tracks[0]), $"context_uri={uri}"));
    }

    [Fact]
    public async Task A_track_of_an_artist_does_not_follow_itself_after_its_popularity_has_fallen()
    {
        // Some of her tracks are not available in Sweden.
        var tracks = Tracks.Where((_, i) => i % 2 == 1 && i % 10 != 3).OrderBy(track => track.Id, StringComparer.Ordinal).ToList();
        var key = ContextKey.OfArtist(1, tracks[0].Id);
        Assert.Equal(
            Uris(tracks.Skip(1).Take(3)), await NextAsync(Uri(tracks[0]), $"context_uri=spotify:artist:{Beyonce.Id}&key={key}"));
    }

    [Fact]
    public async Task Liked_songs_are_prefetched_for_tokens_that_may_read_the_library()
    {
        using var fan = await fixture.Server.SignInAsync("fan");
        foreach (var track in Tracks.Take(6))
        {
            fixture.Clock.Advance(TimeSpan.FromSeconds(1));
            (await fan.PutAsync($"/v1/me/tracks?ids={track.Id}", null)).EnsureSuccessStatusCode();
        }

        using var player = fixture.Server.WithScopes("fan", "streaming");
        using var reader = fixture.Server.WithScopes("fan", "streaming user-library-read");
        foreach (var uri in (string[])["spotify:collection", "spotify:user:fan:collection"])
        {
            // Track 3 is not available in Sweden.
            Assert.Equal(Uris(Tracks[4], Tracks[2], Tracks[1]), await NextAsync(Uri(Tracks[5]), $"context_uri={uri}", reader));
            Assert.Equal(Uris(Tracks[1], Tracks[0]), await NextAsync(Uri(Tracks[5]), $"context_uri={uri}&offset=3", reader));
            Assert.Empty(await NextAsync(Uri(Tracks[5]), $"context_uri={uri}", player));
            Assert.Equal(Uris(Tracks[9]), await NextAsync(Uri(Tracks[5]), $"context_uri={uri}&next={Tracks[9].Id}", player));
        }

        await ada.GetErrorAsync($"/v1/playback/tracks/{Tracks[0].Id}?context_uri=spotify:user:fan:collection", HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("next=x")]
    [InlineData("next=,")]
    [InlineData("next=4uLU6hMCjMI75M1A2tKUQC,")]
    [InlineData("next=spotify:track:x")]
    [InlineData("next=spotify:album:4uLU6hMCjMI75M1A2tKUQC")]
    [InlineData("next=4uLU6hMCjMI75M1A2tKUQC,4uLU6hMCjMI75M1A2tKUQ1,4uLU6hMCjMI75M1A2tKUQ2,4uLU6hMCjMI75M1A2tKUQ3")]
    [InlineData("context_uri=spotify:user:bob:collection")]
    [InlineData("context_uri=spotify:user:ada")]
    public async Task Bad_requests_return_400_with_the_problem(string query)
    {
        var message = await ada.GetErrorAsync($"/v1/playback/tracks/{Tracks[0].Id}?{query}", HttpStatusCode.BadRequest);
        Assert.Contains(query.Split('=')[0], message);
    }

    [Fact]
    public async Task Long_keys_are_bad_requests()
    {
        var path = $"/v1/playback/tracks/{Tracks[0].Id}?context_uri=spotify:album:{Box.Id}&key=";
        await ada.GetJsonAsync(path + new string('x', 300));
        Assert.Contains("key", await ada.GetErrorAsync(path + new string('x', 301), HttpStatusCode.BadRequest));
    }

    private static string Uri(Playable track) => $"spotify:track:{track.Id}";

    private static IEnumerable<string> Uris(params IEnumerable<Playable> tracks) => tracks.Select(Uri);

    private async Task<List<string>> NextAsync(string uri, string query, HttpClient? client = null)
    {
        var answer = await (client ?? ada).GetJsonAsync($"/v1/playback/tracks/{uri.Split(':')[2]}?{query}");
        return [.. answer["prefetch"]!.AsArray().Select(next => next!.At("uri")!)];
    }

    private async Task<string> CreateAsync(IEnumerable<Playable> tracks, bool isPublic = true)
    {
        var id = await ada.CreateAsync(new { name = "Mine", @public = isPublic });
        await ada.AddAsync(id, [.. tracks]);
        return id;
    }

    /// <summary>A database whose queries of lists and of contexts take longer than the time for the next items, or fail.</summary>
    private sealed class SlowDatabase(IDatabase database, ManualTimeProvider clock) : IDatabase
    {
        public bool IsSlow { get; set; }

        public bool IsBroken { get; set; }

        public Task<Row?> ReadAsync(Table table, Key key, Staleness? staleness, CancellationToken ct) =>
            database.ReadAsync(table, key, staleness, ct);

        public IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters, Staleness? staleness, CancellationToken ct)
        {
            // The authorization of the current item is the query of a user.
            if (IsSlow && !statement.Sql.Contains("@user", StringComparison.Ordinal))
            {
                if (IsBroken) throw new IOException("broken");
                clock.Advance(TimeSpan.FromSeconds(1));
            }

            return database.QueryAsync(statement, parameters, staleness, ct);
        }

        public Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct) => database.CommitAsync(mutations, ct);

        public Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct) => database.TransactAsync(body, ct);
    }

    private sealed class WarningLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> warnings = new();

        public IReadOnlyCollection<string> Warnings => warnings;

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) warnings.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
