using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Catalog;
using Spotify.Catalog.Contexts;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Functions.Tests.Playlists;
using Spotify.Player;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.Player;

/// <summary>Tests of the windows of contexts, on the embedded database.</summary>
public sealed class ContextReaderTests(ContextReaderTests.Fixture fixture) : IClassFixture<ContextReaderTests.Fixture>
{
    private const int LongLength = 10_000;
    private const int AlbumLength = 120;

    private static readonly ContextListener Ada = new("ada", "SE", ExplicitFilter: false, MayReadPrivate: true);
    private static readonly ContextListener Bob = new("bob", "US", ExplicitFilter: true, MayReadPrivate: true);

    private static readonly Album Box = NewAlbum("Box", "album", "2020", Zebra);

    // On two discs. Every third track is available in Sweden only, and every fifth is explicit.
    private static readonly List<Playable> Tracks =
    [
        .. Enumerable.Range(0, AlbumLength).Select(i =>
            NewTrack(Box, (i % (AlbumLength / 2)) + 1, $"Track {i}", i % 2 == 0 ? Zebra : Beyonce) with
            {
                DiscNumber = (i / (AlbumLength / 2)) + 1,
                Popularity = i % 7,
                Explicit = i % 5 == 0,
                DurationMs = 1000 + i,
                Rights = new Rights(i % 3 == 0 ? MarketSet.Of("SE") : MarketSet.Everywhere, null, null),
            }),
    ];

    private static readonly Album Spare = NewAlbum("Spare", "compilation", "2021", Zebra);

    // Each of an artist of its own, so that the removal of one from a shuffled context moves no other.
    private static readonly List<Playable> Singles =
    [
        .. Enumerable.Range(0, 40).Select(i => NewTrack(Spare, i + 1, $"Single {i}", NewArtist($"Single artist {i}", 1))),
    ];

    private readonly ContextReader reader = fixture.Server.Services.GetRequiredService<ContextReader>();

    public sealed class Fixture : IAsyncLifetime
    {
        public LocalServer Server { get; private set; } = null!;

        public HttpClient Ada { get; private set; } = null!;

        public HttpClient Bob { get; private set; } = null!;

        /// <summary>A public playlist of 10,000 items, in which tracks of the album repeat.</summary>
        public string Long { get; } = SpotifyId.FromName("long playlist");

        public async Task InitializeAsync()
        {
            Server = await LocalServer.StartAsync();
            await Server.WriteAsync(
            [
                .. Mutations, .. CatalogWriter.Write(Box), .. Tracks.SelectMany(track => CatalogWriter.Write(track, Box.Name)),
                .. CatalogWriter.Write(Spare),
                .. Singles.SelectMany(track => CatalogWriter.Write(NewArtist(track.Artists[0].Name, 1))),
                .. Singles.SelectMany(track => CatalogWriter.Write(track, Spare.Name)),
            ]);
            Ada = await Server.SignInAsync("ada");
            Bob = await Server.SignInAsync("bob", "free", "US");
            var tracks = Enumerable.Range(0, LongLength).Select(i => Tracks[i % AlbumLength].Id);
            await Server.WriteAsync(PlaylistOf(Long, isPublic: true, tracks));
        }

