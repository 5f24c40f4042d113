using System.Text.Json.Nodes;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Functions.Tests.Playlists;
using Spotify.Functions.Licenses.Issuing;
using static Spotify.Functions.Tests.Licenses.Issuing.LicenseServer;

namespace Spotify.Functions.Tests.Licenses.Issuing;

/// <summary>Tests of licenses for albums, audiobooks and playlists.</summary>
public sealed class CollectionLicenseTests(LicenseServer offline) : IClassFixture<LicenseServer>
{
    private static readonly Statement Collections = new(
        "SELECT * FROM OfflineCollections WHERE UserId = @user AND DeviceId = @device ORDER BY ItemId",
        ("user", ColumnType.String), ("device", ColumnType.String));

    private static readonly Statement Members = new(
        "SELECT * FROM OfflineMembers WHERE UserId = @user AND DeviceId = @device ORDER BY ItemId, Position",
        ("user", ColumnType.String), ("device", ColumnType.String));

    private static readonly Table PlaylistItems = Schema.Current.Table("PlaylistItems");

    [Fact]
    public async Task Collections_are_issued_in_pages_and_remembered()
    {
        var (user, device) = await offline.RegisterAsync("pages");
        var ids = await offline.AddTracksAsync("pages", 120);
        var more = await offline.AddTracksAsync("pages more", 130);
        string[] lists =
        [
            await offline.AddPlaylistAsync("pages long", "pages", more), await offline.AddPlaylistAsync("pages empty", "pages", []),
            await offline.AddPlaylistAsync("pages short", "pages", [ids[0], more[0], ids[0], SpotifyId.New()], isPublic: false),
        ];
        string[] uris = [.. Uris(ids[..3]), $"spotify:album:{SpotifyId.FromName("pages")}", .. lists];
        var pages = await PagesAsync(user, device, uris);
        Assert.All(device.Licenses, license => Assert.InRange(license.Items.Count, 1, 100));
        Assert.Equal(Uris([.. ids, .. more]).Order(), device.Items.Keys.Order());
        Assert.Equal("NOT_FOUND", Assert.Single(pages.SelectMany(Reasons)).Value);
        Assert.InRange(pages.Count, 3, 5);

        var kept = await offline.RowsAsync(Collections, device);
        Assert.Equal([0L, 1L, 1L, 1L], kept.Select(row => row.Int64("Version")).Order());
        var members = await offline.RowsAsync(Members, device);
        foreach (var (uri, count) in lists.Zip([130, 0, 2]))
        {
            Assert.Equal(
                Enumerable.Range(0, count),
                members.Where(row => uri.EndsWith(row.String("ItemId"), StringComparison.Ordinal)).Select(row => row.Int32("Position")));
        }

        Assert.Equal(120, members.Count(row => row.String("Type") == "album"));
        var counters = Assert.Single(await offline.RowsAsync(DevicesOf, device));
        Assert.Equal((250L, 4L, 252L), (counters.Int64("Tracks"), counters.Int64("Collections"), counters.Int64("Members")));
    }

    [Fact]
    public async Task Chapters_of_audiobooks_are_issued()
    {
        var (user, device) = await offline.RegisterAsync("chapters");
        var page = await PostAsync(user, device, new { uris = new[] { $"spotify:audiobook:{TestCatalog.Book.Id}" } });
        Assert.Equal("NO_AUDIO", Reasons(page)[$"spotify:chapter:{TestCatalog.Chapter.Id}"]);
        page = await PostAsync(user, device, new { uris = new[] { $"spotify:album:{TestCatalog.Book.Id}" } });
        Assert.Equal("NOT_FOUND", Reasons(page)[$"spotify:album:{TestCatalog.Book.Id}"]);
    }

