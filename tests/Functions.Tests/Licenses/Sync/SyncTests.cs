using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Spotify.Audio;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Functions.Licenses.Devices;
using Spotify.Functions.Tests.Licenses.Issuing;
using Spotify.Fixtures;
using static Spotify.Functions.Tests.Licenses.Issuing.LicenseServer;

namespace Spotify.Functions.Tests.Licenses.Sync;

/// <summary>Tests of what a device learns by syncing.</summary>
public sealed class SyncTests(LicenseServer offline) : IClassFixture<LicenseServer>
{
    private static readonly Table Playables = Schema.Current.Table("Playables");

    [Fact]
    public async Task A_device_learns_once_what_was_added_and_removed()
    {
        var (user, device) = await offline.RegisterAsync("simple");
        var sync = new SyncModel(offline, "simple", device);
        Assert.Empty(await sync.SyncAsync());

        var uris = Uris(await offline.AddTracksAsync("simple", 3));
        await PostAsync(user, device, new { uris });
        var changes = await sync.SyncAsync();
        Assert.Equal(uris.Select(uri => $"fetch {uri}").Order(), SyncModel.Lines(changes).Order());
        foreach (var change in changes)
        {
            var item = device.Items[change.At("uri")!].Item;
            Assert.Equal((item.Object, "100032"), (change.At("object"), change["size_bytes"]!.ToJsonString()));
            Assert.Equal(("1", "100"), (change["serial"]!.ToJsonString(), change["priority"]!.ToJsonString()));
        }

        Assert.Empty(await sync.SyncAsync());
        await RevokeAsync(user, device, uris[1]);
        Assert.Equal([$"drop {uris[1]}"], SyncModel.Lines(await sync.SyncAsync()));
        await sync.AssertCompleteAsync();
        Assert.Empty(await sync.SyncAsync());

        // A device that has lost its cursor.
        sync.Cursor = null;
        Assert.Equal(new[] { $"fetch {uris[0]}", $"fetch {uris[2]}" }.Order(), SyncModel.Lines(await sync.SyncAsync()).Order());
        await PostAsync(user, device, new { uris = new[] { uris[1] } });
        Assert.Equal([$"fetch {uris[1]}"], SyncModel.Lines(await sync.SyncAsync()));
        await sync.AssertCompleteAsync();
    }

    [Fact]
    public async Task Items_whose_audio_is_not_encrypted_yet_are_fetched_when_they_are_licensed()
    {
        var (user, device) = await offline.RegisterAsync("pending");
        var sync = new SyncModel(offline, "pending", device);
        var ids = await offline.AddTracksAsync("pending", 1, encrypted: false);
        await PostAsync(user, device, new { uris = Uris(ids) });
        var change = Assert.Single(await sync.SyncAsync());
        Assert.Equal(("fetch", null, null), (change.At("op"), change["object"], change["serial"]));
        Assert.Equal(100_032, change["size_bytes"]!.GetValue<long>());

        await offline.EncryptAsync(ids, "high.ogg");
        Assert.Empty(await sync.SyncAsync());
        await PostAsync(user, device, new { uris = Uris(ids) }, "/renewals");
        Assert.Equal(device.Items.Values.Single().Item.Object, Assert.Single(await sync.SyncAsync()).At("object"));
    }

