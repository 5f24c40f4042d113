using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Events;
using Spotify.Fixtures;
using Spotify.Functions.Licenses.Devices;
using Spotify.Functions.Tests.Licenses.Issuing;
using static Spotify.Functions.Tests.Licenses.Issuing.LicenseServer;

namespace Spotify.Functions.Tests.Licenses.Sync;

/// <summary>Tests of devices whose offline plays overlap.</summary>
public sealed class PlayOverlapTests(LicenseServer offline) : IClassFixture<LicenseServer>
{
    private static readonly string Dawn = $"spotify:track:{TestCatalog.Dawn.Id}";

    private DateTimeOffset Start => Instant.Truncate(offline.Clock.Now.AddHours(-2));

    [Theory]
    // The play of the other device: seconds from the start of the first one, and its duration. The first one lasts 200 s.
    [InlineData("apart", 300, 200, false)]
    [InlineData("touching", 200, 200, false)]
    [InlineData("30 s", 170, 200, false)]
    [InlineData("31 s", 169, 200, true)]
    [InlineData("before, 30 s", -170, 200, false)]
    [InlineData("before, 31 s", -169, 200, true)]
    [InlineData("inside", 50, 31, true)]
    [InlineData("inside, short", 50, 30, false)]
    [InlineData("around", -100, 86_000, true)]
    [InlineData("the same time", 0, 200, true)]
    public async Task Plays_of_two_devices_may_overlap_by_30_seconds(string user, int start, int duration, bool conflict)
    {
        var (_, one, two) = await DevicesAsync(user);
        await offline.Server.WriteAsync(OfflinePlay(user, "one", one, Start, 200));
        // By the sync of either device; the play that is known already is compared with the one that comes later.
        Assert.Null(await SyncAsync(user, one));
        await offline.Server.WriteAsync(OfflinePlay(user, "two", two, Start.AddSeconds(start), duration));
        Assert.Equal(conflict ? "DEVICE_CONFLICT" : null, await SyncAsync(user, one));
        Assert.Equal(conflict ? "DEVICE_CONFLICT" : null, await SyncAsync(user, two));
        Assert.Equal([conflict, conflict], await SuspendedAsync(user, one, two));
    }

