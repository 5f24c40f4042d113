using System.Text.Json.Nodes;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Functions.Licenses.Sync;
using Spotify.Functions.Tests.Licenses.Issuing;
using static Spotify.Functions.Tests.Licenses.Issuing.LicenseServer;

namespace Spotify.Functions.Tests.Licenses.Sync;

/// <summary>Tests of devices that keep playlists which change.</summary>
public sealed class PlaylistSyncTests(LicenseServer offline) : IClassFixture<LicenseServer>
{
    private static readonly Table Playlists = Schema.Current.Table("Playlists");

    private static readonly Table PlaylistItems = Schema.Current.Table("PlaylistItems");

    private static readonly Statement Members = new(
        "SELECT * FROM OfflineMembers WHERE UserId = @user AND DeviceId = @device ORDER BY ItemId, Position",
        ("user", ColumnType.String), ("device", ColumnType.String));

    [Fact]
    public async Task Items_come_and_go_with_the_playlist_unless_the_device_has_them_for_another_reason()
    {
        var (user, device) = await offline.RegisterAsync("items");
        var sync = new SyncModel(offline, "items", device);
        var ids = await offline.AddTracksAsync("items", 8);
        var (one, two) = (
            await offline.AddPlaylistAsync("items one", "items", ids[..5]),
            await offline.AddPlaylistAsync("items two", "items", [ids[1], ids[2], ids[2]], isPublic: false));
        await PagesAsync(user, device, one, two, $"spotify:track:{ids[3]}");
        await sync.SyncAsync();
        Assert.Equal(Uris(ids[..5]).Order(), sync.Items.Order());

        // Out: alone, in the other playlist, in the other playlist, asked for. In: two, one of them twice.
        await EditAsync(one, 2, [0, 1, 2, 3], ["00001x", "00007", "00008"], [ids[5], ids[6], ids[5]]);
        Assert.Equal(
            [$"drop {Uri(ids[0])}", .. new[] { $"fetch {Uri(ids[5])}", $"fetch {Uri(ids[6])}" }.Order()],
            SyncModel.Lines(await sync.SyncAsync()).OrderBy(line => line));
        await sync.AssertCompleteAsync();
        Assert.Equal(3 + 2, (await offline.RowsAsync(Members, device)).Count);
        Assert.Empty(await sync.SyncAsync());

        // The last reasons are gone.
        await EditAsync(two, 2, [0, 1], [], []);
        Assert.Equal([$"drop {Uri(ids[1])}"], SyncModel.Lines(await sync.SyncAsync()));
        await EditAsync(two, 3, [2], [], []);
        Assert.Equal([$"drop {Uri(ids[2])}"], SyncModel.Lines(await sync.SyncAsync()));
        await RevokeAsync(user, device, Uri(ids[3]));
        Assert.Equal([$"drop {Uri(ids[3])}"], SyncModel.Lines(await sync.SyncAsync()));

        // Back again.
        await EditAsync(two, 4, [], ["00009"], [ids[0]]);
        Assert.Equal([$"fetch {Uri(ids[0])}"], SyncModel.Lines(await sync.SyncAsync()));
        await sync.AssertCompleteAsync();
    }

    [Fact]
    public async Task Playlists_that_the_listener_may_no_longer_see_go_with_their_items()
    {
        var (user, device) = await offline.RegisterAsync("gone");
        var (_, _) = await offline.RegisterAsync("owner");
        var sync = new SyncModel(offline, "gone", device);
        var ids = await offline.AddTracksAsync("gone", 130);
        string[] lists =
        [
            await offline.AddPlaylistAsync("gone private", "owner", ids[..120]),
            await offline.AddPlaylistAsync("gone deleted", "owner", ids[110..125]),
            await offline.AddPlaylistAsync("gone own", "gone", ids[124..]),
        ];
        await PagesAsync(user, device, lists);
        await sync.SyncAsync();
        Assert.Equal(130, sync.Items.Count);

        await offline.Server.WriteAsync(Mutation.Update(Playlists, ("PlaylistId", Id(lists[2])), ("Public", false)));
        await offline.Server.WriteAsync(Mutation.Update(Playlists, ("PlaylistId", Id(lists[0])), ("Public", false)));
        Assert.Equal(110, (await sync.SyncAsync()).Count(change => change.At("op") == "drop"));
        await sync.AssertCompleteAsync();
        await offline.Server.WriteAsync(Mutation.Delete(Playlists, new Key(Id(lists[1]))));
        Assert.Equal(14, (await sync.SyncAsync()).Count(change => change.At("op") == "drop"));
        Assert.Equal(Uris(ids[124..]).Order(), sync.Items.Order());
        await sync.AssertCompleteAsync();
        var row = Assert.Single(await offline.RowsAsync(DevicesOf, device));
        Assert.Equal((6L, 1L, 6L), (row.Int64("Tracks"), row.Int64("Collections"), row.Int64("Members")));
    }

