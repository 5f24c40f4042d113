using Spotify.Audio.Features;
using Spotify.Catalog;
using Spotify.Domain.Data;
using Spotify.ModelTraining;
using Spotify.Recommendations.Tracks;

namespace Spotify.Local.Tests.Training;

public sealed class TrainingReaderTests : IDisposable
{
    private readonly TrainingHome home = new(new DateTimeOffset(2026, 12, 2, 0, 0, 0, TimeSpan.Zero));

    public TrainingReaderTests()
    {
        home.AddListener("ada");
        home.AddArtist("a", 3, "rock", "pop");
        home.AddArtist("b");
    }

    public void Dispose() => home.Dispose();

    [Fact]
    public async Task Plays_saves_and_playlist_adds_are_weighted_and_added_up()
    {
        home.Play("ada", "a1");
        home.Play("ada", "a1", seconds: 100);
        home.Play("ada", "a2", seconds: 10);
        home.Play("ada", "a3", ageDays: 180);
        home.AddToPlaylist("ada", "b1");
        home.Save("ada", "track", home.TrackId("b2"));
        home.Save("ada", "album", home.AlbumOf("a"));
        home.Save("ada", "artist", home.ArtistOf("b"));
        var input = await home.ReadAsync();
        Assert.Equal(["a1:2 a3:1 b1:1 b2:2"], home.Describe(input));
        Assert.Equal((6, 1, 4, 0, 0), (input.Counts.Tracks, input.Counts.Listeners, input.Counts.Interactions, input.Counts.Playlists,
            input.Counts.Sounds));
    }

    [Fact]
    public async Task Ages_are_relative_to_the_newest_day_so_that_the_result_does_not_depend_on_the_time()
    {
        home.Play("ada", "a1", ageDays: 10);
        home.Play("ada", "a2", ageDays: 190);
        Assert.Equal(["a1:1 a2:0.5"], home.Describe(await home.ReadAsync()));
        home.Clock.Advance(TimeSpan.FromDays(100));
        Assert.Equal(["a1:1 a2:0.5"], home.Describe(await home.ReadAsync()));
        home.Clock.Advance(TimeSpan.FromDays(400));
        Assert.Empty(home.Describe(await home.ReadAsync()));
    }

    [Fact]
    public async Task Private_sessions_and_marked_plays_are_left_out()
    {
        home.Add("PrivateSessions", ("UserId", "ada"), ("StartedAt", home.End.AddDays(-5)), ("EndsAt", home.End.AddDays(-4)));
        home.Play("ada", "a1", isPrivate: true);
        home.Play("ada", "a2", ageDays: 4.5);
        home.Play("ada", "a3", isMarked: true);
        home.Play("ada", "b1");
        Assert.Equal(["b1:1"], home.Describe(await home.ReadAsync()));
    }

    [Theory]
    [InlineData("track", "a2:1 a3:1.5 b1:1 b2:1")]
    [InlineData("artist", "b1:1 b2:1")]
    [InlineData("album", "b1:1 b2:1")]
    [InlineData("playlist", "a1:1.5 a2:0.5 a3:0.5 b1:1")]
    public async Task Exclusions_hold(string type, string weights)
    {
        const string playlist = "spotify:playlist:0000000000000000000001";
        home.Exclude("ada", type switch
        {
            "track" => home.Uri("a1"),
            "artist" => $"spotify:artist:{home.ArtistOf("a")}",
            "album" => $"spotify:album:{home.AlbumOf("a")}",
            _ => playlist,
        });
        home.Save("ada", "album", home.AlbumOf("a"));
        home.Play("ada", "a1");
        home.Play("ada", "a2", seconds: 100, context: playlist);
        home.AddToPlaylist("ada", "a3", playlist);
        home.Play("ada", "b1");
        home.Play("ada", "b2", context: playlist);
        Assert.Equal([weights], home.Describe(await home.ReadAsync()));
    }