    [Fact]
    public async Task Licenses_that_end_soon_are_due_until_they_are_renewed()
    {
        var (user, device) = await offline.RegisterAsync("due");
        var sync = new SyncModel(offline, "due", device);
        var uris = Uris(await offline.AddTracksAsync("due", 2));
        await PostAsync(user, device, new { uris });
        await sync.SyncAsync();

        offline.Clock.Advance(TimeSpan.FromDays(19));
        Assert.Empty(await sync.SyncAsync());
        offline.Clock.Advance(TimeSpan.FromDays(2));
        string[] due = [.. uris.Select(uri => $"renew {uri}").Order()];
        Assert.Equal(due, SyncModel.Lines(await sync.SyncAsync()).Order());
        Assert.Equal(due, SyncModel.Lines(await sync.SyncAsync()).Order());

        await offline.Server.WriteAsync(Mutation.Update(Users, ("UserId", "due"), ("Product", "free")));
        var lapsed = await sync.GetAsync(sync.Cursor);
        Assert.Equal(("PREMIUM_REQUIRED", 0), (lapsed.At("limited_by"), lapsed["changes"]!.AsArray().Count));
        // A device without a cursor learns what to have also then.
        var full = await sync.GetAsync(null);
        Assert.Equal(uris.Select(uri => $"fetch {uri}").Order(), SyncModel.Lines(full["changes"]!.AsArray()!).Order());
        await offline.Server.WriteAsync(Mutation.Update(Users, ("UserId", "due"), ("Product", "premium")));
        await offline.Server.WriteAsync(device.Update("SuspendedAt", offline.Clock.Now));
        var suspended = await sync.GetAsync(sync.Cursor);
        Assert.Equal(("DEVICE_CONFLICT", 0), (suspended.At("limited_by"), suspended["changes"]!.AsArray().Count));
        await offline.Server.WriteAsync(device.Update("SuspendedAt", null));

        // Also after they have ended: the listener may still play them.
        offline.Clock.Advance(TimeSpan.FromDays(10));
        Assert.Equal(due, SyncModel.Lines(await sync.SyncAsync()).Order());
        using var again = offline.SignIn("due");
        await PostAsync(again, device, new { uris }, "/renewals");
        Assert.DoesNotContain(await sync.SyncAsync(), change => change.At("op") == "renew");
        Assert.Empty(await sync.SyncAsync());
        await sync.AssertCompleteAsync();
    }

    [Fact]
    public async Task What_the_listener_may_no_longer_play_is_dropped_when_its_license_has_ended()
    {
        var (user, device) = await offline.RegisterAsync("rights");
        var sync = new SyncModel(offline, "rights", device);
        var ids = await offline.AddTracksAsync("rights", 5);
        string[] uris = Uris(ids);
        await PostAsync(user, device, new { uris });
        await sync.SyncAsync();
        var until = offline.Clock.Now.AddDays(25);
        await offline.Server.WriteAsync(
            Mutation.Update(Playables, ("PlayableId", ids[0]), ("Markets", "US")),
            Mutation.Update(Playables, ("PlayableId", ids[1]), ("Encodings", null), ("Revision", null)),
            Mutation.Delete(Playables, new Key(ids[2])),
            Mutation.Update(Playables, ("PlayableId", ids[3]), ("AvailableUntil", until)));

        offline.Clock.Advance(TimeSpan.FromDays(21));
        // The license of the item whose rights will end lasts longer than they do, and cannot be extended.
        Assert.Equal([$"renew {uris[4]}"], SyncModel.Lines(await sync.SyncAsync()));
        using (var renewing = offline.SignIn("rights")) await PostAsync(renewing, device, new { uris = new[] { uris[4] } }, "/renewals");
        await sync.SyncAsync();
        await sync.AssertCompleteAsync();

        offline.Clock.Advance(TimeSpan.FromDays(9));
        var changes = await sync.SyncAsync();
        Assert.Equal(
            [
                $"{uris[0]} MARKET_RESTRICTED", $"{uris[1]} NO_AUDIO", $"{uris[2]} NOT_FOUND", $"{uris[3]} MARKET_RESTRICTED",
            ],
            changes.Where(change => change["reason"] is not null).Select(change => $"{change.At("uri")} {change.At("reason")}")
                .Order().OrderBy(line => Array.FindIndex(uris, uri => line.StartsWith(uri, StringComparison.Ordinal))));
        Assert.Equal([uris[4]], sync.Items);
        // All but the one that is gone may come back.
        Assert.Equal(4, await offline.TracksAsync(device));
        // Devices that did not receive that response learn it from the next.
        Assert.Equal([.. uris[..4].Select(uri => $"drop {uri}").Order()], SyncModel.Lines(await sync.SyncAsync()).Order());
        Assert.Empty(await sync.SyncAsync());
        Assert.Equal([uris[4]], sync.Items);

        await offline.Server.WriteAsync(
            Mutation.Update(Playables, ("PlayableId", ids[0]), ("Markets", "*")),
            Mutation.Update(
                Playables,
                ("PlayableId", ids[1]), ("Encodings", EncodingList.Format(Ladder)), ("Revision", SpotifyId.FromName("revision"))),
            Mutation.Update(Playables, ("PlayableId", ids[3]), ("AvailableUntil", null)));
        string[] back = [uris[0], uris[1], uris[3]];
        Assert.Equal(back.Select(uri => $"fetch {uri}").Order(), SyncModel.Lines(await sync.SyncAsync()).Order());
        using var again = offline.SignIn("rights");
        await PostAsync(again, device, new { uris = back }, "/renewals");
        await sync.SyncAsync();
        Assert.Empty(await sync.SyncAsync());
        Assert.Equal([.. back.Append(uris[4]).Order()], sync.Items.Order());
        await sync.AssertCompleteAsync();
    }