        public async Task DisposeAsync()
        {
            Ada.Dispose();
            Bob.Dispose();
            await Server.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_album_is_played_from_its_start_over_its_discs()
    {
        var window = await StartAsync(Ada, AlbumContext);
        Assert.Equal((Uri(Tracks[0]), 1000), (window.Item!.Uri, window.Item.DurationMs));
        Assert.Equal(Uris(Tracks.Skip(1).Take(50)), Uris(window.Next));
        Assert.Empty(window.Previous);
        Assert.False(window.NextIsComplete);
        Assert.Equal(Uris(Tracks), await WalkAsync(Ada, AlbumContext, null));
    }

    [Fact]
    public async Task A_context_can_be_started_at_a_position_and_at_an_item()
    {
        var expected = Uris(Tracks.Skip(20).Take(50));
        foreach (var offset in (ContextOffset[])[new ContextOffset.Position(70), new ContextOffset.Item(Tracks[70].Id)])
        {
            var window = await StartAsync(Ada, AlbumContext, offset);
            Assert.Equal(Uri(Tracks[70]), window.Item!.Uri);
            Assert.Equal(expected, Uris(window.Previous));
            Assert.Equal(Uris(Tracks.Skip(71)), Uris(window.Next));
            Assert.True(window.NextIsComplete);
            var again = await StartAsync(Ada, AlbumContext, new ContextOffset.Key(window.Item.Key));
            Assert.Equal(window.Item, again.Item);
            Assert.Equal(expected, Uris(again.Previous));
        }

        var second = await StartAsync(Ada, AlbumContext, new ContextOffset.Position(1));
        Assert.Equal([Uri(Tracks[0])], Uris(second.Previous));
    }

    [Theory]
    [InlineData(AlbumLength)]
    [InlineData(100_000)]
    public async Task A_place_that_is_not_in_the_context_has_no_item(int position)
    {
        PlayContext[] contexts =
        [
            AlbumContext, Playlist(await CreateAsync(Tracks.Take(3))), Context($"spotify:artist:{Beyonce.Id}"),
            Context($"spotify:audiobook:{Book.Id}"),
        ];
        foreach (var context in contexts)
        {
            foreach (var seed in (long?[])[null, 7])
            {
                foreach (var place in (ContextOffset[])[new ContextOffset.Position(position), new ContextOffset.Item(Pilot.Id)])
                    Assert.Equal(ContextWindow.Empty, await reader.StartAsync(Ada, context, place, seed, default));
            }
        }
    }

    [Fact]
    public async Task Items_that_the_listener_may_not_play_are_left_out()
    {
        var playable = Tracks.Where((_, i) => i % 3 != 0 && i % 5 != 0).ToList();
        foreach (var context in (PlayContext[])[AlbumContext, Playlist(await CreateAsync(Tracks))])
        {
            Assert.Equal(Uris(playable), await WalkAsync(Bob, context, null));
            Assert.Equal(Uris(playable).Order(), (await WalkAsync(Bob, context, 7)).Order());

            // Track 15 is not for Bob.
            var window = await StartAsync(Bob, context, new ContextOffset.Position(15));
            Assert.Equal(Uri(Tracks[16]), window.Item!.Uri);
            Assert.Equal(Uris(playable.Where(track => Tracks.IndexOf(track) < 15)), Uris(window.Previous));
            var shuffled = await StartAsync(Bob, context, new ContextOffset.Item(Tracks[15].Id), 7);
            Assert.Equal(Uri(Tracks[16]), shuffled.Item!.Uri);
        }
    }

    [Fact]
    public async Task A_playlist_of_few_playable_items_is_read_to_its_end()
    {
        var id = SpotifyId.New();
        var hidden = Enumerable.Repeat(Swedish.Id, 4000);
        await fixture.Server.WriteAsync(PlaylistOf(id, isPublic: true, [.. hidden, Duet.Id, .. hidden, Dawn.Id]));
        foreach (var seed in (long?[])[null, 3])
        {
            var window = await StartAsync(Bob, Playlist(id), null, seed);
            Assert.Equal(new[] { Uri(Dawn), Uri(Duet) }.Order(), Uris([window.Item!, .. window.Next]).Order());
            Assert.True(window.NextIsComplete);
        }

        var last = await StartAsync(Bob, Playlist(id), new ContextOffset.Position(4001));
        Assert.Equal((Uri(Dawn), true), (last.Item!.Uri, last.NextIsComplete));
    }

    [Fact]
    public async Task Items_before_their_release_and_after_their_end_are_left_out()
    {
        Assert.DoesNotContain(Uri(Future), await WalkAsync(Ada, Context($"spotify:album:{Sunrise.Id}"), null));
        Assert.DoesNotContain(Uri(Future), await WalkAsync(Ada, Context($"spotify:album:{Sunrise.Id}"), 1));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5L)]
    public async Task Long_playlists_are_walked_in_pages(long? seed)
    {
        var uris = await WalkAsync(Ada, Playlist(fixture.Long), seed, pageSize: 2_500);
        Assert.Equal(LongLength, uris.Count);
        var expected = Enumerable.Range(0, LongLength).Select(i => Uri(Tracks[i % AlbumLength])).ToList();
        if (seed is null) Assert.Equal(expected, uris);
        else Assert.NotEqual(expected, uris);
        Assert.Equal(expected.Order(), uris.Order());
    }