    [Fact]
    public async Task Private_playlists_of_others_are_not_found()
    {
        var (_, _) = await offline.RegisterAsync("secretive");
        var (user, device) = await offline.RegisterAsync("curious");
        var uri = await offline.AddPlaylistAsync("secret", "secretive", await offline.AddTracksAsync("secret", 1), isPublic: false);
        Assert.Equal("NOT_FOUND", Reasons(await PostAsync(user, device, new { uris = new[] { uri } }))[uri]);
        var own = await offline.AddPlaylistAsync("curious", "curious", await offline.AddTracksAsync("curious", 1), isPublic: false);
        using var limited = offline.Server.WithScopes("curious", "streaming", offline.Clock.Now);
        Assert.Equal("NOT_FOUND", Reasons(await PostAsync(limited, device, new { uris = new[] { own } }))[own]);
        await PostAsync(user, device, new { uris = new[] { own } });
        Assert.Single(device.Items);
    }

    [Fact]
    public async Task A_playlist_of_10_000_items_is_issued_while_it_changes()
    {
        var (user, device) = await offline.RegisterAsync("long");
        var ids = await offline.AddTracksAsync("long", 4_000);
        var added = await offline.AddTracksAsync("long added", 2);
        // Each track two or three times.
        var uri = await offline.AddPlaylistAsync("long", "long", [.. Enumerable.Range(0, 10_000).Select(i => ids[i % ids.Length])]);
        var playlist = uri.Split(':')[2];
        var pages = 0;
        string? cursor = null;
        do
        {
            cursor = (await PostAsync(user, device, new { uris = new[] { uri }, cursor })).At("next");
            if (++pages == 2)
            {
                // Items before and after the position are added and removed.
                await offline.Server.WriteAsync(
                    Item(playlist, Order(10) + "V", added[0]), Item(playlist, Order(9_000) + "V", added[1]),
                    Mutation.Delete(PlaylistItems, new Key(playlist, Order(20))),
                    Mutation.Delete(PlaylistItems, new Key(playlist, Order(199))),
                    Mutation.Delete(PlaylistItems, new Key(playlist, Order(201))),
                    Mutation.Update(Schema.Current.Table("Playlists"), ("PlaylistId", playlist), ("Version", 2L)));
            }
        }
        while (cursor is not null);
        Assert.Equal(100, pages);
        Assert.Equal(Uris([.. ids, added[1]]).Order(), device.Items.Keys.Order());
        Assert.Equal(4_001, await offline.TracksAsync(device));
        // The next sync finds what changed before the position.
        Assert.Equal(OfflineCollection.Incomplete, Assert.Single(await offline.RowsAsync(Collections, device)).Int64("Version"));
    }

    [Fact]
    public async Task The_version_is_stored_after_the_last_page_only()
    {
        var (user, device) = await offline.RegisterAsync("version");
        var uri = await offline.AddPlaylistAsync("version", "version", await offline.AddTracksAsync("version", 150));
        var cursor = (await PostAsync(user, device, new { uris = new[] { uri } })).At("next");
        Assert.Equal(-1, await VersionAsync());

        // A request that begins again does not know the pages of the first one.
        var second = (await PostAsync(user, device, new { uris = new[] { uri } })).At("next");
        await PostAsync(user, device, new { uris = new[] { uri }, cursor = second });
        Assert.Equal(-1, await VersionAsync());
        await PostAsync(user, device, new { uris = new[] { uri }, cursor });
        Assert.Equal(1, await VersionAsync());
        Assert.Equal(4, device.Licenses.Count);
        Assert.Equal(150, await offline.TracksAsync(device));

        async Task<long> VersionAsync() => Assert.Single(await offline.RowsAsync(Collections, device)).Int64("Version");
    }

