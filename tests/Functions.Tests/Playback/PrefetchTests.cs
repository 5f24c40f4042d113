using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Catalog.Contexts;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Functions.Tests.Playlists;
using Spotify.Player;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.Playback;

/// <summary>Tests that prefetch follows the order in which the player plays a context.</summary>
public sealed class PrefetchTests(PrefetchTests.Fixture fixture) : IClassFixture<PrefetchTests.Fixture>
{
    private const int Count = 30;

    private static readonly ContextListener Reader = new("ada", "SE", ExplicitFilter: false, MayReadPrivate: true);
    private static readonly Album Box = NewAlbum("Box", "album", "2020", Zebra);

    private static readonly List<Playable> Tracks =
    [
        .. Enumerable.Range(0, Count).Select(i => NewTrack(Box, i + 1, $"Track {i}", i % 2 == 0 ? Zebra : Beyonce) with
        {
            Rights = new Rights(i % 10 == 3 ? MarketSet.Of("US") : MarketSet.Everywhere, null, null),
        }),
    ];

    private readonly HttpClient ada = fixture.Ada;
    private readonly ContextReader contexts = fixture.Server.Services.GetRequiredService<ContextReader>();

    public sealed class Fixture : IAsyncLifetime
    {
        public LocalServer Server { get; private set; } = null!;

        public HttpClient Ada { get; private set; } = null!;

        /// <summary>The prefetch has 20 ms of this clock, which stands still, so that a slow machine changes no result.</summary>
        public ManualTimeProvider Clock { get; } = new(DateTimeOffset.UtcNow);