    [Fact]
    public async Task A_place_in_the_middle_of_a_long_playlist_can_be_the_start()
    {
        var window = await StartAsync(Ada, Playlist(fixture.Long), new ContextOffset.Position(9_999));
        Assert.Equal((Uri(Tracks[9_999 % AlbumLength]), true), (window.Item!.Uri, window.NextIsComplete));
        Assert.Equal(50, window.Previous.Count);
        Assert.Equal(Uri(Tracks[9_998 % AlbumLength]), window.Previous[^1].Uri);
    }

    [Fact]
    public async Task An_item_that_occurs_twice_is_played_twice()
    {
        var id = await CreateAsync([Dawn, Duet, Dawn, Explicit]);
        var window = await StartAsync(Ada, Playlist(id), new ContextOffset.Item(Dawn.Id));
        Assert.Equal(new[] { Duet, Dawn, Explicit }.Select(Uri), Uris(window.Next));
        Assert.NotEqual(window.Item!.Key, window.Next[1].Key);
        var second = await reader.AfterAsync(Ada, Playlist(id), [window.Next[1].Key], null, 50, default);
        Assert.Equal([Uri(Explicit)], Uris(second.Next));
        Assert.Equal(2, (await WalkAsync(Ada, Playlist(id), 9)).Count(uri => uri == Uri(Dawn)));
    }

    [Fact]
    public async Task Edits_between_reads_take_effect_and_keep_the_place()
    {
        var id = await CreateAsync(Tracks.Take(10));
        var window = await StartAsync(Ada, Playlist(id), new ContextOffset.Position(4));
        Assert.Equal(Uri(Tracks[4]), window.Item!.Uri);

        // The current item and the one after it are removed, another is added at the end, and one is moved to the front.
        await RemoveAsync(id, Tracks[4], Tracks[5]);
        await fixture.Ada.AddAsync(id, Duet);
        using var moved = await fixture.Ada.PutAsJsonAsync(
            $"/v1/playlists/{id}/items", new { range_start = 7, insert_before = 0, range_length = 1 });
        moved.EnsureSuccessStatusCode();
        var after = await reader.AfterAsync(Ada, Playlist(id), [window.Item.Key], null, 50, default);
        Assert.Equal([.. Uris(Tracks.Skip(6).Take(3)), Uri(Duet)], Uris(after.Next));
        Assert.True(after.NextIsComplete);
        var back = await StartAsync(Ada, Playlist(id), new ContextOffset.Key(window.Item.Key));
        Assert.Equal(Uri(Tracks[6]), back.Item!.Uri);
        Assert.Equal(new[] { 9, 0, 1, 2, 3 }.Select(i => Uri(Tracks[i])), Uris(back.Previous));
    }

    [Fact]
    public async Task A_shuffled_playlist_continues_in_the_same_order_when_others_are_added_and_removed()
    {
        var id = await CreateAsync(Tracks.Take(40));
        var before = await WalkAsync(Ada, Playlist(id), 11);
        await RemoveAsync(id, Tracks[3], Tracks[17]);
        var after = await WalkAsync(Ada, Playlist(id), 11);
        Assert.Equal(38, after.Count);
        var kept = before.Where(after.Contains).ToList();

        // The order of two artists' items changes in few places.
        Assert.InRange(Enumerable.Range(0, 38).Count(i => Math.Abs(after.IndexOf(kept[i]) - i) <= 4), 34, 38);
    }