    [Fact]
    public async Task Suspended_devices_get_no_licenses_until_one_of_them_is_chosen_and_the_other_one_loses_what_it_has()
    {
        var (client, one, two) = await DevicesAsync("conflict");
        var third = await offline.AddDeviceAsync("conflict");
        var ids = await offline.AddTracksAsync("conflict", 3);
        var playlist = await offline.AddPlaylistAsync("conflict", "conflict", ids[..2]);
        var syncs = new[] { one, two, third }.Select(device => new SyncModel(offline, "conflict", device)).ToArray();
        foreach (var device in new[] { one, two, third }) await PostAsync(client, device, new { uris = new[] { playlist, Uris(ids)[2] } });
        foreach (var sync in syncs) await sync.SyncAsync();
        await ReportAsync("conflict", Event("a", one, Start.AddSeconds(200)), Event("b", two, Start.AddSeconds(220)));

        // A renewal sees the conflict without a sync before it.
        await RefusedAsync("/licenses/renewals", new { uris = Uris(ids) });
        await RefusedAsync("/licenses", new { uris = Uris(ids) });
        Assert.Equal([true, true, false], await SuspendedAsync("conflict", one, two, third));
        Assert.Equal("DEVICE_CONFLICT", (await syncs[1].GetAsync(syncs[1].Cursor)).At("limited_by"));
        Assert.Empty(await syncs[1].SyncAsync());

        for (var i = 0; i < 2; i++)
        {
            await ChooseAsync(one);
            Assert.Equal([false, false, false], await SuspendedAsync("conflict", one, two, third));
        }

        await PostAsync(client, one, new { uris = Uris(ids) }, "/renewals");
        Assert.Equal(3, await offline.TracksAsync(one));
        Assert.Equal(0, await offline.TracksAsync(two));
        Assert.Equal(3, await offline.TracksAsync(third));
        foreach (var sync in syncs) await sync.SyncAsync();
        Assert.Equal([3, 0, 3], syncs.Select(sync => sync.Items.Count));
        Assert.Equal(
            Uris(ids).Order(), (await PostAsync(client, two, new { uris = Uris(ids) }, "/renewals"))["refused"]!.AsArray()
                .Select(one => one!.At("uri")).Order());
        // It may get licenses again.
        await PostAsync(client, two, new { uris = Uris(ids) });
        await syncs[1].SyncAsync();
        await syncs[1].AssertCompleteAsync();

        async Task RefusedAsync(string path, object body)
        {
            foreach (var device in new[] { one, two })
            {
                using var response = await client.PostAsJsonAsync(device.Path + path, body);
                Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
                Assert.Contains("DEVICE_CONFLICT", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Plays_before_the_choice_do_not_count_however_late_they_are_reported()
    {
        var (_, one, two) = await DevicesAsync("late");
        var third = await offline.AddDeviceAsync("late");
        await RegisteredLongAgoAsync(third);
        await offline.Server.WriteAsync(OfflinePlay("late", "a", one, Start, 200), OfflinePlay("late", "b", two, Start, 200));
        Assert.Equal("DEVICE_CONFLICT", await SyncAsync("late", one));
        await ChooseAsync(two);

        await offline.Server.WriteAsync(
            OfflinePlay("late", "c", one, Start.AddSeconds(10), 200), OfflinePlay("late", "d", third, Start, 200),
            OfflinePlay("late", "e", one, offline.Clock.Now.AddSeconds(-100), 129),
            OfflinePlay("late", "f", two, offline.Clock.Now.AddSeconds(-100), 130));
        offline.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(await SyncAsync("late", one));
        Assert.Equal([false, false, false], await SuspendedAsync("late", one, two, third));

        // Plays that overlap by more than 30 s after the choice do.
        await offline.Server.WriteAsync(OfflinePlay("late", "g", one, offline.Clock.Now.AddHours(-1).AddSeconds(-100), 131));
        await offline.Server.WriteAsync(OfflinePlay("late", "h", third, offline.Clock.Now.AddHours(-1).AddSeconds(-50), 200));
        Assert.Equal("DEVICE_CONFLICT", await SyncAsync("late", one));
        Assert.Equal([true, false, true], await SuspendedAsync("late", one, two, third));
    }

    [Fact]
    public async Task Plays_of_one_device_of_other_users_and_of_devices_that_are_not_registered_suspend_nothing()
    {
        var (_, one, two) = await DevicesAsync("alone");
        var (_, other) = await offline.RegisterAsync("somebody");
        await ReportAsync(
            "alone", Event("a", one, Start), Event("a", one, Start), Event("b", one, Start), Event("c", SpotifyId.New(), Start),
            Event("d", "Ada's phone", Start), Event("e", two.Id, Start) with { IsOffline = false });
        await ReportAsync("alone", Event("a", one, Start));
        await ReportAsync("somebody", Event("a", other, Start));
        Assert.Null(await SyncAsync("alone", one));

        // Of a device that was removed.
        await ReportAsync("alone", Event("f", two, Start));
        using (var admin = offline.Server.WithScopes("alone", "user-modify-playback-state", offline.Clock.Now))
        using (var remove = await admin.DeleteAsync(two.Path)) Assert.Equal(HttpStatusCode.NoContent, remove.StatusCode);
        await ReportAsync("alone", Event("g", two, Start));
        Assert.Null(await SyncAsync("alone", one));
        Assert.Equal([false], await SuspendedAsync("alone", one));
    }

    [Fact]
    public async Task The_plays_of_months_are_compared_in_parts()
    {
        var (_, one, two) = await DevicesAsync("months");
        var start = Instant.Truncate(offline.Clock.Now.AddDays(-40));
        // Every 15 minutes one play, in turns; the oldest overlap.
        List<Mutation> plays = [];
        for (var i = 0; i < 1500; i++)
            plays.Add(OfflinePlay("months", $"{i}", i % 2 == 0 ? one : two, start.AddMinutes(i * 15), i == 1 ? 200 : 180));
        foreach (var chunk in plays.Where((_, i) => i != 0).Chunk(500)) await offline.Server.WriteAsync(chunk);
        for (var i = 0; i < 20; i++) Assert.Null(await SyncAsync("months", one));
        // One that is reported last, between those that were compared long ago.
        await offline.Server.WriteAsync(OfflinePlay("months", "0", one, start.AddMinutes(15).AddSeconds(100), 200));
        Assert.Equal("DEVICE_CONFLICT", await SyncAsync("months", two));
    }

    [Fact]
    public async Task All_new_plays_are_compared_before_a_renewal()
    {
        var (client, one, two) = await DevicesAsync("many");
        var ids = await offline.AddTracksAsync("many", 1);
        await PostAsync(client, one, new { uris = Uris(ids) });
        var start = Instant.Truncate(offline.Clock.Now.AddDays(-40));
        await offline.Server.WriteAsync(
        [
            OfflinePlay("many", "other", two, start, 200),
            .. Enumerable.Range(0, 450).Select(i => OfflinePlay("many", $"{i}", one, start.AddMinutes(i * 15), 200)),
        ]);
        using var response = await client.PostAsJsonAsync($"{one.Path}/licenses/renewals", new { uris = Uris(ids) });
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal([true, true], await SuspendedAsync("many", one, two));
    }

    [Fact]
    public async Task Licenses_wait_until_all_plays_are_compared_and_syncs_go_on()
    {
        var (client, one, _) = await DevicesAsync("waiting");
        var ids = await offline.AddTracksAsync("waiting", 1);
        var start = Instant.Truncate(offline.Clock.Now.AddDays(-40));
        foreach (var chunk in Enumerable.Range(0, 6_300).Chunk(1_000))
        {
            await offline.Server.WriteAsync(
                chunk.Select(i => OfflinePlay("waiting", $"{i}", one, start.AddMinutes(i * 8), 200)));
        }

        Assert.Null(await SyncAsync("waiting", one));
        foreach (var path in (string[])["/licenses", "/licenses/renewals"])
        {
            using var response = await client.PostAsJsonAsync(one.Path + path, new { uris = Uris(ids) });
            Assert.Equal(
                (HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(1)), (response.StatusCode, response.Headers.RetryAfter?.Delta));
            Assert.Contains("PLAYS_PENDING", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(0, await offline.TracksAsync(one));
        Assert.Single((await PostAsync(client, one, new { uris = Uris(ids) }))["licenses"]!.AsArray());
    }

    [Fact]
    public async Task Plays_before_a_device_was_registered_again_do_not_count()
    {
        var (_, one, two) = await DevicesAsync("again");
        using (var admin = Chooser("again"))
        using (var remove = await admin.DeleteAsync(two.Path)) Assert.Equal(HttpStatusCode.NoContent, remove.StatusCode);
        await ReportAsync("again", Event("late", two, Start));
        await offline.Server.WriteAsync(two.Insert(offline.Clock.Now));
        await ReportAsync("again", Event("other", one, Start));
        Assert.Null(await SyncAsync("again", one));
        Assert.Equal([false, false], await SuspendedAsync("again", one, two));

        offline.Clock.Advance(TimeSpan.FromMinutes(5));
        foreach (var device in new[] { one, two }) await ReportAsync("again", Event(device.Id, device, offline.Clock.Now));
        Assert.Equal("DEVICE_CONFLICT", await SyncAsync("again", one));
    }

    [Fact]
    public async Task Parallel_choices_leave_one_device_with_what_it_has()
    {
        var (client, one, two) = await DevicesAsync("choices");
        var ids = await offline.AddTracksAsync("choices", 5);
        foreach (var device in new[] { one, two }) await PostAsync(client, device, new { uris = Uris(ids) });
        await offline.Server.WriteAsync(OfflinePlay("choices", "a", one, Start, 200), OfflinePlay("choices", "b", two, Start, 200));
        await SyncAsync("choices", one);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => ChooseAsync(i % 2 == 0 ? one : two)));
        Assert.Equal([false, false], await SuspendedAsync("choices", one, two));
        Assert.Equal([0, 5], new[] { await offline.TracksAsync(one), await offline.TracksAsync(two) }.Order());
    }

    [Fact]
    public async Task A_choice_that_stops_midway_is_finished_by_the_next_sync()
    {
        var (client, one, two) = await DevicesAsync("midway");
        var ids = await offline.AddTracksAsync("midway", 2);
        foreach (var device in new[] { one, two }) await PostAsync(client, device, new { uris = Uris(ids) });
        await offline.Server.WriteAsync(
            one.Update("ChosenAt", Start), two.Update("ChosenAt", Start), two.Update("SuspendedAt", Start));
        using var response = await client.PostAsJsonAsync($"{two.Path}/licenses", new { uris = Uris(ids) });
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        // It cannot be chosen any more.
        await ChooseAsync(two);
        Assert.Equal(0, await offline.TracksAsync(two));
        Assert.Null(await SyncAsync("midway", two));
        Assert.Equal([false, false], await SuspendedAsync("midway", one, two));
        Assert.Equal(2, await offline.TracksAsync(one));

        using var missing = await Chooser("midway").PutAsync($"/v1/me/devices/{SpotifyId.New()}/chosen", null);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    private async Task<(HttpClient Client, DeviceModel One, DeviceModel Two)> DevicesAsync(string user)
    {
        var (client, one) = await offline.RegisterAsync(user);
        var two = await offline.AddDeviceAsync(user);
        foreach (var device in new[] { one, two }) await RegisteredLongAgoAsync(device);
        return (client, one, two);
    }

    private Task RegisteredLongAgoAsync(DeviceModel device) =>
        offline.Server.WriteAsync(device.Update("RegisteredAt", Instant.Truncate(offline.Clock.Now.AddDays(-60))));

    private Task ReportAsync(string user, params IReadOnlyList<ClientEvent> events) =>
        offline.Server.Services.GetRequiredService<Functions.PlaybackRecorder.PlaybackRecorder>().HandleAsync(
            new EventBatch(user, "SE", offline.Clock.Now) { Events = events },
            new MessageContext("message", offline.Clock.Now, new Dictionary<string, string>()),
            default);

    private static ClientEvent Event(string id, DeviceModel device, DateTimeOffset end) => Event(id, device.Id, end);

    private static ClientEvent Event(string id, string device, DateTimeOffset end) =>
        new(id, EventType.StreamEnd, end)
        {
            Uri = Dawn, PlayedMs = 200_000, EndReason = EndReason.Completed, DeviceId = device, IsOffline = true,
        };

    private static Mutation OfflinePlay(string user, string id, DeviceModel device, DateTimeOffset start, int seconds) => Mutation.Insert(
        Schema.Current.Table("OfflinePlays"),
        ("UserId", user), ("EventId", id), ("DeviceId", device.Id), ("StartedAt", Instant.Truncate(start)),
        ("EndedAt", Instant.Truncate(start.AddSeconds(seconds))), ("IsChecked", false));

    /// <summary>Syncs and returns the reason why there are no licenses.</summary>
    private async Task<string?> SyncAsync(string user, DeviceModel device) =>
        (await new SyncModel(offline, user, device).GetAsync(null)).At("limited_by");

    private HttpClient Chooser(string user) => offline.Server.WithScopes(user, "user-modify-playback-state", offline.Clock.Now);

    private async Task ChooseAsync(DeviceModel device)
    {
        using var chooser = Chooser(device.UserId);
        using var response = await chooser.PutAsync($"{device.Path}/chosen", null);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    private async Task<IReadOnlyList<bool>> SuspendedAsync(string user, params DeviceModel[] devices)
    {
        using var reader = offline.Server.WithScopes(user, "user-read-playback-state", offline.Clock.Now);
        var list = (await reader.GetFromJsonAsync<JsonNode>("/v1/me/devices"))!["devices"]!.AsArray();
        return [.. devices.Select(device => list.Single(one => one!.At("id") == device.Id)!["is_suspended"]!.GetValue<bool>())];
    }
}