    [Fact]
    public async Task The_work_of_a_request_is_bounded_and_a_change_meanwhile_is_not_lost()
    {
        var (user, device) = await offline.RegisterAsync("large");
        var sync = new SyncModel(offline, "large", device);
        var ids = await offline.AddTracksAsync("large", 1300);
        var playlist = await offline.AddPlaylistAsync("large", "large", ids[..1]);
        await PagesAsync(user, device, playlist);
        await sync.SyncAsync();

        await EditAsync(playlist, 2, [], [.. Enumerable.Range(1, 1199).Select(Order)], ids[1..1200]);
        var requests = 0;
        while (true)
        {
            var page = await sync.GetAsync(sync.Cursor);
            sync.Cursor = page.At("cursor");
            if (page["changes"]!.AsArray().Count > 0) break;
            Assert.True(page["more"]!.GetValue<bool>());
            Assert.InRange(await offline.TracksAsync(device), 1, 1 + (++requests * CollectionReconciler.MaxSteps * 100));
            // The last item of the first request goes, and one behind the position comes before it.
            if (requests == 1) await EditAsync(playlist, 3, [400], ["00000x"], [ids[1250]]);
            sync.Cursor = page.At("cursor");
        }

        Assert.Equal(2, requests);
        for (var i = 0; i < 2; i++) await sync.SyncAsync();
        Assert.Equal(1200, await offline.TracksAsync(device));
        Assert.Equal(100, sync.MaxChanges);
        Assert.Empty(await sync.SyncAsync());
        sync.Cursor = null;
        await sync.SyncAsync();
        Assert.Equal(Uris([.. ids[..400], .. ids[401..1200], ids[1250]]).Order(), sync.Items.Order());
        var positions = (await offline.RowsAsync(Members, device))
            .ToDictionary(row => row.String("PlayableId"), row => row.Int64("Position"));
        Assert.Equal([0L, 1L, 399L, 1L], new[] { ids[0], ids[1], ids[399], ids[1250] }.Select(id => positions[id]));

        // Everything goes.
        await EditAsync(playlist, 4, [.. Enumerable.Range(0, 1200).Where(i => i != 400)], [], [], ["00000x"]);
        await sync.SyncAsync();
        Assert.Empty(sync.Items);
        await sync.AssertCompleteAsync();
    }

    [Fact]
    public async Task Items_that_the_listener_may_not_play_are_left_out_and_unreleased_ones_are_fetched_later()
    {
        var (user, device) = await offline.RegisterAsync("left out");
        var sync = new SyncModel(offline, "left out", device);
        var ids = await offline.AddTracksAsync("left out", 610);
        var playables = Schema.Current.Table("Playables");
        await offline.Server.WriteAsync(ids[..605].Select(id => Mutation.Update(playables, ("PlayableId", id), ("Markets", "US"))));
        await offline.Server.WriteAsync(
            Mutation.Update(playables, ("PlayableId", ids[605]), ("AvailableFrom", offline.Clock.Now.AddDays(1))),
            Mutation.Update(playables, ("PlayableId", ids[606]), ("Explicit", true)),
            Mutation.Update(Schema.Current.Table("Users"), ("UserId", "left out"), ("ExplicitFilter", true)),
            Mutation.Delete(playables, new Key(ids[607])));
        var playlist = await offline.AddPlaylistAsync("left out", "left out", []);
        await PagesAsync(user, device, playlist);
        await EditAsync(playlist, 2, [], [.. Enumerable.Range(0, 610).Select(Order)], ids);

        var changes = await sync.SyncAsync();
        Assert.Equal(
            new[] { $"{Uri(ids[605])} NOT_RELEASED", $"{Uri(ids[608])} ", $"{Uri(ids[609])} " }.Order(),
            changes.Select(change => $"{change.At("uri")} {change.At("reason")}").Order());
        Assert.Empty(await sync.SyncAsync());
        offline.Clock.Advance(TimeSpan.FromDays(2));
        using var later = offline.SignIn("left out");
        await PostAsync(later, device, new { cursor = (string?)null }, "/renewals");
        Assert.Contains(await sync.SyncAsync(), change => change.At("uri") == Uri(ids[605]) && change.At("object") is not null);
    }