    [Fact]
    public async Task A_shuffled_context_has_each_item_once_in_the_order_of_the_seed()
    {
        var first = await WalkAsync(Ada, AlbumContext, 1);
        Assert.Equal(Uris(Tracks).Order(), first.Order());
        Assert.Equal(first, await WalkAsync(Ada, AlbumContext, 1, pageSize: 7));
        Assert.NotEqual(first, await WalkAsync(Ada, AlbumContext, 2));
        Assert.NotEqual(Uris(Tracks), first);

        // Two artists take turns.
        Assert.All(first.Zip(first.Skip(1)), pair => Assert.NotEqual(ArtistOf(pair.First), ArtistOf(pair.Second)));
    }

    [Fact]
    public async Task A_shuffled_context_that_is_started_at_an_item_follows_with_the_start_of_the_order()
    {
        var order = await WalkAsync(Ada, AlbumContext, 1);
        var window = await StartAsync(Ada, AlbumContext, new ContextOffset.Item(Tracks[60].Id), 1);
        Assert.Equal(Uri(Tracks[60]), window.Item!.Uri);
        Assert.Empty(window.Previous);
        Assert.Equal(order.Where(uri => uri != Uri(Tracks[60])).Take(50), Uris(window.Next));
    }

    [Fact]
    public async Task A_shuffled_context_continues_after_the_last_item_that_was_not_removed()
    {
        var id = await CreateAsync(Singles);
        var order = await WalkAsync(Ada, Playlist(id), 4);
        var window = await StartAsync(Ada, Playlist(id), null, 4);
        Assert.Equal(order, Uris([window.Item!, .. window.Next]));
        var keys = window.Next.Take(20).Reverse().Select(item => item.Key).Append(window.Item!.Key).ToList();
        await RemoveAsync(id, [.. window.Next.Skip(17).Take(3).Select(Track)]);
        var after = await reader.AfterAsync(Ada, Playlist(id), keys, 4, 50, default);
        Assert.Equal(order.Skip(21), Uris(after.Next));
        Assert.True(after.NextIsComplete);

        // Nothing is lost if no item is left.
        await RemoveAsync(id, [.. window.Next.Take(17).Append(window.Item).Select(Track)]);
        Assert.Equal(order.Skip(21), Uris((await reader.AfterAsync(Ada, Playlist(id), keys, 4, 50, default)).Next));
    }

    [Fact]
    public async Task A_shuffled_context_continues_before_an_item_that_the_catalog_no_longer_has()
    {
        var id = await CreateAsync(Singles);
        var window = await StartAsync(Ada, Playlist(id), null, 4);
        var gone = NewTrack(Spare, 999, "Gone", Beyonce);
        await fixture.Server.WriteAsync([.. CatalogWriter.Write(gone, Spare.Name)]);
        await fixture.Ada.AddAsync(id, gone);
        var key = (await StartAsync(Ada, Playlist(id), new ContextOffset.Item(gone.Id))).Item!.Key;
        await fixture.Server.WriteAsync([Mutation.Delete(Schema.Current.Table("Playables"), new Key(gone.Id))]);
        var after = await reader.AfterAsync(Ada, Playlist(id), [key, window.Next[9].Key], 4, 50, default);
        Assert.Equal(Uris(window.Next.Skip(10)), Uris(after.Next));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(4L)]
    public async Task A_change_of_popularity_neither_repeats_nor_loses_a_track_of_an_artist(long? seed)
    {
        var artist = NewArtist($"Riser {seed}", 1);
        var tracks = Enumerable.Range(0, 30)
            .Select(i => NewTrack(Spare, 1000 + i, $"Riser {seed} {i}", artist) with { Popularity = 50 - i }).ToList();
        await fixture.Server.WriteAsync(
            [.. CatalogWriter.Write(artist), .. tracks.SelectMany(track => CatalogWriter.Write(track, Spare.Name))]);
        var context = Context($"spotify:artist:{artist.Id}");
        var first = await reader.StartAsync(Ada, context, null, seed, default);
        var window = first! with { Next = [.. first!.Next.Take(9)], NextIsComplete = false };
        var last = tracks.Single(track => Uri(track) == window.Next[^1].Uri);
        await fixture.Server.WriteAsync([.. CatalogWriter.Write(last with { Popularity = last.Popularity - 1 }, Spare.Name)]);
        var state = PlayerState.Empty.Start(new PlayStart(context, window) { ShuffleSeed = seed }, DateTimeOffset.UnixEpoch);
        state = state.Refill(await reader.AfterAsync(Ada, context, state.NextKeys, seed, 50, default));
        Assert.Equal(Uris(first.Next), state.Next.Select(item => item.Uri));
        Assert.True(state.NextIsComplete);
    }