    [Fact]
    public async Task Items_of_a_playlist_that_were_refused_before_they_were_licensed_come_back()
    {
        var (user, device) = await offline.RegisterAsync("filter");
        var sync = new SyncModel(offline, "filter", device);
        var ids = await offline.AddTracksAsync("filter", 2, encrypted: false);
        await PostAsync(user, device, new { uris = new[] { await offline.AddPlaylistAsync("filter", "filter", ids) } });
        await offline.Server.WriteAsync(
            Mutation.Update(Users, ("UserId", "filter"), ("ExplicitFilter", true)),
            Mutation.Update(Playables, ("PlayableId", ids[0]), ("Explicit", true)));
        var changes = await sync.SyncAsync();
        Assert.Equal([$"drop {Uris(ids)[0]}", $"fetch {Uris(ids)[1]}"], SyncModel.Lines(changes));
        Assert.Equal("EXPLICIT_BLOCKED", changes[0].At("reason"));
        Assert.Equal(2, await offline.TracksAsync(device));
        await offline.EncryptAsync(ids, "high.ogg");
        await PostAsync(user, device, new { uris = Uris(ids)[1..] }, "/renewals");
        await sync.SyncAsync();

        offline.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Empty(await sync.SyncAsync());
        await offline.Server.WriteAsync(Mutation.Update(Users, ("UserId", "filter"), ("ExplicitFilter", false)));
        // Until it is licensed.
        for (var i = 0; i < 2; i++) Assert.Equal([$"fetch {Uris(ids)[0]}"], SyncModel.Lines(await sync.SyncAsync()));
        using var again = offline.SignIn("filter");
        await PostAsync(again, device, new { uris = Uris(ids)[..1] }, "/renewals");
        await sync.SyncAsync();
        Assert.Empty(await sync.SyncAsync());
        await sync.AssertCompleteAsync();
    }

    [Fact]
    public async Task Another_revision_is_fetched_and_the_old_one_kept_until_then()
    {
        var (user, device) = await offline.RegisterAsync("revision");
        var sync = new SyncModel(offline, "revision", device);
        var ids = await offline.AddTracksAsync("revision", 2);
        await PostAsync(user, device, new { uris = Uris(ids) });
        await sync.SyncAsync();
        await offline.Server.WriteAsync(Mutation.Update(Playables, ("PlayableId", ids[0]), ("Revision", SpotifyId.FromName("new"))));

        for (var i = 0; i < 2; i++)
        {
            var change = Assert.Single(await sync.SyncAsync());
            Assert.Equal(("fetch", Uris(ids)[0], "AUDIO_CHANGED"), (change.At("op"), change.At("uri"), change.At("reason")));
            Assert.Null(change["object"]);
        }

        Assert.True(device.CanPlay(Uris(ids)[0], offline.Clock.Now));
        await sync.AssertCompleteAsync();
        // The import deletes the row of the old copy.
        await offline.Server.WriteAsync(Mutation.Delete(Schema.Current.Table("EncryptedObjects"), new Key(ids[0], "high.ogg")));
        Assert.Equal("AUDIO_CHANGED", Assert.Single(await sync.SyncAsync()).At("reason"));
        await sync.AssertCompleteAsync();
        // The old copy was replaced, so the item needs another license, also in a full sync.
        await offline.EncryptAsync([ids[0]], "high.ogg");
        sync.Cursor = null;
        Assert.Equal(["AUDIO_CHANGED"], (await sync.SyncAsync()).Select(change => change.At("reason")).OfType<string>());
    }