    [Fact]
    public async Task Suspects_removed_accounts_and_unknown_listeners_are_left_out()
    {
        home.AddListener("bot", suspectUntil: home.Clock.Now.AddDays(1));
        home.AddListener("reformed", suspectUntil: home.Clock.Now.AddDays(-1));
        home.AddListener("gone", isRemoved: true);
        foreach (var listener in (string[])["bot", "reformed", "gone", "erased"]) home.Play(listener, "a1");
        home.Play("ada", "a2");
        Assert.Equal(["a1:1", "a2:1"], home.Describe(await home.ReadAsync()).Order());
    }

    [Fact]
    public async Task Plays_of_unknown_tracks_are_ignored()
    {
        home.Play("ada", "", id: "0000000000000000000001");
        home.Play("ada", "", id: "ZZZZZZZZZZZZZZZZZZZZZZ");
        var input = await home.ReadAsync();
        Assert.Equal(0, input.Counts.Interactions);
        Assert.Equal(6, input.Data.Interactions.ColumnCount);
    }

    [Fact]
    public async Task The_catalog_becomes_a_table_of_tracks()
    {
        home.Play("ada", "a1");
        home.Play("ada", "a1", ageDays: 1);
        home.Play("ada", "a2");
        var tracks = (await home.ReadAsync()).Data.Tracks;
        Assert.Equal((6, 2, 2, 2), (tracks.Count, tracks.ArtistCount, tracks.AlbumCount, tracks.GenreCount));
        Assert.True(tracks.TryFind(home.Number("a1"), out var a1));
        Assert.True(tracks.TryFind(home.Number("a2"), out var a2));
        Assert.Equal(["rock", "pop"], tracks.Genres(a1).ToArray().Select(genre => tracks.GenreName(genre)));
        Assert.Equal((2020, true), (tracks.Year(a1), tracks.IsAvailable(a1, MarketCode.Parse("SE"), home.End)));
        Assert.Equal(1, tracks.Popularity(a1), 3);
        Assert.Equal(Math.Log(2) / Math.Log(3), tracks.Popularity(a2), 3);
    }

    [Fact]
    public async Task Popular_tracks_are_those_of_the_market()
    {
        home.Play("ada", "b3");
        home.Play("ada", "b3");
        home.Play("ada", "a1");
        var input = await home.ReadAsync();
        var popular = input.Data.Popular.Find(MarketCode.Parse("SE"), null).Tracks.ToArray();
        Assert.Equal([home.Number("b3"), home.Number("a1")], popular.Select(input.Data.Tracks.Id));
    }

    [Fact]
    public async Task Only_public_playlists_are_read()
    {
        home.AddPlaylist("Morning", true, "a1", "b2");
        home.AddPlaylist("Secret", false, "a1", "a2");
        home.AddPlaylist("Empty", true);
        var input = await home.ReadAsync();
        var playlist = Assert.Single(input.Data.Playlists);
        Assert.Equal("Morning", playlist.Title);
        Assert.Equal([home.Number("a1"), home.Number("b2")], playlist.Tracks.Select(input.Data.Tracks.Id));
    }

    [Fact]
    public async Task Known_sounds_are_in_the_rows_of_their_tracks()
    {
        await home.FlushAsync();
        Assert.Null((await home.ReadAsync()).Data.Audio);
        var vector = Enumerable.Range(0, AudioEmbedding.Dimensions).Select(i => i == 5 ? 1f : 0).ToArray();
        var features = new AudioFeatures(123, -1, 1, 4, -7.25, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, AudioEmbedding.Of(vector));
        await home.Database.CommitAsync(
            [AudioFeatureRows.Write(home.TrackId("b2"), "0000000000000000000001", features)], default);
        var input = await home.ReadAsync();
        Assert.Equal((1, 6), (input.Counts.Sounds, input.Data.Audio!.Count));
        for (var row = 0; row < 6; row++)
        {
            var expected = input.Data.Tracks.Id(row) == home.Number("b2") ? 1 : 0;
            Assert.Equal(expected, input.Data.Audio.Dot(row, vector), 0.02);
            Assert.Equal(expected * 123, input.Data.Tracks.Tempo(row), 0.1);
            Assert.Equal(expected == 1, !float.IsNaN(input.Data.Tracks.Attribute(row, TrackAttribute.Energy)));
            Assert.InRange(input.Data.Tracks.Attribute(row, TrackAttribute.DurationMs), 1, 1e6);
            Assert.InRange(input.Data.Tracks.Attribute(row, TrackAttribute.Popularity), 0, 100);
        }

        var attributes = input.Data.Tracks;
        Assert.True(attributes.TryFind(home.Number("b2"), out var known));
        Assert.Equal(-7.25, attributes.Attribute(known, TrackAttribute.Loudness), 1e-4);
        Assert.Equal(1, attributes.Attribute(known, TrackAttribute.Mode));
        Assert.Equal(float.NaN, attributes.Attribute(known, TrackAttribute.Key));
    }