    [Fact]
    public async Task An_item_of_several_collections_counts_once_and_is_dropped_with_the_last()
    {
        var (user, device) = await offline.RegisterAsync("several");
        var ids = await offline.AddTracksAsync("several", 3);
        string[] lists =
            [await offline.AddPlaylistAsync("several 1", "several", ids), await offline.AddPlaylistAsync("several 2", "several", ids[..2])];
        await PagesAsync(user, device, [.. lists, Uris(ids)[0]]);
        Assert.Equal(3, await offline.TracksAsync(device));

        await RevokeAsync(user, device, lists[0]);
        Assert.Equal(2, await offline.TracksAsync(device));
        await RevokeAsync(user, device, Uris(ids)[0]);
        Assert.Equal(2, await offline.TracksAsync(device));
        await RevokeAsync(user, device, lists[1], lists[0]);
        Assert.Equal(0, await offline.TracksAsync(device));
        Assert.Empty(await offline.RowsAsync(Collections, device));
        Assert.Empty(await offline.RowsAsync(Members, device));
        Assert.All(await offline.RowsAsync(OfflineTracksOf, device), row =>
            Assert.Equal(("dropped", offline.Clock.Now), (row.String("State"), row.Timestamp("DroppedAt"))));

        await PagesAsync(user, device, [lists[1]]);
        Assert.Equal(2, await offline.TracksAsync(device));
    }

    [Fact]
    public async Task Large_collections_are_removed_in_several_transactions()
    {
        var (user, device) = await offline.RegisterAsync("large");
        var ids = await offline.AddTracksAsync("large", 2_100);
        var uri = await offline.AddPlaylistAsync("large", "large", ids);
        await PagesAsync(user, device, [uri, Uris(ids)[7]]);
        Assert.Equal(2_100, await offline.TracksAsync(device));
        // No album has this id.
        await RevokeAsync(user, device, $"spotify:album:{uri.Split(':')[2]}");
        Assert.Equal(2_100, await offline.TracksAsync(device));
        await RevokeAsync(user, device, uri);
        Assert.Equal(1, await offline.TracksAsync(device));
        var counters = Assert.Single(await offline.RowsAsync(DevicesOf, device));
        Assert.Equal((0L, 0L), (counters.Int64("Collections"), counters.Int64("Members")));
    }

    [Fact]
    public async Task Collections_beyond_the_limits_are_refused()
    {
        var (user, _) = await offline.RegisterAsync("limits");
        var ids = await offline.AddTracksAsync("limits", 150);
        string[] uris =
        [
            await offline.AddPlaylistAsync("limits 1", "limits", ids), await offline.AddPlaylistAsync("limits 2", "limits", ids),
            Uris(ids)[0],
        ];
        using var full = await offline.AddDeviceAsync("limits", collections: OfflineTracks.MaxCollections - 1);
        var refused = (await PagesAsync(user, full, uris)).SelectMany(Reasons).ToList();
        Assert.Equal("COLLECTION_LIMIT", Assert.Single(refused.Distinct()).Value);
        Assert.Equal(150, await offline.TracksAsync(full));

        using var crowded = await offline.AddDeviceAsync("limits", members: OfflineTracks.MaxMembers - 100);
        refused = [.. (await PagesAsync(user, crowded, uris)).SelectMany(Reasons)];
        Assert.All(refused, one => Assert.Equal("COLLECTION_LIMIT", one.Value));
        Assert.Equal(OfflineTracks.MaxMembers, Assert.Single(await offline.RowsAsync(DevicesOf, crowded)).Int64("Members"));
        Assert.Equal(100, await offline.TracksAsync(crowded));
    }

