using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Functions.PlaylistGenerator;
using static Spotify.Functions.Tests.PlaylistGenerator.GeneratorServer;

namespace Spotify.Functions.Tests.PlaylistGenerator;

/// <summary>The generation of playlists with a model, over HTTP as the task queue calls it.</summary>
public sealed class PlaylistGeneratorTests : IAsyncLifetime
{
    private readonly GeneratorServer home = new();

    public async Task InitializeAsync()
    {
        await home.InitializeAsync();
        await home.PublishAsync();
    }

    public Task DisposeAsync() => home.DisposeAsync();

    [Fact]
    public async Task A_listener_gets_thirty_tracks_that_they_have_not_heard()
    {
        await home.AddListenerAsync("ada", genre: 1);
        await home.GenerateAsync("ada");

        var playlist = (await home.ReadAsync("ada"))!;
        Assert.Equal("Discover Weekly", playlist["name"]!.GetValue<string>());
        Assert.StartsWith("Your weekly mixtape of fresh music", playlist["description"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("ada", playlist["owner"]!["id"]!.GetValue<string>());
        Assert.False(playlist["public"]!.GetValue<bool>());
        Assert.NotEmpty(playlist["images"]!.AsArray());
        var tracks = await home.TracksAsync("ada");
        Assert.Equal(30, tracks.Distinct().Count());
        Assert.DoesNotContain(tracks, track => Enumerable.Range(0, Artists).Any(artist => track == Track(1, artist, 0)));
        Assert.True(tracks.Count(track => GenreOf(track) == 1) >= 15);
        var state = (await home.StateAsync("ada"))!;
        Assert.Equal("2026-11-23", state.String("Period"));
        Assert.NotNull(state.StringOrNull("ModelVersion"));
        Assert.Equal("default", state.String("Variant"));

        using var client = await home.Server.SignInAsync("ada");
        Assert.Contains("\"Discover Weekly\"", await client.GetStringAsync("/v1/me/playlists"));
    }

    [Fact]
    public async Task Every_track_has_a_reason()
    {
        await home.AddListenerAsync("ada");
        await home.GenerateAsync("ada");

        var statement = new Statement(
            "SELECT Reason FROM PlaylistItems WHERE PlaylistId = @playlist", ("playlist", ColumnType.String));
        var id = (await home.StateAsync("ada"))!.String("PlaylistId");
        var reasons = await home.Database.QueryAsync(statement, new Parameters { { "playlist", id } }, null, default)
            .Select(row => row.StringOrNull("Reason")).ToListAsync();
        Assert.Equal(30, reasons.Count);
        Assert.All(reasons, reason => Assert.True(Spotify.Recommendations.Ranking.PickReasonText.TryParse(reason, out _), reason));
    }

    [Fact]
    public async Task A_week_is_written_once_however_often_it_is_delivered()
    {
        await home.AddListenerAsync("ada");
        await home.AddListenerAsync("ben");
        await home.GenerateAsync("ada", "ben", "ada");
        var first = (await home.ReadAsync("ada"))!;
        await home.PlayAsync("ada", Track(2, 0, 0), Track(2, 1, 0));
        await home.GenerateAsync("ben", "ada");

        Assert.Equal(first.ToJsonString(), (await home.ReadAsync("ada"))!.ToJsonString());
    }

    [Fact]
    public async Task Two_deliveries_at_the_same_time_write_once()
    {
        await home.AddListenerAsync("ada");
        var waiting = 0;
        var both = new TaskCompletionSource();
        home.Database.BeforeTransaction = () =>
        {
            if (Interlocked.Increment(ref waiting) == 2) both.SetResult();
            return both.Task;
        };
        await Task.WhenAll(home.GenerateAsync("ada"), home.GenerateAsync("ada"));
        home.Database.BeforeTransaction = null;

        Assert.Equal(2, waiting);
        var playlist = (await home.ReadAsync("ada"))!;
        Assert.Equal(30, playlist["tracks"]!["total"]!.GetValue<int>());
        Assert.Equal(1, await VersionAsync("ada"));
        using var client = await home.Server.SignInAsync("ada");
        Assert.Contains("\"total\":1", await client.GetStringAsync("/v1/me/playlists"));
    }

    [Fact]
    public async Task The_next_week_replaces_the_tracks_of_the_same_playlist()
    {
        await home.AddListenerAsync("ada");
        await home.GenerateAsync("ada");
        var (first, tracks) = ((await home.StateAsync("ada"))!, await home.TracksAsync("ada"));
        using (var client = await home.Server.SignInAsync("ada"))
            (await client.DeleteAsync($"/v1/playlists/{first.String("PlaylistId")}/followers")).EnsureSuccessStatusCode();
        await home.PlayAsync("ada", tracks.Take(5));
        home.Clock.Advance(TimeSpan.FromDays(7));
        await home.GenerateAsync("ada");

        var second = (await home.StateAsync("ada"))!;
        Assert.Equal(first.String("PlaylistId"), second.String("PlaylistId"));
        Assert.Equal("2026-11-30", second.String("Period"));
        Assert.Equal(2, await VersionAsync("ada"));
        var next = await home.TracksAsync("ada");
        Assert.Equal(30, next.Count);
        Assert.Empty(next.Intersect(tracks.Take(5)));
        // A listener who has removed the playlist from the library does not get it back.
        using var ada = await home.Server.SignInAsync("ada");
        Assert.Contains("\"total\":0", await ada.GetStringAsync("/v1/me/playlists"));
    }

    [Fact]
    public async Task A_task_of_an_older_week_does_not_overwrite()
    {
        await home.AddListenerAsync("ada");
        var late = new GenerationTask(["ada"])
        {
            Surfaces = ["discover-weekly"], Batch = Batch("2026-11-23"),
        };
        home.Clock.Advance(TimeSpan.FromDays(7));
        await home.GenerateAsync("ada");
        var before = (await home.ReadAsync("ada"))!.ToJsonString();
        using var response = await home.SendAsync(late);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(before, (await home.ReadAsync("ada"))!.ToJsonString());
        Assert.Equal("2026-11-30", (await home.StateAsync("ada"))!.String("Period"));
    }

    [Fact]
    public async Task A_week_begins_in_the_time_zone_of_the_listener()
    {
        await home.AddListenerAsync("ada");
        await home.AddListenerAsync("bob", country: "US");
        await home.GenerateAsync("ada", "bob");

        // In New York it is Monday, 00:01.
        Assert.Equal("2026-11-23", (await home.StateAsync("bob"))!.String("Period"));
        home.Clock.Now = new DateTimeOffset(2026, 11, 30, 4, 58, 0, TimeSpan.Zero);
        await home.GenerateAsync("ada", "bob");
        Assert.Equal("2026-11-30", (await home.StateAsync("ada"))!.String("Period"));
        Assert.Equal("2026-11-23", (await home.StateAsync("bob"))!.String("Period"));
    }

    [Fact]
    public async Task A_failed_listener_keeps_the_last_list_and_is_retried_alone()
    {
        await AddShardAsync("2026-11-30");
        string[] users = ["ada", "ben", "cat"];
        foreach (var user in users) await home.AddListenerAsync(user);
        await home.GenerateAsync(users);
        var last = (await home.ReadAsync("ben"))!.ToJsonString();
        home.Clock.Advance(TimeSpan.FromDays(7));
        var task = new GenerationTask(users)
        {
            Surfaces = ["discover-weekly"], Batch = Batch("2026-11-30"),
        };
        home.Database.OnMutation = mutation =>
        {
            if (mutation.Table.Name == "GeneratedPlaylists" && mutation.Values.Contains(("UserId", "ben"))) throw new IOException("Broken");
        };
        using (var failed = await home.SendAsync(task)) Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);

        Assert.Equal(last, (await home.ReadAsync("ben"))!.ToJsonString());
        Assert.Equal("2026-11-30", (await home.StateAsync("ada"))!.String("Period"));
        Assert.Equal("2026-11-30", (await home.StateAsync("cat"))!.String("Period"));
        Assert.Equal((2L, 1L), await CountsAsync("2026-11-30"));
        // A further failure changes nothing.
        using (var failed = await home.SendAsync(task)) Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.Equal((2L, 1L), await CountsAsync("2026-11-30"));

        home.Database.OnMutation = null;
        using (var retried = await home.SendAsync(task)) Assert.Equal(HttpStatusCode.NoContent, retried.StatusCode);
        Assert.Equal("2026-11-30", (await home.StateAsync("ben"))!.String("Period"));
        Assert.Equal(2, await VersionAsync("ada"));
        Assert.Equal((3L, 0L), await CountsAsync("2026-11-30"));
        using (var repeated = await home.SendAsync(task)) Assert.Equal(HttpStatusCode.NoContent, repeated.StatusCode);
        Assert.Equal((3L, 0L), await CountsAsync("2026-11-30"));
    }

    [Fact]
    public async Task An_account_that_is_removed_meanwhile_gets_nothing()
    {
        await home.AddListenerAsync("ada");
        await home.AddListenerAsync("ben");
        // The transactions of both listeners wait for it.
        var removal = new Lazy<Task>(() => home.Server.WriteAsync(Mutation.Insert(
            Schema.Current.Table("AccountRemovals"),
            ("UserId", "ada"), ("RequestedAt", home.Clock.Now), ("DueAt", home.Clock.Now.AddHours(1)))));
        home.Database.BeforeTransaction = () => removal.Value;
        await home.GenerateAsync("ada", "nobody", "ben");

        Assert.Null(await home.StateAsync("ada"));
        Assert.NotNull(await home.StateAsync("ben"));
    }

    [Fact]
    public async Task A_suspect_listener_keeps_the_last_list()
    {
        await home.AddListenerAsync("ada");
        await home.Server.WriteAsync(Mutation.Update(
            Schema.Current.Table("Listeners"), ("UserId", "ada"), ("SuspectUntil", home.Clock.Now.AddDays(1))));
        await home.GenerateAsync("ada");
        Assert.Null(await home.StateAsync("ada"));
    }

    [Fact]
    public async Task A_list_depends_on_the_listener_and_the_week_only()
    {
        await home.AddListenerAsync("ada");
        await home.GenerateAsync("ada");
        var first = await home.TracksAsync("ada");
        await home.Server.WriteAsync(Mutation.Delete(Schema.Current.Table("GeneratedPlaylists"), new Key("ada")));
        await home.GenerateAsync("ada");
        Assert.Equal(first, await home.TracksAsync("ada"));
    }

    [Fact]
    public async Task Plays_of_today_change_the_list()
    {
        await home.AddListenerAsync("ada", genre: 0);
        await home.GenerateAsync("ada");
        Assert.True((await home.TracksAsync("ada")).Count(track => GenreOf(track) == 3) < 10);

        home.Clock.Advance(TimeSpan.FromDays(7));
        // More of another genre than was heard before.
        await home.PlayAsync("ada", Enumerable.Range(0, 24).Select(i => Track(3, i % 8, i / 8)));
        await home.GenerateAsync("ada");
        Assert.True((await home.TracksAsync("ada")).Count(track => GenreOf(track) == 3) > 10);
    }

    [Fact]
    public async Task Explicit_tracks_and_those_of_other_markets_are_left_out()
    {
        await home.AddListenerAsync("ada", explicitFilter: true);
        await home.AddListenerAsync("bob", country: "US");
        await home.AddListenerAsync("eva");
        await home.GenerateAsync("ada", "bob", "eva");

        var (ada, bob, eva) = (await home.TracksAsync("ada"), await home.TracksAsync("bob"), await home.TracksAsync("eva"));
        Assert.Equal((30, true), (ada.Count, ada.Exists(track => !IsInUnitedStates(track))));
        Assert.DoesNotContain(ada, IsExplicit);
        Assert.All(bob, track => Assert.True(IsInUnitedStates(track)));
        Assert.Contains(eva, IsExplicit);
    }

    [Fact]
    public async Task Tracks_that_became_unavailable_since_the_training_are_left_out()
    {
        await home.AddListenerAsync("ada");
        await home.AddListenerAsync("ben");
        await home.GenerateAsync("ada");
        var gone = (await home.TracksAsync("ada")).Take(6).ToList();
        var playables = Schema.Current.Table("Playables");
        await home.Server.WriteAsync(
            Mutation.Delete(playables, new Key(gone[0])),
            Mutation.Update(playables, ("PlayableId", gone[1]), ("Markets", "US")),
            Mutation.Update(playables, ("PlayableId", gone[2]), ("AvailableFrom", home.Clock.Now.AddDays(30))),
            Mutation.Update(playables, ("PlayableId", gone[3]), ("AvailableUntil", home.Clock.Now)),
            Mutation.Update(playables, ("PlayableId", gone[4]), ("Encodings", null)));
        home.Clock.Advance(TimeSpan.FromDays(7));
        await home.GenerateAsync("ada");

        var tracks = await home.TracksAsync("ada");
        Assert.Empty(tracks.Intersect(gone.Take(5)));
        Assert.Equal(30, tracks.Count);
    }

    [Fact]
    public async Task Exclusions_and_not_interested_take_effect_at_the_next_generation()
    {
        await home.AddListenerAsync("ada", genre: 0);
        await home.GenerateAsync("ada");
        var first = await home.TracksAsync("ada");
        var (track, artist, album) = (first[0], ArtistOf(first[1]), Album(GenreOf(first[2]), 5));
        await home.Server.WriteAsync(
            Hide("NotInterested", $"spotify:track:{track}"),
            Hide("NotInterested", $"spotify:artist:{artist}"),
            Hide("TasteExclusions", $"spotify:album:{album}"));
        home.Clock.Advance(TimeSpan.FromDays(7));
        await home.GenerateAsync("ada");

        var second = await home.TracksAsync("ada");
        Assert.Equal(30, second.Count);
        Assert.DoesNotContain(track, second);
        Assert.DoesNotContain(second, other => ArtistOf(other) == artist || ArtistOf(other) == Artist(GenreOf(first[2]), 5));
    }

    [Fact]
    public async Task Plays_of_private_sessions_and_excluded_contexts_are_heard_but_no_taste()
    {
        var hidden = Enumerable.Range(0, 24).Select(i => Track(3, i % 8, i / 8)).ToList();
        await home.AddListenerAsync("ada", genre: 0);
        await home.AddListenerAsync("ben", genre: 0);
        await home.PlayAsync("ada", hidden);
        await home.PlayAsync("ben", hidden);
        // The plays took 200 s each until one hour ago.
        await home.Server.WriteAsync(Mutation.Insert(
            Schema.Current.Table("PrivateSessions"),
            ("UserId", "ada"), ("StartedAt", home.Clock.Now.AddHours(-2)), ("EndsAt", home.Clock.Now.AddHours(-1).AddSeconds(-100))));
        home.Clock.Advance(TimeSpan.FromHours(2));
        await home.PlayAsync("ada", Enumerable.Range(0, 16).Select(i => Track(0, i % 8, 1 + (i / 8))));
        await home.GenerateAsync("ada", "ben");

        var (ada, ben) = (await home.TracksAsync("ada"), await home.TracksAsync("ben"));
        Assert.Empty(ada.Intersect(hidden));
        Assert.Empty(ben.Intersect(hidden));
        Assert.True(ada.Count(track => GenreOf(track) == 3) < 10);
        Assert.True(ben.Count(track => GenreOf(track) == 3) > 10);
    }

    [Fact]
    public async Task Saved_tracks_and_own_playlists_are_taste_and_not_recommended()
    {
        await home.AddUserAsync("ada");
        using var client = await home.Server.SignInAsync("ada");
        var saved = Enumerable.Range(0, 6).Select(artist => Track(2, artist, 1)).ToList();
        var added = Enumerable.Range(0, 6).Select(artist => Track(2, artist, 2)).ToList();
        (await client.PutAsync($"/v1/me/tracks?ids={string.Join(',', saved)}", null)).EnsureSuccessStatusCode();
        (await client.PutAsync($"/v1/me/albums?ids={Album(2, 7)}", null)).EnsureSuccessStatusCode();
        using var created = await client.PostAsync("/v1/me/playlists", Json("""{"name":"Mine"}"""));
        var id = System.Text.Json.Nodes.JsonNode.Parse(await created.Content.ReadAsStringAsync())!["id"]!.GetValue<string>();
        var uris = string.Join(',', added.Select(track => $"\"spotify:track:{track}\""));
        (await client.PostAsync($"/v1/playlists/{id}/items", Json($$"""{"uris":[{{uris}}]}"""))).EnsureSuccessStatusCode();
        await home.GenerateAsync("ada");

        var tracks = await home.TracksAsync("ada");
        Assert.True(tracks.Count(track => GenreOf(track) == 2) >= 12);
        Assert.Empty(tracks.Intersect(saved.Concat(added)));
        Assert.DoesNotContain(tracks, track => ArtistOf(track) == Artist(2, 7));
    }

    [Fact]
    public async Task Of_a_large_library_the_newest_items_are_read()
    {
        await home.AddUserAsync("ada");
        var hours = 0;
        await SaveAsync("track", [.. Enumerable.Range(0, Artists).Select(artist => Track(3, artist, 0))]);
        await SaveAsync("track", [.. Enumerable.Range(0, 3000).Select(i => SpotifyId.FromName($"unknown track {i}"))]);
        await SaveAsync("track", [.. Enumerable.Range(0, Artists).Select(artist => Track(1, artist, 0))]);
        await SaveAsync("album", [Album(3, 7)]);
        await SaveAsync("album", [.. Enumerable.Range(0, 3000).Select(i => SpotifyId.FromName($"unknown album {i}"))]);
        await SaveAsync("album", [Album(1, 7)]);
        var rows = home.Database.Rows;
        await home.GenerateAsync("ada");

        Assert.InRange(home.Database.Rows - rows, 2000, 2400);
        var tracks = await home.TracksAsync("ada");
        Assert.True(tracks.Count(track => GenreOf(track) == 1) >= 12);
        Assert.True(tracks.Count(track => GenreOf(track) == 3) < 12);
        Assert.DoesNotContain(tracks, track => ArtistOf(track) == Artist(1, 7));

        async Task SaveAsync(string type, IReadOnlyList<string> ids)
        {
            var table = Schema.Current.Table("LibraryItems");
            var first = home.Clock.Now.AddDays(-100).AddHours(hours++);
            await home.Server.WriteAsync(ids.Select((id, i) => Mutation.Insert(
                table, ("UserId", "ada"), ("Type", type), ("ItemId", id), ("AddedAt", first.AddSeconds(i)))));
            var counts = Schema.Current.Table("LibraryCounts");
            var known = await home.Database.ReadAsync(counts, new Key("ada", type), null, default);
            await home.Server.WriteAsync(Mutation.Upsert(
                counts, ("UserId", "ada"), ("Type", type), ("Items", (known?.Int64("Items") ?? 0) + ids.Count)));
        }
    }

    [Fact]
    public async Task A_listener_with_many_playlists_leaves_those_of_others_to_be_read()
    {
        await home.AddUserAsync("ada");
        await home.AddUserAsync("collector");
        await AddPlaylistAsync("ada", "old", home.Clock.Now.AddDays(-3), [.. Enumerable.Range(0, Artists).Select(i => Track(1, i, 0))]);
        for (var i = 0; i < 60; i++)
            await AddPlaylistAsync("collector", $"{i}", home.Clock.Now.AddMinutes(i - 100), [Track(i == 59 ? 2 : 3, i % Artists, i % 3)]);
        await home.GenerateAsync("ada", "collector");

        Assert.True((await home.TracksAsync("ada")).Count(track => GenreOf(track) == 1) >= 15);
        // Of the 60 playlists, the 20 that were changed last are used, so that the tracks of others may be recommended.
        Assert.DoesNotContain(Track(2, 59 % Artists, 59 % 3), await home.TracksAsync("collector"));
    }

    [Fact]
    public async Task Of_many_additions_to_a_playlist_the_newest_are_used()
    {
        await home.AddUserAsync("ada");
        var now = home.Clock.Now;
        await AddPlaylistAsync("ada", "old", now.AddDays(-3), [.. Enumerable.Range(0, Artists).Select(i => Track(3, i, 0))]);
        await AddPlaylistAsync("ada", "long", now.AddDays(-2), [.. Enumerable.Range(0, 1100).Select(i => SpotifyId.FromName($"{i}"))]);
        await AddPlaylistAsync("ada", "new", now.AddDays(-1), [.. Enumerable.Range(0, Artists).Select(i => Track(1, i, 0))]);
        await home.GenerateAsync("ada");

        var tracks = await home.TracksAsync("ada");
        Assert.True(tracks.Count(track => GenreOf(track) == 1) >= 15);
        Assert.True(tracks.Count(track => GenreOf(track) == 3) < 12);
    }

    [Fact]
    public async Task A_visit_generates_what_is_due_and_then_nothing()
    {
        await home.AddListenerAsync("ada");
        var visit = new GenerationTask(["ada"]);
        using (var response = await home.SendAsync(visit)) Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(1, await VersionAsync("ada"));
        var commits = home.Database.RoundTrips.Commits;
        using (var response = await home.SendAsync(visit)) Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(1, await VersionAsync("ada"));
        Assert.True(home.Database.RoundTrips.Commits - commits <= 1);
    }

    [Theory]
    [InlineData("""{"users":[]}""")]
    [InlineData("""{"users":["ada"],"surfaces":["unknown"]}""")]
    [InlineData("""{"users":["ada"],"surfaces":["discover-weekly","discover-weekly"]}""")]
    [InlineData("""{"users":[" "]}""")]
    [InlineData("""{"users":null}""")]
    [InlineData("""{}""")]
    public async Task An_invalid_task_becomes_a_dead_letter(string body)
    {
        await home.AddListenerAsync("ada");
        using var response = await home.SendAsync(Encoding.UTF8.GetBytes(body));
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Null(await home.StateAsync("ada"));
    }

    [Fact]
    public async Task The_round_trips_of_a_hundred_listeners_do_not_grow_with_their_histories()
    {
        var users = Enumerable.Range(0, 100).Select(i => $"user-{i}").ToList();
        foreach (var user in users) await home.AddListenerAsync(user, genre: user.Length % 4);
        var (reads, commits) = home.Database.RoundTrips;
        await home.GenerateAsync(users);

        // Six reads of histories, one of the catalog; a read and a commit per listener.
        Assert.Equal((107, 100), (home.Database.RoundTrips.Reads - reads, home.Database.RoundTrips.Commits - commits));
    }

    [Fact]
    public async Task Playlists_are_counted_by_surface_and_outcome()
    {
        var counted = new List<string>();
        var meters = home.Server.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == GeneratorMetrics.MeterName && instrument.Meter.Scope == meters)
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => counted.Add($"{tags[0].Value} {tags[1].Value} {count}"));
        listener.Start();
        await home.AddListenerAsync("ada");
        await home.GenerateAsync("ada");
        await home.GenerateAsync("ada");