    [Fact]
    public async Task Downloads_are_ordered_by_priority_and_size()
    {
        var (user, device) = await offline.RegisterAsync("priority");
        var sync = new SyncModel(offline, "priority", device);
        var ids = await offline.AddTracksAsync("priority", 60);
        var playlist = await offline.AddPlaylistAsync("priority", "priority", ids);
        await PostAsync(user, device, new { uris = new[] { playlist } });
        await PostAsync(user, device, new { uris = new[] { $"spotify:track:{ids[50]}" } });
        await offline.Server.WriteAsync(
            Play("priority", "a", ids[55], offline.Clock.Now.AddDays(-13)), Play("priority", "b", ids[56], offline.Clock.Now.AddDays(-15)),
            Play("priority", "skipped", ids[57], offline.Clock.Now.AddDays(-1), isListed: false),
            Mutation.Update(
                Schema.Current.Table("EncryptedObjects"), ("PlayableId", ids[30]), ("Encoding", "high.ogg"), ("SizeBytes", 9L)));

        var partial = $"&partial=spotify:track:{ids[50]},spotify:track:{ids[59]}";
        var changes = await sync.SyncAsync(partial);
        var order = changes.Select(change => Array.IndexOf(ids, change.At("uri")![^22..])).ToList();
        Assert.Equal([50, 55, 59], order.Take(3));
        Assert.Equal([148, 68, 48], changes.Take(3).Select(change => change["priority"]!.GetValue<int>()));
        Assert.Equal(Enumerable.Range(0, 25).Order(), order.Skip(3).Take(25).Order());
        Assert.Equal(30, order[28]);
    }

    [Fact]
    public async Task Pages_are_complete_while_the_device_changes()
    {
        var (user, device) = await offline.RegisterAsync("pages");
        var sync = new SyncModel(offline, "pages", device);
        var ids = await offline.AddTracksAsync("pages", 250);
        await offline.FillAsync(device, ids);
        await offline.Server.WriteAsync(device.Update("Revision", 1L));
        foreach (var id in ids)
            await offline.Server.WriteAsync(Mutation.Update(
                Schema.Current.Table("OfflineTracks"), ("UserId", "pages"), ("DeviceId", device.Id), ("PlayableId", id), ("Change", 1L)));

        // Licenses, a removal and an addition after the first page of the first, full, sync.
        var more = Uris(await offline.AddTracksAsync("pages more", 1));
        await sync.SyncAsync(between: async () =>
        {
            await PostAsync(user, device, new { uris = Uris(ids[..50]) }, "/renewals");
            await RevokeAsync(user, device, Uris(ids[240..]));
            await PostAsync(user, device, new { uris = more });
        });
        Assert.Equal(100, sync.MaxChanges);
        await sync.SyncAsync();
        await sync.AssertCompleteAsync();

        // The same in a sync with a cursor.
        await PostAsync(user, device, new { cursor = (string?)null }, "/renewals");
        await PostAsync(user, device, new { cursor = (string?)null }, "/renewals");
        await sync.SyncAsync(between: async () =>
        {
            await RevokeAsync(user, device, Uris(ids[..50]));
            await PostAsync(user, device, new { uris = Uris(ids[240..]) });
        });
        await sync.SyncAsync();
        await sync.AssertCompleteAsync();
    }

    [Fact]
    public async Task Cursors_of_others_and_made_up_ones_are_refused_and_old_ones_begin_again()
    {
        var (user, device) = await offline.RegisterAsync("cursors");
        var other = await offline.AddDeviceAsync("cursors");
        var sync = new SyncModel(offline, "cursors", device);
        var uris = Uris(await offline.AddTracksAsync("cursors", 2));
        await PostAsync(user, device, new { uris });
        await sync.SyncAsync();
        Assert.False((await sync.GetAsync(sync.Cursor))["full"]!.GetValue<bool>());

        var text = Encoding.UTF8.GetString(Convert.FromBase64String(Padded(sync.Cursor!)));
        string[] parts = text.Split(' ');
        string[] invalid =
        [
            "x", "%00", new string('a', 3000), "ä", Encode("1 2 3"), Encode(text.Replace("1 ", "2 ", StringComparison.Ordinal)),
            With(2, "\u0000 "), With(3, "-1"), With(3, "9223372036854775807"), With(4, "1e9"), With(4, "99999999999999999999"),
            With(6, "5"), With(6, "-1"), With(7, "9223372036854775807"), With(8, "'"), With(11, "x"), Encode(text + " "),
            await CursorOfAsync(other),
        ];
        foreach (var cursor in invalid)
        {
            using var response = await user.GetAsync($"{device.Path}/sync?cursor={cursor}");
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, cursor);
        }