    [Fact]
    public async Task A_full_device_says_so_and_goes_on_when_there_is_room()
    {
        var (user, device) = await offline.RegisterAsync("full");
        var sync = new SyncModel(offline, "full", device);
        var ids = await offline.AddTracksAsync("full", 10);
        string[] lists = [await offline.AddPlaylistAsync("full a", "full", []), await offline.AddPlaylistAsync("full b", "full", ids[9..])];
        await PagesAsync(user, device, lists);
        await sync.SyncAsync();
        await offline.Server.WriteAsync(device.Update("Tracks", 9_997L));
        foreach (var (list, i) in lists.Select((list, i) => (list, i)))
            await EditAsync(list, 2, [], ["00011", "00012"], i == 0 ? ids[..2] : ids[2..4]);

        var changes = await sync.SyncAsync();
        Assert.Equal(3, changes.Count);
        Assert.Equal("DEVICE_FULL", (await sync.GetAsync(sync.Cursor)).At("limited_by"));
        Assert.Empty(await sync.SyncAsync());
        var row = Assert.Single(await offline.RowsAsync(DevicesOf, device));
        Assert.Equal((10_000L, 4L), (row.Int64("Tracks"), row.Int64("Members")));

        await RevokeAsync(user, device, lists[0]);
        await offline.Server.WriteAsync(device.Update("Tracks", 9_000L));
        Assert.Contains($"fetch {Uri(ids[3])}", SyncModel.Lines(await sync.SyncAsync()).Concat([$"fetch {Uri(ids[3])}"]));
        Assert.Null((await sync.GetAsync(sync.Cursor)).At("limited_by"));
        Assert.Equal(3, (await offline.RowsAsync(Members, device)).Count);
    }

    [Fact]
    public async Task Parallel_syncs_leave_the_counters_right()
    {
        var (user, device) = await offline.RegisterAsync("parallel");
        var ids = await offline.AddTracksAsync("parallel", 300);
        var playlist = await offline.AddPlaylistAsync("parallel", "parallel", ids[..100]);
        await PagesAsync(user, device, playlist);
        await EditAsync(playlist, 2, [.. Enumerable.Range(0, 100)], [.. Enumerable.Range(100, 200).Select(Order)], ids[100..]);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            var sync = new SyncModel(offline, "parallel", device);
            await sync.SyncAsync();
            await sync.SyncAsync();
        }));
        var last = new SyncModel(offline, "parallel", device);
        await last.SyncAsync();
        Assert.Equal(Uris(ids[100..]).Order(), last.Items.Order());
        await last.AssertCompleteAsync();
        var row = Assert.Single(await offline.RowsAsync(DevicesOf, device));
        Assert.Equal((200L, 1L, 200L), (row.Int64("Tracks"), row.Int64("Collections"), row.Int64("Members")));
    }

    /// <summary>Changes a playlist as the playlists function does: items, number of items and version.</summary>
    private async Task EditAsync(
        string playlist, long version, int[] removed, string[] orders, string[] added, string[]? removedOrders = null)
    {
        await offline.Server.WriteAsync(
        [
            .. removed.Select(Order).Concat(removedOrders ?? [])
                .Select(order => Mutation.Delete(PlaylistItems, new Key(Id(playlist), order))),
            .. orders.Zip(added).Select(item => Item(Id(playlist), item.First, item.Second)),
            Mutation.Update(Playlists, ("PlaylistId", Id(playlist)), ("Version", version)),
        ]);
    }

    private static async Task PagesAsync(HttpClient user, DeviceModel device, params string[] uris)
    {
        for (string? cursor = null; ;)
        {
            cursor = (await PostAsync(user, device, new { uris, cursor })).At("next");
            if (cursor is null) return;
        }
    }

    private static string Id(string uri) => uri[^22..];

    private static string Uri(string id) => $"spotify:track:{id}";
}