        Assert.Equal(["discover-weekly written 1", "discover-weekly up_to_date 1"], counted);
    }

    [Fact]
    public async Task Only_the_task_queue_may_call()
    {
        using var response = await home.Server.Http.PostAsync("/tasks/playlist-generator", Json("""{"users":["ada"]}"""));
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    private Task AddPlaylistAsync(string owner, string name, DateTimeOffset at, IReadOnlyList<string> tracks)
    {
        var id = SpotifyId.FromName($"{owner} {name}");
        return home.Server.WriteAsync([
            Mutation.Insert(
                Schema.Current.Table("Playlists"),
                ("PlaylistId", id), ("OwnerId", owner), ("Name", name), ("Description", ""), ("Public", false),
                ("Collaborative", false), ("Version", 1L), ("Items", (long)tracks.Count), ("CreatedAt", at), ("UpdatedAt", at)),
            .. tracks.Select((track, i) => Mutation.Insert(
                Schema.Current.Table("PlaylistItems"),
                ("PlaylistId", id), ("OrderKey", $"{i:d4}"), ("Type", "track"), ("PlayableId", track), ("AddedAt", at),
                ("AddedBy", owner))),
        ]);
    }

    private static FanOutBatch Batch(string period) =>
        new("discover-weekly", period, "Europe/Stockholm", 3, SpotifyId.New());

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private Mutation Hide(string table, string uri) => Mutation.Insert(
        Schema.Current.Table(table), ("UserId", "ada"), ("Uri", uri), ("AddedAt", home.Clock.Now));

    private async Task<long> VersionAsync(string user)
    {
        var key = new Key((await home.StateAsync(user))!.String("PlaylistId"));
        return (await home.Database.ReadAsync(Schema.Current.Table("Playlists"), key, null, default))!.Int64("Version");
    }

    private Task AddShardAsync(string period) => home.Server.WriteAsync(Mutation.Insert(
        Schema.Current.Table("FanOutShards"),
        ("Surface", "discover-weekly"), ("Period", period), ("TimeZone", "Europe/Stockholm"), ("Shard", 3L), ("DueAt", home.Clock.Now),
        ("Listeners", 3L), ("Done", 0L), ("Failed", 0L), ("UpdatedAt", home.Clock.Now)));

    private async Task<(long Done, long Failed)> CountsAsync(string period)
    {
        var shard = await home.Database.ReadAsync(
            Schema.Current.Table("FanOutShards"), new Key("discover-weekly", period, "Europe/Stockholm", 3L), null, default);
        return (shard!.Int64("Done"), shard.Int64("Failed"));
    }
}