    [Fact]
    public async Task Private_playlists_are_for_their_owners_and_collaborators_whose_token_may_read_them()
    {
        var id = await CreateAsync([Dawn, Duet], isPublic: false);
        foreach (var seed in (long?[])[null, 1])
        {
            Assert.NotNull(await reader.StartAsync(Ada, Playlist(id), null, seed, default));
            Assert.Null(await reader.StartAsync(Ada with { MayReadPrivate = false }, Playlist(id), null, seed, default));
            Assert.Null(await reader.StartAsync(Bob, Playlist(id), null, seed, default));
            Assert.Empty((await reader.AfterAsync(Bob, Playlist(id), [], seed, 50, default)).Next);
        }

        var ours = await fixture.Ada.CreateAsync(new { name = "Ours", @public = false, collaborative = true });
        await fixture.Ada.AddAsync(ours, Dawn, Duet);
        Assert.Null(await reader.StartAsync(Bob, Playlist(ours), null, null, default));
        (await fixture.Bob.PutAsync($"/v1/playlists/{ours}/followers", null)).EnsureSuccessStatusCode();
        Assert.NotNull(await reader.StartAsync(Bob, Playlist(ours), null, null, default));
    }

    [Fact]
    public async Task Empty_playlists_are_known_and_missing_contexts_are_not()
    {
        var id = await CreateAsync([]);
        foreach (var seed in (long?[])[null, 1])
        {
            Assert.Equal(ContextWindow.Empty, await reader.StartAsync(Ada, Playlist(id), null, seed, default));
            foreach (var type in (string[])["album", "artist", "audiobook", "playlist", "show"])
            {
                var context = Context($"spotify:{type}:{SpotifyId.FromName("missing")}");
                Assert.Null(await reader.StartAsync(Ada, context, null, seed, default));
                Assert.Empty((await reader.AfterAsync(Ada, context, [], seed, 50, default)).Next);
            }

            // The id of a show is not that of an album.
            Assert.Null(await reader.StartAsync(Ada, Context($"spotify:album:{Radio.Id}"), null, seed, default));
            Assert.Null(await reader.StartAsync(Ada, Context($"spotify:show:{Box.Id}"), null, seed, default));
        }
    }

    [Fact]
    public async Task Shows_are_played_from_the_latest_episode_and_audiobooks_from_the_first_chapter()
    {
        var show = Context($"spotify:show:{Radio.Id}");
        Assert.Equal([Uri(Finale), Uri(Pilot)], await WalkAsync(Ada, show, null));
        var older = await StartAsync(Ada, show, new ContextOffset.Item(Pilot.Id));
        Assert.Equal((Uri(Pilot), Uri(Finale)), (older.Item!.Uri, Assert.Single(older.Previous).Uri));
        Assert.Equal([Uri(Chapter)], await WalkAsync(Ada, Context($"spotify:audiobook:{Book.Id}"), null));
    }