        public async Task InitializeAsync()
        {
            Server = await LocalServer.StartAsync(builder => builder.UseClock(Clock));
            await Server.WriteAsync(
            [
                .. Mutations, .. CatalogWriter.Write(Box),
                .. Tracks.SelectMany(track => CatalogWriter.Write(track, Box.Name)),
                .. Tracks.Select(track => CatalogWriter.WriteAudio(
                    track.Id, "rev", EncodingList.Format([new AudioEncoding(Codec.Vorbis, AudioQuality.High, 160, 1)]), 0, null)),
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
    public async Task A_shuffled_context_has_the_order_of_the_player()
    {
        var playlist = $"spotify:playlist:{await CreateAsync(Tracks)}";
        foreach (var uri in (string[])[$"spotify:album:{Box.Id}", playlist])
        {
            foreach (var seed in (long[])[0, 42, ShuffleOrder.MaxSeed])
            {
                var order = await OrderAsync(uri, seed);
                Assert.Equal(Count - 3, order.Count);
                for (var i = 0; i < order.Count; i++)
                {
                    var next = await NextAsync(order[i].Uri, $"context_uri={uri}&shuffle_seed={seed}");
                    Assert.Equal(order.Skip(i + 1).Take(3).Select(item => item.Uri), next);
                }
            }
        }
    }

    [Fact]
    public async Task A_shuffled_context_that_was_started_at_an_item_follows_with_the_start_of_the_order()
    {
        var uri = $"spotify:album:{Box.Id}";
        Assert.True(PlayContext.TryParse(uri, "ada", out var context));
        var window = (await contexts.StartAsync(Reader, context, new ContextOffset.Item(Tracks[12].Id), 42, default))!;
        var played = new[] { window.Item! }.Concat(window.Next).ToList();
        for (var i = 0; i < played.Count; i++)
        {
            var query = $"context_uri={uri}&shuffle_seed=42&key={played[i].Key}&shuffle_start={window.Item!.Key}";
            Assert.Equal(played.Skip(i + 1).Take(3).Select(item => item.Uri), await NextAsync(played[i].Uri, query));
        }
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

        var order = await OrderAsync(uri, 7);
        foreach (var (i, item) in order.Index())
        {
            var expected = order.Skip(i + 1).Take(3).Select(one => one.Uri);
            Assert.Equal(expected, await NextAsync(item.Uri, $"context_uri={uri}&shuffle_seed=7&key={item.Key}"));
        }

        // The position is that in the playlist itself.
        var second = order.FindIndex(item => item.Key == window.Item.Key);
        Assert.Equal(
            order.Skip(second + 1).Take(3).Select(one => one.Uri),
            await NextAsync(Uri(Tracks[0]), $"context_uri={uri}&shuffle_seed=7&offset=2"));
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

            var order = await OrderAsync(uri, 1, "fan");
            Assert.Equal(5, order.Count);
            Assert.Equal(
                order.Skip(1).Take(3).Select(item => item.Uri),
                await NextAsync(order[0].Uri, $"context_uri={uri}&shuffle_seed=1", reader));
        }

        await ada.GetErrorAsync($"/v1/playback/tracks/{Tracks[0].Id}?context_uri=spotify:user:fan:collection", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_shuffled_private_playlist_has_no_prefetch_for_strangers()
    {
        var id = await CreateAsync(Tracks, isPublic: false);
        var query = $"context_uri=spotify:playlist:{id}&shuffle_seed=1&offset=0";
        using var stranger = await fixture.Server.SignInAsync("stranger");
        using var player = fixture.Server.WithScopes("ada", "streaming");
        Assert.Equal(3, (await NextAsync(Uri(Tracks[0]), query)).Count);
        Assert.Empty(await NextAsync(Uri(Tracks[0]), query, stranger));
        Assert.Empty(await NextAsync(Uri(Tracks[0]), query, player));
    }

    [Fact]
    public async Task An_item_that_is_not_in_the_shuffled_context_has_no_prefetch()
    {
        var id = await CreateAsync(Tracks.Take(3));
        Assert.Empty(await NextAsync(Uri(Tracks[9]), $"context_uri=spotify:playlist:{id}&shuffle_seed=1"));
        Assert.Empty(await NextAsync(Uri(Tracks[0]), $"context_uri=spotify:playlist:{id}&shuffle_seed=1&offset=99"));
        Assert.Empty(await NextAsync(Uri(Tracks[0]), $"context_uri=spotify:album:{SpotifyId.FromName("missing")}&shuffle_seed=1"));
    }

    [Theory]
    [InlineData("shuffle_seed=-1")]
    [InlineData("shuffle_seed=x")]
    [InlineData("shuffle_seed=1.5")]
    [InlineData("shuffle_seed=9007199254740992")]
    [InlineData("context_uri=spotify:user:bob:collection")]
    [InlineData("context_uri=spotify:user:ada")]
    public async Task Bad_requests_return_400_with_the_problem(string query)
    {
        var message = await ada.GetErrorAsync($"/v1/playback/tracks/{Tracks[0].Id}?{query}", HttpStatusCode.BadRequest);
        Assert.Contains(query.Split('=')[0], message);
    }

    [Theory]
    [InlineData("key")]
    [InlineData("shuffle_start")]
    public async Task Long_keys_are_bad_requests(string name)
    {
        var path = $"/v1/playback/tracks/{Tracks[0].Id}?context_uri=spotify:album:{Box.Id}&shuffle_seed=1&{name}=";
        await ada.GetJsonAsync(path + new string('x', 300));
        Assert.Contains(name, await ada.GetErrorAsync(path + new string('x', 301), HttpStatusCode.BadRequest));
    }

    private static string Uri(Playable track) => $"spotify:track:{track.Id}";

    private static IEnumerable<string> Uris(params IEnumerable<Playable> tracks) => tracks.Select(Uri);

    private async Task<List<ContextItem>> OrderAsync(string uri, long seed, string user = "ada")
    {
        Assert.True(PlayContext.TryParse(uri, user, out var context));
        return [.. (await contexts.AfterAsync(Reader with { UserId = user }, context, null, seed, 50, default)).Next];
    }

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
}
