using System.Net;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Fixtures;
using Spotify.Functions.Playlists;
using static Spotify.Fixtures.TestCatalog;
using static Spotify.Functions.Tests.Playlists.PlaylistClient;

namespace Spotify.Functions.Tests.Playlists;

public sealed class PlaylistItemsTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly Statement Keys = new(
        "SELECT OrderKey FROM PlaylistItems WHERE PlaylistId = @playlist", ("playlist", ColumnType.String));

    private readonly HttpClient ada = fixture.Ada;

    [Fact]
    public async Task Items_are_added_at_the_end_or_at_a_position_by_body_query_or_bare_array()
    {
        var id = await ada.CreateAsync();
        await ada.AddAsync(id, Dawn, Duet);
        await (await ada.PostAsync($"/v1/playlists/{id}/items", Json(new { uris = new[] { Swedish.Uri() }, position = 0 }))).JsonAsync(
            HttpStatusCode.Created);
        await (await ada.PostAsync($"/v1/playlists/{id}/tracks?uris={Future.Uri()},{Pilot.Uri()}&position=1", null)).JsonAsync(
            HttpStatusCode.Created);
        await (await ada.PostAsync($"/v1/playlists/{id}/tracks", Json(new[] { Finale.Uri() }))).JsonAsync(HttpStatusCode.Created);
        Assert.Equal("Midsommar Tomorrow Pilot Dawn Duet Finale", await ada.NamesAsync(id));
    }

    [Fact]
    public async Task Items_have_the_user_and_time_of_their_addition()
    {
        var id = await ada.CreateAsync();
        await ada.AddAsync(id, Dawn);
        var item = (await ada.GetJsonAsync($"/v1/playlists/{id}/items"))["items"]![0]!;
        Assert.Equal("ada", item.At("added_by", "id"));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", item.At("added_at"));
        Assert.Equal(
            (Dawn.Uri(), Dawn.Uri(), "Sunrise"), (item.At("item", "uri"), item.At("track", "uri"), item.At("track", "album", "name")));
    }

    [Fact]
    public async Task Episodes_are_mapped_to_tracks_for_clients_without_episode_support()
    {
        var id = await ada.CreateAsync();
        await ada.AddAsync(id, Pilot);
        var known = (await ada.GetJsonAsync($"/v1/playlists/{id}/items?additional_types=track,episode"))["items"]![0]!["item"]!;
        Assert.Equal(("episode", "Night Radio", null), (known.At("type"), known.At("show", "name"), known.At("album")));
        var other = (await ada.GetJsonAsync($"/v1/playlists/{id}/tracks"))["items"]![0]!["track"]!;
        Assert.Equal(("episode", Pilot.Uri(), "Night Radio"), (other.At("type"), other.At("uri"), other.At("album", "name")));
        await ada.GetErrorAsync($"/v1/playlists/{id}/items?additional_types=film", HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(0, 2, 1, "Duet Dawn Midsommar Tomorrow")]
    [InlineData(0, 4, 1, "Duet Midsommar Tomorrow Dawn")]
    [InlineData(3, 0, 1, "Tomorrow Dawn Duet Midsommar")]
    [InlineData(1, 0, 3, "Duet Midsommar Tomorrow Dawn")]
    [InlineData(0, 4, 2, "Midsommar Tomorrow Dawn Duet")]
    [InlineData(1, 2, 2, "Dawn Duet Midsommar Tomorrow")]
    public async Task A_range_is_moved_before_an_item(int start, int before, int length, string names)
    {
        var id = await ada.CreateAsync();
        await ada.AddAsync(id, Dawn, Duet, Swedish, Future);
        await (await ada.UpdateAsync(id, new { range_start = start, insert_before = before, range_length = length })).JsonAsync();
        Assert.Equal(names, await ada.NamesAsync(id));
    }

    [Fact]
    public async Task Items_are_replaced_by_body_or_query_and_cleared()
    {
        var id = await ada.CreateAsync();
        await ada.AddAsync(id, Dawn, Duet);
        await (await ada.UpdateAsync(id, new { uris = new[] { Swedish.Uri(), Swedish.Uri() } })).JsonAsync();
        Assert.Equal("Midsommar Midsommar", await ada.NamesAsync(id));
        await (await ada.PutAsync($"/v1/playlists/{id}/tracks?uris={Dawn.Uri()}", null)).JsonAsync();
        Assert.Equal("Dawn", await ada.NamesAsync(id));
        await (await ada.PutAsync($"/v1/playlists/{id}/tracks?uris=", null)).JsonAsync();
        Assert.Equal("", await ada.NamesAsync(id));
    }

    [Fact]
    public async Task Removal_by_uri_removes_all_occurrences_and_by_position_only_those()
    {
        var id = await ada.CreateAsync();
        await ada.AddAsync(id, Dawn, Duet, Dawn, Swedish, Dawn, Duet);
        await (await ada.RemoveAsync(id, new { items = new[] { new { uri = Dawn.Uri(), positions = new[] { 0, 4 } } } })).JsonAsync();
        Assert.Equal("Duet Dawn Midsommar Duet", await ada.NamesAsync(id));
        await (await ada.RemoveAsync(id, new { tracks = new[] { new { uri = Duet.Uri() } } }, "tracks")).JsonAsync();
        Assert.Equal("Dawn Midsommar", await ada.NamesAsync(id));
    }

    [Fact]
    public async Task Removing_missing_items_changes_nothing()
    {
        var id = await ada.CreateAsync();
        var snapshot = await ada.AddAsync(id, Dawn);
        var answer = await (await ada.RemoveAsync(id, new { items = new[] { new { uri = Duet.Uri() } } })).JsonAsync();
        Assert.Equal(snapshot, answer.At("snapshot_id"));
    }

    [Fact]
    public async Task Every_change_creates_a_snapshot()
    {
        var id = await ada.CreateAsync();
        List<string> snapshots = [await ada.SnapshotAsync(id), await ada.AddAsync(id, Dawn), await ada.AddAsync(id, Dawn)];
        snapshots.Add((await (await ada.UpdateAsync(id, new { range_start = 0, insert_before = 2 })).JsonAsync()).At("snapshot_id")!);
        Assert.Equal(snapshots[^1], await ada.SnapshotAsync(id));
        await ada.PutAsync($"/v1/playlists/{id}", Json(new { name = "Other" }));
        snapshots.Add(await ada.SnapshotAsync(id));
        Assert.Equal(5, snapshots.Distinct().Count());
    }

    [Fact]
    public async Task Positions_in_an_older_snapshot_are_mapped_to_the_current_version()
    {
        var id = await ada.CreateAsync();
        var snapshot = await ada.AddAsync(id, Dawn, Duet, Swedish, Dawn);
        await ada.AddAtAsync(id, 0, null, Future, Future);
        await (await ada.UpdateAsync(id, new { range_start = 3, insert_before = 6 })).JsonAsync();
        Assert.Equal("Tomorrow Tomorrow Dawn Midsommar Dawn Duet", await ada.NamesAsync(id));

        var removal = new { items = new[] { new { uri = Dawn.Uri(), positions = new[] { 3 } } }, snapshot_id = snapshot };
        await (await ada.RemoveAsync(id, removal)).JsonAsync();
        Assert.Equal("Tomorrow Tomorrow Dawn Midsommar Duet", await ada.NamesAsync(id));
        await (await ada.UpdateAsync(id, new { range_start = 1, insert_before = 0, range_length = 3, snapshot_id = snapshot })).JsonAsync();
        Assert.Equal("Tomorrow Tomorrow Midsommar Duet Dawn", await ada.NamesAsync(id));
        await ada.AddAtAsync(id, 1, snapshot, Pilot);
        Assert.Equal("Tomorrow Tomorrow Midsommar Pilot Duet Dawn", await ada.NamesAsync(id));

        // The item at this position of the snapshot is already removed.
        await (await ada.RemoveAsync(id, removal)).JsonAsync();
        Assert.Equal("Tomorrow Tomorrow Midsommar Pilot Duet Dawn", await ada.NamesAsync(id));
    }

    [Fact]
    public async Task Positions_that_cannot_be_mapped_are_rejected()
    {
        var id = await ada.CreateAsync();
        var snapshot = await ada.AddAsync(id, Dawn, Duet);
        await (await ada.UpdateAsync(id, new { uris = new[] { Swedish.Uri() } })).JsonAsync();
        await (await ada.UpdateAsync(id, new { range_start = 0, insert_before = 2, snapshot_id = snapshot })).ErrorAsync(
            HttpStatusCode.BadRequest);

        for (var i = 1; i < 100; i++) await ada.AddAsync(id, Dawn);
        await ada.AddAtAsync(id, 0, snapshot, Duet);
        Assert.Contains(
            "too old",
            await (await ada.RemoveAsync(id, new { items = new[] { new { uri = Dawn.Uri() } }, snapshot_id = snapshot })).ErrorAsync(
                HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Invalid_snapshots_are_rejected()
    {
        var (id, other) = (await ada.CreateAsync(), await ada.CreateAsync());
        await ada.AddAsync(id, Dawn);
        foreach (var snapshot in new[] { "", "x", "AAAA", await ada.SnapshotAsync(other), SnapshotId.Format(id, 3) })
        {
            await (await ada.UpdateAsync(id, new { range_start = 0, insert_before = 1, snapshot_id = snapshot })).ErrorAsync(
                HttpStatusCode.BadRequest);
            await (await ada.UpdateAsync(id, new { uris = Array.Empty<string>(), snapshot_id = snapshot })).ErrorAsync(
                HttpStatusCode.BadRequest);
            await (await ada.RemoveAsync(id, new { items = new[] { new { uri = Dawn.Uri() } }, snapshot_id = snapshot })).ErrorAsync(
                HttpStatusCode.BadRequest);
        }

        Assert.Equal("Dawn", await ada.NamesAsync(id));
    }

    [Fact]
    public async Task Bad_changes_are_refused_and_change_nothing()
    {
        var id = await ada.CreateAsync();
        var snapshot = await ada.AddAsync(id, Dawn, Duet);
        var uri = Dawn.Uri();
        object[] additions =
        [
            new { }, new { uris = Array.Empty<string>() }, new { uris = "x" }, new { uris = new[] { "spotify:track:1" } },
            new { uris = new[] { $"spotify:album:{Sunrise.Id}" } },
            new { uris = new string?[] { null } }, new { uris = new[] { $"spotify:track:{SpotifyId.FromName("none")}" } },
            new { uris = new[] { $"spotify:track:{Pilot.Id}" } },
            new { uris = Enumerable.Repeat(uri, 101) }, new { uris = new[] { uri }, position = 3 },
            new { uris = new[] { uri }, position = -1 },
            new { uris = new[] { uri }, position = "1" }, new { uris = new[] { uri }, position = 1.5 }, "text", 7,
        ];
        foreach (var body in additions)
            await (await ada.PostAsync($"/v1/playlists/{id}/items", Json(body))).ErrorAsync(HttpStatusCode.BadRequest);
        object[] updates =
        [
            new { }, new { range_start = 0 }, new { insert_before = 0 }, new { range_start = 2, insert_before = 0 },
            new { range_start = -1, insert_before = 0 },
            new { range_start = 0, insert_before = 3 }, new { range_start = 0, insert_before = -1 },
            new { range_start = 0, insert_before = 0, range_length = 0 },
            new { range_start = 1, insert_before = 0, range_length = 2 },
            new { range_start = 0, insert_before = 0, range_length = int.MaxValue },
            new { uris = new[] { uri }, range_start = 0, insert_before = 1 }, new { uris = Enumerable.Repeat(uri, 101) },
        ];
        foreach (var body in updates) await (await ada.UpdateAsync(id, body)).ErrorAsync(HttpStatusCode.BadRequest);
        object[] removals =
        [
            new { }, new { items = new[] { new { } } }, new { items = new object?[] { null } },
            new { items = new[] { new { uri, positions = new[] { 1 } } } },
            new { items = new[] { new { uri, positions = new[] { 2 } } } }, new { items = new[] { new { uri, positions = new[] { -1 } } } },
            new { items = Enumerable.Repeat(new { uri }, 101) },
        ];
        foreach (var body in removals) await (await ada.RemoveAsync(id, body)).ErrorAsync(HttpStatusCode.BadRequest);
        await (await ada.PostAsync($"/v1/playlists/{id}/items", new StringContent("{\"uris\": [\"\\ud800\"]}"))).ErrorAsync(
            HttpStatusCode.BadRequest);
        await (await ada.PostAsync($"/v1/playlists/{id}/items", new StringContent("{"))).ErrorAsync(HttpStatusCode.BadRequest);
        await (await ada.PostAsync("/v1/playlists/short/items", Json(new { uris = new[] { uri } }))).ErrorAsync(HttpStatusCode.BadRequest);
        Assert.Equal(snapshot, await ada.SnapshotAsync(id));
    }

    [Fact]
    public async Task A_playlist_has_up_to_ten_thousand_items_and_is_read_in_pages()
    {
        var id = await ada.CreateAsync();
        for (var i = 0; i < PlaylistEditor.MaxItems / 100; i++)
            await ada.AddAtAsync(id, i * 50, null, [.. Enumerable.Repeat(i % 2 == 0 ? Dawn : Duet, 100)]);
        Assert.Contains(
            "10000",
            await (await ada.PostAsync($"/v1/playlists/{id}/items", Json(new { uris = new[] { Dawn.Uri() } }))).ErrorAsync(
                HttpStatusCode.Forbidden));

        var last = await ada.GetJsonAsync($"/v1/playlists/{id}/tracks?limit=100&offset=9950");
        Assert.Equal((50, "10000", null), (last["items"]!.AsArray().Count, last.At("total"), last.At("next")));
        var first = await ada.GetJsonAsync($"/v1/playlists/{id}?fields=tracks(next,limit),items.previous");
        var next = $"{ada.BaseAddress}v1/playlists/{id}/tracks?offset=50&limit=50";
        Assert.Equal(
            $$$"""{"items":{"previous":null},"tracks":{"limit":50,"next":"{{{next}}}"}}""",
            first.ToJsonString().Replace("\\u0026", "&", StringComparison.Ordinal));
        await ada.GetErrorAsync($"/v1/playlists/{id}/tracks?limit=101", HttpStatusCode.BadRequest);
        await ada.GetErrorAsync($"/v1/playlists/{id}/items?limit=51", HttpStatusCode.BadRequest);

        await (await ada.RemoveAsync(id, new { items = new[] { new { uri = Dawn.Uri() } } })).JsonAsync();
        Assert.Equal("5000", (await ada.GetJsonAsync($"/v1/playlists/{id}/items")).At("total"));
    }

    [Fact]
    public async Task Repeated_insertions_and_moves_at_the_same_positions_keep_the_order()
    {
        var (id, random) = (await ada.CreateAsync(), new Random(1));
        Playable[] tracks = [Dawn, Duet, Swedish, Future, Explicit];
        var model = new List<string>();
        for (var i = 0; i < 900; i++)
        {
            var track = tracks[random.Next(tracks.Length)];
            // Inserting alternately on both sides of one gap makes the keys grow fastest.
            var position = Math.Min(model.Count, (i + 1) / 2);
            await ada.AddAtAsync(id, position, null, track);
            model.Insert(position, track.Name);
            if (i % 9 != 8) continue;
            var (start, before) = (random.Next(model.Count), random.Next(model.Count + 1));
            var length = random.Next(1, model.Count - start + 1);
            await (await ada.UpdateAsync(id, new { range_start = start, insert_before = before, range_length = length })).JsonAsync();
            var moved = model.GetRange(start, length);
            model.RemoveRange(start, length);
            model.InsertRange(before <= start ? before : before >= start + length ? before - length : start, moved);
        }

        var names = new List<string>();
        for (var offset = 0; offset < model.Count; offset += 100)
            names.AddRange(
                (await ada.GetJsonAsync($"/v1/playlists/{id}/tracks?limit=100&offset={offset}"))["items"]!.AsArray()
                    .Select(item => item!.At("item", "name")!));
        Assert.Equal(model, names);

        var longest = 0;
        await foreach (var row in fixture.Server.Database.QueryAsync(Keys, new Parameters { { "playlist", id } }, null, default))
            longest = Math.Max(longest, row.String("OrderKey").Length);
        Assert.InRange(longest, 1, OrderKeys.MaxLength);
    }
}