    [Theory]
    [InlineData("playlist")]
    [InlineData("album")]
    public async Task A_collection_that_does_not_fit_is_incomplete(string type)
    {
        var name = $"too large {type}";
        var (user, _) = await offline.RegisterAsync(name);
        var ids = await offline.AddTracksAsync(name, 150);
        var uri = type == "album" ? $"spotify:album:{SpotifyId.FromName(name)}" : await offline.AddPlaylistAsync(name, name, ids);

        // The last page does not fit.
        using var nearly = await offline.AddDeviceAsync(name, tracks: OfflineTracks.MaxTracks - 120);
        Assert.Equal(30, (await PagesAsync(user, nearly, [uri])).SelectMany(Reasons).Count(one => one.Value == "TRACK_LIMIT"));
        Assert.Equal([OfflineCollection.Incomplete], await VersionsAsync(nearly));

        // The first page does not fit; there is room before the second one.
        using var freed = await offline.AddDeviceAsync(name, tracks: OfflineTracks.MaxTracks - 50);
        var page = await PostAsync(user, freed, new { uris = new[] { uri } });
        Assert.Equal(50, Reasons(page).Count);
        await offline.Server.WriteAsync(freed.Update("Tracks", 50L));
        page = await PostAsync(user, freed, new { uris = new[] { uri }, cursor = page.At("next") });
        AssertNothing(page, "refused", "next");
        Assert.Equal([OfflineCollection.Incomplete], await VersionsAsync(freed));

        using var crowded = await offline.AddDeviceAsync(name, members: OfflineTracks.MaxMembers - 120);
        await PagesAsync(user, crowded, [uri]);
        Assert.Equal([OfflineCollection.Incomplete], await VersionsAsync(crowded));
    }

    [Fact]
    public async Task An_interrupted_request_for_an_album_is_completed_by_another()
    {
        var (user, device) = await offline.RegisterAsync("interrupted");
        await offline.AddTracksAsync("interrupted", 150);
        string[] uris = [$"spotify:album:{SpotifyId.FromName("interrupted")}"];
        Assert.NotNull((await PostAsync(user, device, new { uris })).At("next"));
        Assert.Equal([OfflineCollection.Incomplete], await VersionsAsync(device));
        await PagesAsync(user, device, uris);
        Assert.Equal([0], await VersionsAsync(device));
        Assert.Equal(150, await offline.TracksAsync(device));
    }

    [Fact]
    public async Task An_album_that_ends_with_a_page_is_complete()
    {
        var (user, device) = await offline.RegisterAsync("even");
        string[] names = ["even 1", "even 2", "even 3"];
        foreach (var name in names) await offline.AddTracksAsync(name, 100);
        var pages = await PagesAsync(user, device, [.. names.Select(name => $"spotify:album:{SpotifyId.FromName(name)}")]);
        Assert.All(pages, page => AssertNothing(page, "refused"));
        Assert.Equal([0, 0, 0], await VersionsAsync(device));
        Assert.Equal(300, await offline.TracksAsync(device));
    }

    [Fact]
    public async Task Many_collections_with_the_same_items_are_removed_at_once()
    {
        var (user, device) = await offline.RegisterAsync("same");
        var ids = await offline.AddTracksAsync("same", 30);
        var lists = new List<string>();
        for (var i = 0; i < 51; i++) lists.Add(await offline.AddPlaylistAsync($"same {i}", "same", ids));
        await PagesAsync(user, device, [.. lists[..50]]);
        await PagesAsync(user, device, [lists[50]]);
        await RevokeAsync(user, device, [.. lists[..50]]);
        Assert.Equal(30, await offline.TracksAsync(device));
        Assert.Equal(30, (await offline.RowsAsync(Members, device)).Count);
        var counters = Assert.Single(await offline.RowsAsync(DevicesOf, device));
        Assert.Equal((1L, 30L), (counters.Int64("Collections"), counters.Int64("Members")));
        await RevokeAsync(user, device, lists[50]);
        Assert.Equal(0, await offline.TracksAsync(device));
    }

    private async Task<IEnumerable<long>> VersionsAsync(DeviceModel device) =>
        (await offline.RowsAsync(Collections, device)).Select(row => row.Int64("Version"));

    private static async Task<List<JsonNode>> PagesAsync(HttpClient user, DeviceModel device, string[] uris)
    {
        var pages = new List<JsonNode>();
        string? cursor = null;
        do
        {
            pages.Add(await PostAsync(user, device, new { uris, cursor }));
            cursor = pages[^1].At("next");
        }
        while (cursor is not null);
        return pages;
    }
}
