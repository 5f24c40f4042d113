using System.Net;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Search;
using Spotify.Fixtures;

namespace Spotify.Functions.Tests.Playlists;

public sealed class PlaylistFollowerTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly Table Playlists = Schema.Current.Table("Playlists");
    private static readonly Table Followers = Schema.Current.Table("PlaylistFollowers");

    private static readonly Statement FollowersOf = new(
        "SELECT COUNT(*) AS Total FROM PlaylistFollowers WHERE PlaylistId = @id AND UserId <> 'ada'", ("id", ColumnType.String));

    [Fact]
    public async Task Concurrent_followers_are_counted_exactly()
    {
        var id = await fixture.Ada.CreateAsync();
        var listeners = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => fixture.Server.SignInAsync($"follower-{i}")));
        await Task.WhenAll(listeners.Select(async (listener, i) =>
        {
            for (var round = 0; round < 3; round++)
            {
                await Task.WhenAll(FollowAsync(listener, id), FollowAsync(listener, id));
                if (round < 2 || i % 3 == 0) await Task.WhenAll(UnfollowAsync(listener, id), UnfollowAsync(listener, id));
            }
        }));

        Assert.Equal("16", (await fixture.Ada.GetJsonAsync($"/v1/playlists/{id}")).At("followers", "total"));
        var rows = await fixture.Server.Database.QueryAsync(FollowersOf, new Parameters { { "id", id } }, null, default).SingleAsync();
        Assert.Equal(16, rows.Int32("Total"));
        Assert.InRange(await PopularityAsync(id), PopularityOf(8), PopularityOf(32));
    }

    [Fact]
    public async Task Followers_of_a_playlist_share_no_row_with_each_other_or_with_edits()
    {
        Assert.Null(Followers.Parent);
        Assert.Equal("UserId", Followers.KeyColumns[0]);

        var id = await fixture.Ada.CreateAsync();
        var before = await fixture.Server.Database.ReadAsync(Playlists, new Key(id), null, default);
        await FollowAsync(fixture.Bob, id);
        var after = await fixture.Server.Database.ReadAsync(Playlists, new Key(id), null, default);
        Assert.Equal("1", (await fixture.Ada.GetJsonAsync($"/v1/playlists/{id}")).At("followers", "total"));
        Assert.Equal(before!.Columns.Select(column => Text(before, column)), after!.Columns.Select(column => Text(after, column)));

        static string Text(Row row, string column) => row.IsNull(column) ? "" : column switch
        {
            "Version" or "Items" or "Public" or "Collaborative" => $"{row.Int64(column)}",
            _ when column.EndsWith("At", StringComparison.Ordinal) => $"{row.Timestamp(column)}",
            _ => row.String(column),
        };
    }

    [Fact]
    public async Task Playlists_with_more_followers_are_found_first()
    {
        var ids = new List<string>();
        for (var i = 0; i < 3; i++) ids.Add(await fixture.Ada.CreateAsync(new { name = $"Quixotic {i}" }));
        var listeners = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => fixture.Server.SignInAsync($"searcher-{i}")));
        await FollowAsync(listeners[0], ids[1]);
        foreach (var listener in listeners) await FollowAsync(listener, ids[2]);
        Assert.Equal(["Quixotic 2", "Quixotic 1", "Quixotic 0"], await FoundAsync("quixotic"));

        // Renaming keeps the popularity, and so does hiding and publishing again.
        await fixture.Ada.PutAsync($"/v1/playlists/{ids[2]}", PlaylistClient.Json(new { name = "Quixotic best" }));
        await fixture.Ada.PutAsync($"/v1/playlists/{ids[1]}", PlaylistClient.Json(new { @public = false }));
        Assert.Equal(["Quixotic best", "Quixotic 0"], await FoundAsync("quixotic"));
        await fixture.Ada.PutAsync($"/v1/playlists/{ids[1]}", PlaylistClient.Json(new { @public = true }));
        Assert.Equal(["Quixotic best", "Quixotic 1", "Quixotic 0"], await FoundAsync("quixotic"));

        foreach (var listener in listeners) await UnfollowAsync(listener, ids[2]);
        Assert.Equal(0, await PopularityAsync(ids[2]));
    }

    [Theory]
    [InlineData(1022, false)]
    [InlineData(1023, true)]
    [InlineData(1024, false)]
    public async Task The_search_document_is_written_when_a_shard_reaches_a_power_of_two(long followers, bool written)
    {
        var id = await fixture.Ada.CreateAsync();
        await fixture.Server.WriteAsync(
            FollowerCounts.Write(EntityType.Playlist, id, FollowerCounts.Shard("bob"), followers),
            FollowerCounts.Write(EntityType.Playlist, id, (FollowerCounts.Shard("bob") + 1) % 16, 5000));
        await FollowAsync(fixture.Bob, id);
        Assert.Equal(written ? 100 : 0, await PopularityAsync(id));
        Assert.Equal($"{followers + 5001}", (await fixture.Ada.GetJsonAsync($"/v1/playlists/{id}")).At("followers", "total"));
    }

    [Fact]
    public async Task A_deleted_playlist_is_not_listed_and_can_be_unfollowed()
    {
        var id = await fixture.Ada.CreateAsync();
        var listener = await fixture.Server.SignInAsync("late");
        await FollowAsync(listener, id);
        await fixture.Server.WriteAsync(Mutation.Delete(Playlists, new Key(id)));
        Assert.Equal("0", (await listener.GetJsonAsync("/v1/me/playlists")).At("total"));
        await UnfollowAsync(listener, id);
        Assert.Null(await fixture.Server.Database.ReadAsync(Followers, new Key("late", id), null, default));
        using var again = await listener.DeleteAsync($"/v1/playlists/{id}/followers");
        await again.ErrorAsync(HttpStatusCode.NotFound);
    }

    private static int PopularityOf(int followers) => (int)(10 * Math.Log2(1 + followers));

    private static async Task FollowAsync(HttpClient listener, string id) =>
        await (await listener.PutAsync($"/v1/playlists/{id}/followers", null)).OkAsync();

    private static async Task UnfollowAsync(HttpClient listener, string id) =>
        await (await listener.DeleteAsync($"/v1/playlists/{id}/followers")).OkAsync();

    private async Task<IEnumerable<string?>> FoundAsync(string query) =>
        (await fixture.Bob.GetJsonAsync($"/v1/search?q={query}&type=playlist"))["playlists"]!["items"]!.AsArray()
            .Select(found => found!.At("name"));

    private async Task<int> PopularityAsync(string id) =>
        SearchEntries.Read((await fixture.Server.Database.ReadAsync(
            Schema.Current.Table("SearchEntries"), new Key("playlist", id), null, default))!).Popularity;
}
