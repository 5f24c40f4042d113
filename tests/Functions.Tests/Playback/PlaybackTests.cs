using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Signing;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Functions.Tests.Playlists;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.Playback;

public sealed class PlaybackTests(PlaybackTests.Fixture fixture) : IClassFixture<PlaybackTests.Fixture>
{
    private static readonly AudioEncoding[] Ladder =
    [
        .. QualityLadder.Rungs.Append(QualityLadder.Rungs[^1] with { Codec = Codec.NativeFlac }).Select(rung => new AudioEncoding(
            rung.Codec, rung.Quality, rung.BitrateKbps, rung.BitrateKbps * 1000L, Samples(rung))),
    ];

    private static readonly string Playlist = SpotifyId.FromName("playlist");
    private static readonly string PrivatePlaylist = SpotifyId.FromName("private playlist");
    private static readonly Playable OnlyFlac = NewTrack(Together, 2, "Only FLAC", Zebra);
    private static readonly Playable Silent = NewTrack(Together, 3, "Silent", Zebra);

    private static readonly Playable Expired = NewTrack(Together, 4, "Gone", Zebra) with
    {
        Rights = new Rights(MarketSet.Everywhere, null, new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero)),
    };

    private readonly LocalServer server = fixture.Server;
    private readonly HttpClient ada = fixture.Ada;
    private readonly HttpClient bob = fixture.Bob;

    public sealed class Fixture : IAsyncLifetime
    {
        public LocalServer Server { get; private set; } = null!;

        public HttpClient Ada { get; private set; } = null!;

        public HttpClient Bob { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Server = await LocalServer.StartAsync();
            Ada = await Server.SignInAsync("ada", "premium", "SE");
            Bob = await Server.SignInAsync("bob", "free", "US");
            await Server.WriteAsync(Mutations);
            await Server.WriteAsync(
            [
                .. CatalogWriter.Write(OnlyFlac, Together.Name), .. CatalogWriter.Write(Silent, Together.Name),
                .. CatalogWriter.Write(Expired, Together.Name),
                .. new[] { Dawn, Explicit, Future, Duet, Swedish, Pilot, Finale, Chapter, Expired }.SelectMany(
                    playable => Audio(playable, Ladder)),
                .. Audio(OnlyFlac, Ladder[^2..]),
                .. PlaylistOf(Playlist, isPublic: true, Dawn, Swedish, Dawn, Future, Duet),
                .. PlaylistOf(PrivatePlaylist, isPublic: false, Dawn, Duet),
            ]);
        }

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }

    [Fact]
    public async Task Authorization_returns_a_signed_URL_and_all_data_a_player_needs()
    {
        var before = DateTimeOffset.UtcNow;
        var answer = await ada.GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}");
        var url = new Uri(answer.At("url")!);
        Assert.Equal($"/tracks/{Dawn.Id}/{Revision(Dawn)}/high.ogg", url.AbsolutePath);
        Assert.Equal(
            ("-6.5", "-1", "-5.5", "0.5", "44100", "8820000", "0", "0"),
            (
                answer.At("gain_db"),
                answer.At("peak_db"),
                answer.At("album_gain_db"),
                answer.At("album_peak_db"),
                answer.At("sample_rate"),
                answer.At("total_samples"),
                answer.At("encoder_delay"),
                answer.At("encoder_padding")));
        Assert.Equal(
            ("high", "high", "vorbis", "160", "160000", "200000"),
            (
                answer.At("quality"),
                answer.At("requested_quality"),
                answer.At("codec"),
                answer.At("bitrate_kbps"),
                answer.At("size_bytes"),
                answer.At("duration_ms")));
        var expires = DateTimeOffset.Parse(answer.At("expires_at")!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(expires, before.AddMinutes(60).AddSeconds(-1), DateTimeOffset.UtcNow.AddMinutes(60));
        Assert.False(answer.AsObject().ContainsKey("limited_by"));
        Assert.Empty(answer["prefetch"]!.AsArray());
        AssertSigned(answer.At("url")!);
        AssertSigned(answer.At("seek_index_url")!);
        Assert.Equal(url.AbsolutePath + ".seek.json", new Uri(answer.At("seek_index_url")!).AbsolutePath);
        Assert.NotEmpty(answer["alternatives"]!.AsArray());
        foreach (var alternative in answer["alternatives"]!.AsArray().OfType<JsonNode>())
        {
            Assert.NotEqual(answer.At("cdn"), alternative.At("cdn"));
            Assert.Equal(url.AbsolutePath, new Uri(alternative!.At("url")!).AbsolutePath);
            AssertSigned(alternative.At("url")!);
        }
    }

    [Fact]
    public async Task The_delay_and_padding_of_aac_are_granted()
    {
        var answer = await ada.GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}?quality=normal&codec=aac");
        Assert.Equal(("1024", "768", "8820000"), (answer.At("encoder_delay"), answer.At("encoder_padding"), answer.At("total_samples")));
    }

    [Fact]
    public async Task Authorizations_are_not_cached()
    {
        using var response = await ada.GetAsync($"/v1/playback/tracks/{Dawn.Id}");
        Assert.True(response.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData("low", "low", "vorbis")]
    [InlineData("normal", "normal", "vorbis")]
    [InlineData("very_high", "very_high", "vorbis")]
    [InlineData("lossless", "lossless", "flac")]
    [InlineData("very_high&codec=aac", "very_high", "aac")]
    [InlineData("high&codec=aac,vorbis", "high", "aac")]
    [InlineData("low&codec=aac", "low", "aac")]
    [InlineData("normal&codec=aac", "normal", "aac")]
    [InlineData("lossless&codec=vorbis", "very_high", "vorbis")]
    [InlineData("low&codec=flac", "lossless", "flac")]
    [InlineData("lossless&codec=flac_native", "lossless", "flac_native")]
    public async Task Premium_gets_the_encoding_nearest_to_the_requested_quality(string quality, string granted, string codec)
    {
        var answer = await ada.GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}?quality={quality}");
        Assert.Equal((granted, codec, null), (answer.At("quality"), answer.At("codec"), answer.At("limited_by")));
    }

    [Theory]
    [InlineData("normal", "normal", null)]
    [InlineData("high", "high", null)]
    [InlineData("very_high", "high", "PREMIUM_REQUIRED")]
    [InlineData("lossless", "high", "PREMIUM_REQUIRED")]
    [InlineData("very_high&codec=aac", "high", "PREMIUM_REQUIRED")]
    public async Task Free_gets_the_best_allowed_quality_and_the_reason_for_the_limit(string quality, string granted, string? limitedBy)
    {
        var answer = await bob.GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}?quality={quality}");
        Assert.Equal((granted, limitedBy), (answer.At("quality"), answer.At("limited_by")));
    }

    [Fact]
    public async Task Free_is_denied_premium_encodings() =>
        await AssertDeniedAsync(bob, $"/v1/playback/tracks/{Dawn.Id}?codec=flac", "PREMIUM_REQUIRED");

    [Fact]
    public async Task The_only_encoding_is_allowed_for_every_plan() =>
        Assert.Equal("lossless", (await bob.GetJsonAsync($"/v1/playback/tracks/{OnlyFlac.Id}?quality=low")).At("quality"));

    [Fact]
    public async Task Episodes_and_chapters_play_the_same_way()
    {
        Assert.StartsWith(
            $"/episodes/{Pilot.Id}/", new Uri((await bob.GetJsonAsync($"/v1/playback/episodes/{Pilot.Id}")).At("url")!).AbsolutePath);
        Assert.StartsWith(
            $"/chapters/{Chapter.Id}/", new Uri((await bob.GetJsonAsync($"/v1/playback/chapters/{Chapter.Id}")).At("url")!).AbsolutePath);
        await bob.GetErrorAsync($"/v1/playback/tracks/{Pilot.Id}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Denials_have_a_reason()
    {
        await AssertDeniedAsync(bob, $"/v1/playback/tracks/{Swedish.Id}", "MARKET_RESTRICTED");
        await AssertDeniedAsync(ada, $"/v1/playback/tracks/{Future.Id}", "NOT_RELEASED");
        await AssertDeniedAsync(ada, $"/v1/playback/tracks/{Expired.Id}", "MARKET_RESTRICTED");
    }

    [Fact]
    public async Task The_explicit_filter_is_enforced()
    {
        await ada.GetJsonAsync($"/v1/playback/tracks/{Explicit.Id}");
        var child = await server.SignInAsync("child");
        await server.WriteAsync(Mutation.Update(User.Table, ("UserId", "child"), ("ExplicitFilter", true)));
        await AssertDeniedAsync(child, $"/v1/playback/tracks/{Explicit.Id}", "EXPLICIT_BLOCKED");
        Assert.Equal("explicit", (await child.GetJsonAsync($"/v1/tracks/{Explicit.Id}")).At("restrictions", "reason"));
    }

    [Fact]
    public async Task The_users_row_takes_precedence_over_the_token()
    {
        var mover = await server.SignInAsync("mover", "free", "US");
        await AssertDeniedAsync(mover, $"/v1/playback/tracks/{Swedish.Id}", "MARKET_RESTRICTED");
        await server.WriteAsync(Mutation.Update(User.Table, ("UserId", "mover"), ("Country", "SE"), ("Product", "student")));
        Assert.Equal("very_high", (await mover.GetJsonAsync($"/v1/playback/tracks/{Swedish.Id}?quality=very_high")).At("quality"));
    }

    [Fact]
    public async Task The_token_is_used_until_there_is_a_row()
    {
        var newcomer = await server.SignInAsync("newcomer", "premium", "SE");
        await server.WriteAsync(Mutation.Delete(User.Table, new Key("newcomer")));
        Assert.Equal("very_high", (await newcomer.GetJsonAsync($"/v1/playback/tracks/{Swedish.Id}?quality=very_high")).At("quality"));
    }

    [Fact]
    public async Task Missing_items_and_audio_are_not_found()
    {
        await ada.GetErrorAsync($"/v1/playback/tracks/{SpotifyId.FromName("missing")}", HttpStatusCode.NotFound);
        Assert.Contains("no audio", await ada.GetErrorAsync($"/v1/playback/tracks/{Silent.Id}", HttpStatusCode.NotFound));
        Assert.Contains("codecs", await ada.GetErrorAsync($"/v1/playback/tracks/{OnlyFlac.Id}?codec=vorbis", HttpStatusCode.NotFound));
    }

    [Theory]
    [InlineData("quality=best")]
    [InlineData("quality=HIGH")]
    [InlineData("codec=mp3")]
    [InlineData("codec=vorbis,,aac")]
    [InlineData("context_uri=nonsense")]
    [InlineData("context_uri=spotify:track:2JZ2sbDBrDTqsFdxWWvlnR")]
    [InlineData("context_uri=spotify:album:short")]
    [InlineData("offset=-1")]
    [InlineData("offset=x")]
    [InlineData("offset=100001")]
    public async Task Bad_requests_return_400_with_the_problem(string query)
    {
        var message = await ada.GetErrorAsync($"/v1/playback/tracks/{Dawn.Id}?{query}", HttpStatusCode.BadRequest);
        Assert.Contains(query.Split('=')[0], message);
    }

    [Fact]
    public async Task Playback_requires_a_user()
    {
        await server.Http.GetErrorAsync($"/v1/playback/tracks/{Dawn.Id}", HttpStatusCode.Unauthorized);
        await ada.GetErrorAsync("/v1/playback/tracks/x", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Album_prefetch_has_the_next_playable_tracks()
    {
        var answer = await bob.GetJsonAsync(
            $"/v1/playback/tracks/{Dawn.Id}?context_uri=spotify:album:{Sunrise.Id}&quality=normal&codec=vorbis");
        var next = Assert.Single(answer["prefetch"]!.AsArray())!;
        Assert.Equal(
            ("-6.5", "-1", "-5.5", "0.5", "44100", "8820000"),
            (
                next.At("gain_db"), next.At("peak_db"), next.At("album_gain_db"), next.At("album_peak_db"), next.At("sample_rate"),
                next.At("total_samples")));
        Assert.Equal(($"spotify:track:{Explicit.Id}", "normal"), (next.At("uri"), next.At("quality")));
        AssertSigned(next.At("url")!);
        AssertSigned(next.At("seek_index_url")!);
    }

    [Fact]
    public async Task Show_and_audiobook_prefetch_follows_their_order()
    {
        var episodes = await ada.GetJsonAsync($"/v1/playback/episodes/{Finale.Id}?context_uri=spotify:show:{Radio.Id}");
        Assert.Equal($"spotify:episode:{Pilot.Id}", episodes.At("prefetch", 0, "uri"));
        var chapters = await ada.GetJsonAsync($"/v1/playback/chapters/{Chapter.Id}?context_uri=spotify:audiobook:{Book.Id}");
        Assert.Empty(chapters["prefetch"]!.AsArray());
    }

    [Fact]
    public async Task Playlist_prefetch_continues_from_the_position()
    {
        Assert.Equal([Swedish.Id, Dawn.Id, Duet.Id], await NextAsync(ada, $"spotify:playlist:{Playlist}", "&offset=0"));
        Assert.Equal([Dawn.Id, Duet.Id], await NextAsync(bob, $"spotify:playlist:{Playlist}", "&offset=0"));
        Assert.Equal([Duet.Id], await NextAsync(ada, $"spotify:playlist:{Playlist}", "&offset=2"));
        Assert.Equal([Swedish.Id, Dawn.Id, Duet.Id], await NextAsync(ada, $"spotify:playlist:{Playlist}", ""));
        Assert.Empty(await NextAsync(ada, $"spotify:playlist:{Playlist}", "&offset=99999"));
    }

    [Fact]
    public async Task Positions_in_a_playlist_include_items_that_the_catalog_no_longer_has()
    {
        var id = SpotifyId.New();
        await server.WriteAsync(PlaylistOf(id, true, NewTrack(Sunrise, 99, "Gone", Beyonce), Dawn, Duet));
        Assert.Equal([Duet.Id], await NextAsync(ada, $"spotify:playlist:{id}", "&offset=1"));
    }

    [Fact]
    public async Task A_private_playlist_has_no_prefetch_for_strangers()
    {
        Assert.Equal([Duet.Id], await NextAsync(ada, $"spotify:playlist:{PrivatePlaylist}", "&offset=0"));
        Assert.Empty(await NextAsync(bob, $"spotify:playlist:{PrivatePlaylist}", "&offset=0"));
        Assert.Empty(await NextAsync(bob, $"spotify:playlist:{PrivatePlaylist}", ""));
    }

    [Fact]
    public async Task A_private_playlist_has_prefetch_if_the_token_may_read_it()
    {
        using var player = server.WithScopes("ada", "streaming");
        using var reader = server.WithScopes("ada", "streaming playlist-read-private");
        foreach (var offset in (string[])["&offset=0", ""])
        {
            Assert.Empty(await NextAsync(player, $"spotify:playlist:{PrivatePlaylist}", offset));
            Assert.Equal([Duet.Id], await NextAsync(reader, $"spotify:playlist:{PrivatePlaylist}", offset));
        }

        Assert.NotEmpty(await NextAsync(player, $"spotify:playlist:{Playlist}", "&offset=0"));
    }

    [Fact]
    public async Task Artist_prefetch_has_the_next_less_popular_tracks()
    {
        Assert.Equal([Duet.Id, Explicit.Id], await NextAsync(bob, $"spotify:artist:{Beyonce.Id}", ""));
        var second = await bob.GetJsonAsync($"/v1/playback/tracks/{Duet.Id}?context_uri=spotify:artist:{Beyonce.Id}");
        Assert.Equal([Explicit.Id], second["prefetch"]!.AsArray().Select(next => next!.At("id")));
    }

    [Fact]
    public async Task A_collaborative_playlist_has_prefetch_for_its_collaborators()
    {
        var id = await ada.CreateAsync(new { name = "Ours", @public = false, collaborative = true });
        await ada.AddAsync(id, Dawn, Duet);
        Assert.Empty(await NextAsync(bob, $"spotify:playlist:{id}", "&offset=0"));
        (await bob.PutAsync($"/v1/playlists/{id}/followers", null)).EnsureSuccessStatusCode();
        Assert.Equal([Duet.Id], await NextAsync(bob, $"spotify:playlist:{id}", "&offset=0"));
        Assert.Equal([Duet.Id], await NextAsync(bob, $"spotify:playlist:{id}", ""));
    }

    [Fact]
    public async Task An_unknown_context_has_no_prefetch() =>
        Assert.Empty(await NextAsync(ada, $"spotify:album:{SpotifyId.FromName("missing")}", ""));

    private static string Revision(Playable playable) => SpotifyId.FromName("revision:" + playable.Name);

    private static SampleCounts Samples(Rung rung) =>
        rung.Codec == Codec.Aac ? new(44_100, 8_820_000, 1024, 768) : new(rung.SampleRate, 200L * rung.SampleRate);

    private static IEnumerable<Mutation> Audio(Playable playable, params AudioEncoding[] encodings) =>
    [
        CatalogWriter.WriteAudio(playable.Id, Revision(playable), EncodingList.Format(encodings), -6.5, -1),
        CatalogWriter.WriteAlbumLoudness(playable.Id, -5.5, 0.5),
    ];

    private static IEnumerable<Mutation> PlaylistOf(string id, bool isPublic, params Playable[] items)
    {
        var now = DateTimeOffset.UnixEpoch;
        yield return Mutation.Insert(Schema.Current.Table("Playlists"),
            ("PlaylistId", id), ("OwnerId", "ada"), ("Name", "Mine"), ("Description", ""), ("Public", isPublic), ("Collaborative", false),
            ("Version", 1L),
            ("Items", items.Length), ("CreatedAt", now), ("UpdatedAt", now));
        for (var i = 0; i < items.Length; i++)
            yield return Mutation.Insert(Schema.Current.Table("PlaylistItems"),
                ("PlaylistId", id), ("OrderKey", $"{i:00000}"), ("Type", "track"), ("PlayableId", items[i].Id), ("AddedAt", now),
                ("AddedBy", "ada"));
    }

    private static async Task<IEnumerable<string?>> NextAsync(HttpClient client, string context, string offset) =>
        (await client.GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}?context_uri={context}{offset}"))["prefetch"]!.AsArray()
            .Select(next => next!.At("id"));

    private static async Task AssertDeniedAsync(HttpClient client, string path, string reason)
    {
        using var response = await client.GetAsync(path);
        await response.ErrorAsync(HttpStatusCode.Forbidden);
        Assert.Equal(reason, JsonNode.Parse(await response.Content.ReadAsStringAsync())!.At("error", "reason"));
    }

    private void AssertSigned(string url)
    {
        var ring = server.Services.GetRequiredService<SigningKeys>().Ring;
        var verdicts = new IUrlSigner[] { new CloudCdnSigner(), new PartnerCdnSigner() }.Select(
            signer => signer.Verify("", url, ring, DateTimeOffset.UtcNow).Status);
        Assert.Contains(SignatureStatus.Valid, verdicts);
    }
}