    [Fact]
    public async Task Artists_are_played_from_the_most_popular_track()
    {
        var context = Context($"spotify:artist:{Zebra.Id}");
        var expected = Tracks.Where((_, i) => i % 2 == 0).Append(Duet).OrderByDescending(track => track.Popularity)
            .ThenBy(track => track.Id, StringComparer.Ordinal).ToList();
        Assert.Equal(Uris(expected), await WalkAsync(Ada, context, null));
        var window = await StartAsync(Ada, context, new ContextOffset.Item(expected[30].Id));
        Assert.Equal(Uris(expected.Take(30)), Uris(window.Previous));
        Assert.Equal(Uris(expected).Order(), (await WalkAsync(Ada, context, 8)).Order());
    }

    [Fact]
    public async Task Liked_songs_are_played_from_the_latest()
    {
        using var fan = await fixture.Server.SignInAsync("fan");
        var listener = Ada with { UserId = "fan" };
        Assert.True(PlayContext.TryParse("spotify:collection", "fan", out var liked));
        Assert.Equal(ContextWindow.Empty, await reader.StartAsync(listener, liked, null, null, default));
        foreach (var track in Tracks.Take(5)) (await fan.PutAsync($"/v1/me/tracks?ids={track.Id}", null)).EnsureSuccessStatusCode();
        Assert.Equal(Uris(Tracks.Take(5).Reverse()), await WalkAsync(listener, liked, null));
        Assert.Equal(Uris(Tracks.Take(5)).Order(), (await WalkAsync(listener, liked, 1)).Order());

        var window = await StartAsync(listener, liked, new ContextOffset.Item(Tracks[2].Id));
        Assert.Equal(Uris([Tracks[4], Tracks[3]]), Uris(window.Previous));
        Assert.Equal(Uris([Tracks[1], Tracks[0]]), Uris(window.Next));
        Assert.Equal(window.Item, (await StartAsync(listener, liked, new ContextOffset.Position(2))).Item);

        // A song that is no longer liked keeps its place.
        (await fan.DeleteAsync($"/v1/me/tracks?ids={Tracks[2].Id}")).EnsureSuccessStatusCode();
        var after = await reader.AfterAsync(listener, liked, [window.Item!.Key], null, 50, default);
        Assert.Equal(Uris([Tracks[1], Tracks[0]]), Uris(after.Next));
    }