    [Fact]
    public async Task Of_a_large_catalog_the_most_played_tracks_and_a_sample_are_taken()
    {
        home.AddArtist("c", 100);
        for (var i = 1; i <= 8; i++) home.Play("ada", $"c{i}");
        var input = await home.ReadAsync(new TrainingReaderOptions { MaxTracks = 20, SampleShare = 0.5 });
        Assert.Equal(20, input.Data.Tracks.Count);
        Assert.All(Enumerable.Range(1, 8), i => Assert.True(input.Data.Tracks.TryFind(home.Number($"c{i}"), out _)));

        // Another week, another sample.
        home.Play("ada", "c1", ageDays: -7);
        home.Clock.Advance(TimeSpan.FromDays(7));
        var later = await home.ReadAsync(new TrainingReaderOptions { MaxTracks = 20, SampleShare = 0.5 });
        Assert.NotEqual(Ids(input.Data.Tracks), Ids(later.Data.Tracks));

        static HashSet<UInt128> Ids(TrackTable tracks) => [.. Enumerable.Range(0, tracks.Count).Select(tracks.Id)];
    }

    [Fact]
    public async Task Options_are_validated()
    {
        TrainingReaderOptions[] invalid =
            [new() { MaxTracks = 0 }, new() { SampleShare = double.NaN }, new() { HalfLifeDays = 0 }, new() { SavedTrack = -1 }];
        foreach (var options in invalid) await Assert.ThrowsAsync<ArgumentException>(() => home.ReadAsync(options));
    }

    [Fact]
    public async Task Pages_do_not_change_the_result()
    {
        for (var i = 0; i < 7; i++)
        {
            home.AddListener($"listener {i}");
            home.Play($"listener {i}", $"a{1 + (i % 3)}");
            home.Save($"listener {i}", "track", home.TrackId("b1"));
        }

        var whole = home.Describe(await home.ReadAsync()).ToList();
        Assert.Equal(7, whole.Count);
        Assert.Equal(whole, home.Describe(await home.ReadAsync(new TrainingReaderOptions { ListenersPerPage = 2 })));
        var bounded = await home.ReadAsync(new TrainingReaderOptions { ListenersPerPage = 2, MaxInteractions = 7 });
        Assert.InRange(bounded.Counts.Listeners, 4, 5);
    }

    [Fact]
    public async Task Some_of_many_listeners_are_held_out()
    {
        home.AddArtist("c", 10);
        for (var i = 0; i < 300; i++)
        {
            home.AddListener($"listener {i}");
            for (var track = 1; track <= 10; track++) home.Play($"listener {i}", $"c{track}", ageDays: track);
        }

        var few = await home.ReadAsync();
        Assert.Equal((300, 0), (few.Counts.Listeners, few.HeldOut.Count));
        var many = await home.ReadAsync(new TrainingReaderOptions { MinListenersToHoldOut = 300 });
        Assert.InRange(many.HeldOut.Count, 1, 20);
        Assert.Equal(300, many.Counts.Listeners + many.HeldOut.Count);
        Assert.All(many.HeldOut, listener =>
        {
            Assert.Equal([home.Number("c1"), home.Number("c2")], listener.Targets);
            Assert.Equal(8, listener.History.Count);
        });
    }
}