        // Revisions of the future, as after a restore of the database; of another registration; of a page that does not exist.
        foreach (var cursor in (string[])[With(4, "77"), With(5, "77"), With(2, "0-0")])
            Assert.Equal(2, (await FullAsync(cursor))["changes"]!.AsArray().Count);
        Assert.Empty((await sync.GetAsync(With(6, "4", 5, parts[4], 7, "77")))["changes"]!.AsArray());
        // Times of the future.
        string[] stages = ["0", "1", "2", "3", "4"];
        var soon = offline.Clock.Now.AddMinutes(6).ToUnixTimeMilliseconds() + "000";
        foreach (var stage in stages)
            foreach (var start in (string[])["253402300799000000", soon]) await FullAsync(With(3, start, 6, stage));
        Assert.Empty((await sync.GetAsync(With(6, "2", 5, parts[4], 7, "253402300799000000")))["changes"]!.AsArray());

        await RevokeAsync(user, device, uris[0]);
        offline.Clock.Advance(TimeSpan.FromDays(39));
        Assert.Contains($"drop {uris[0]}", SyncModel.Lines((await sync.GetAsync(sync.Cursor))["changes"]!.AsArray()!));
        offline.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal([$"renew {uris[1]}"], SyncModel.Lines((await FullAsync(sync.Cursor))["changes"]!.AsArray()!));

        using var client = offline.SignIn("cursors");
        var tooMany = string.Join(',', Enumerable.Repeat(uris[0], 51));
        foreach (var query in (string[])["partial=x", "free_bytes=-1", "free_bytes=a", $"partial={tooMany}"])
            Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync($"{device.Path}/sync?{query}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"{OfOther()}/sync")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/v1/me/devices/x/sync")).StatusCode);

        async Task<JsonNode> FullAsync(string? cursor)
        {
            var page = await sync.GetAsync(cursor);
            Assert.True(page["full"]!.GetValue<bool>());
            return page;
        }

        async Task<string> CursorOfAsync(DeviceModel of)
        {
            var model = new SyncModel(offline, "cursors", of);
            await model.SyncAsync();
            return model.Cursor!;
        }

        string With(params object[] changes)
        {
            var changed = (string[])parts.Clone();
            for (var i = 0; i < changes.Length; i += 2) changed[(int)changes[i]] = (string)changes[i + 1];
            return Encode(string.Join(' ', changed));
        }

        static string OfOther() => $"/v1/me/devices/{SpotifyId.New()}";
    }

    [Fact]
    public async Task A_sync_is_remembered_once_an_hour()
    {
        var (_, device) = await offline.RegisterAsync("seen");
        var sync = new SyncModel(offline, "seen", device);
        var registered = offline.Clock.Now;
        offline.Clock.Advance(TimeSpan.FromMinutes(59));
        await sync.SyncAsync();
        Assert.Equal(Instant.Truncate(registered), await SeenAsync());
        offline.Clock.Advance(TimeSpan.FromMinutes(1));
        await sync.SyncAsync();
        Assert.Equal(Instant.Truncate(offline.Clock.Now), await SeenAsync());

        async Task<DateTimeOffset> SeenAsync() => Device.FromRow(Assert.Single(await offline.RowsAsync(DevicesOf, device))).SeenAt;
    }

    private static Table Users => Schema.Current.Table("Users");

    private static string Encode(string text) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Padded(string base64Url) =>
        base64Url.Replace('-', '+').Replace('_', '/').PadRight((base64Url.Length + 3) / 4 * 4, '=');

    /// <summary>Returns the mutation that adds a play to the history.</summary>
    internal static Mutation Play(string user, string eventId, string id, DateTimeOffset at, bool isListed = true) => Mutation.Insert(
        Schema.Current.Table("PlayHistory"),
        ("UserId", user), ("EventId", eventId), ("PlayedAt", Instant.Truncate(at)), ("Type", "track"), ("PlayableId", id),
        ("PlayedMs", 200_000L), ("EndReason", "completed"), ("Engagement", 1000L), ("IsListed", isListed));
}