    [Fact]
    public async Task Lists_of_URIs_keep_their_order_and_repetitions()
    {
        string[] uris =
        [
            Uri(Dawn), Uri(Pilot), Uri(Dawn), $"spotify:track:{SpotifyId.FromName("missing")}", $"spotify:track:{Pilot.Id}",
            $"spotify:album:{Sunrise.Id}", "nonsense", Uri(Chapter), Uri(Future), Uri(Swedish), Uri(Explicit),
        ];
        var items = await reader.ItemsAsync(Bob, uris, default);
        Assert.Equal([Uri(Dawn), Uri(Pilot), Uri(Dawn), Uri(Chapter)], Uris(items));
        Assert.Equal([200_000L, 1_800_000, 200_000, 1_000_000], items.Select(item => item.DurationMs));
        Assert.Equal([Beyonce.Id, null, Beyonce.Id, null], items.Select(item => item.Artist));
        Assert.Empty(await reader.ItemsAsync(Bob, [], default));
        Assert.Equal(500, (await reader.ItemsAsync(Ada, [.. Enumerable.Range(0, 500).Select(i => Uri(Tracks[i % 120]))], default)).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("1:2:3:4")]
    [InlineData("99999999999999999999:1:x")]
    [InlineData("-1:5:~")]
    [InlineData("9223372036854775807:x")]
    [InlineData("-9223372036854775808:x")]
    public async Task Any_text_is_a_key(string key)
    {
        Assert.True(PlayContext.TryParse("spotify:collection", "ada", out var liked));
        PlayContext[] contexts =
        [
            AlbumContext, Playlist(fixture.Long), Context($"spotify:artist:{Zebra.Id}"), Context($"spotify:show:{Radio.Id}"), liked,
        ];
        foreach (var context in contexts)
        {
            foreach (var seed in (long?[])[null, 1])
            {
                await reader.AfterAsync(Ada, context, [key], seed, 10, default);
                await reader.StartAsync(Ada, context, new ContextOffset.Key(key), seed, default);
            }
        }
    }

    private static PlayContext AlbumContext { get; } = Context($"spotify:album:{Box.Id}");

    private static PlayContext Context(string uri) =>
        PlayContext.TryParse(uri, "", out var context) ? context : throw new ArgumentException(uri, nameof(uri));

    private static PlayContext Playlist(string id) => Context($"spotify:playlist:{id}");

    private static string Uri(Playable playable) => new SpotifyUri(playable.Type, playable.Id).ToString();

    private static List<string> Uris(IEnumerable<Playable> playables) => [.. playables.Select(Uri)];

    private static List<string> Uris(IEnumerable<ContextItem> items) => [.. items.Select(item => item.Uri)];

    private static Playable Track(ContextItem item) => Singles.Single(track => Uri(track) == item.Uri);

    private static string ArtistOf(string uri) => Tracks.Single(track => Uri(track) == uri).Artists[0].Id;

    private static IEnumerable<Mutation> PlaylistOf(string id, bool isPublic, params IEnumerable<string> tracks)
    {
        var now = DateTimeOffset.UnixEpoch;
        yield return Mutation.Insert(Schema.Current.Table("Playlists"),
            ("PlaylistId", id), ("OwnerId", "ada"), ("Name", "Mine"), ("Description", ""), ("Public", isPublic), ("Collaborative", false),
            ("Version", 1L), ("Items", (long)tracks.Count()), ("CreatedAt", now), ("UpdatedAt", now));
        foreach (var (i, track) in tracks.Index())
        {
            yield return Mutation.Insert(Schema.Current.Table("PlaylistItems"),
                ("PlaylistId", id), ("OrderKey", $"{i:00000}"), ("Type", "track"), ("PlayableId", track), ("AddedAt", now),
                ("AddedBy", "ada"));
        }
    }

    private async Task<string> CreateAsync(IEnumerable<Playable> tracks, bool isPublic = true)
    {
        var id = await fixture.Ada.CreateAsync(new { name = "Mine", @public = isPublic });
        foreach (var chunk in tracks.Chunk(100)) await fixture.Ada.AddAsync(id, chunk);
        return id;
    }

    private async Task RemoveAsync(string id, params Playable[] tracks)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/v1/playlists/{id}/items")
        {
            Content = JsonContent.Create(new { items = tracks.Select(track => new { uri = Uri(track) }) }),
        };
        (await fixture.Ada.SendAsync(request)).EnsureSuccessStatusCode();
    }

    private async Task<ContextWindow> StartAsync(
        ContextListener listener, PlayContext context, ContextOffset? offset = null, long? seed = null)
    {
        var window = await reader.StartAsync(listener, context, offset, seed, default);
        Assert.NotNull(window);
        return window;
    }

    /// <summary>Returns the URIs of a whole context, read in pages.</summary>
    private async Task<List<string>> WalkAsync(ContextListener listener, PlayContext context, long? seed, int pageSize = 50)
    {
        var uris = new List<string>();
        for (string? key = null; ;)
        {
            var page = await reader.AfterAsync(listener, context, key is null ? [] : [key], seed, pageSize, default);
            uris.AddRange(Uris(page.Next));
            if (page.NextIsComplete) return uris;
            Assert.Equal(pageSize, page.Next.Count);
            key = page.Next[^1].Key;
        }
    }
}
