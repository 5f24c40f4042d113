using Spotify.Fixtures;
using Spotify.Functions.Licenses.Issuing;
using static Spotify.Functions.Tests.Licenses.Issuing.LicenseServer;

namespace Spotify.Functions.Tests.Licenses.Issuing;

/// <summary>Tests of requests for licenses of one device at the same time.</summary>
public sealed class LicenseConcurrencyTests(LicenseServer offline) : IClassFixture<LicenseServer>
{
    [Fact]
    public async Task Parallel_requests_never_pass_10_000_tracks()
    {
        const int requests = 50, tracks = 10, room = 55;
        var (user, _) = await offline.RegisterAsync("parallel");
        using var device = await offline.AddDeviceAsync("parallel");
        var ids = await offline.AddTracksAsync("parallel", OfflineTracks.MaxTracks - room + requests * tracks, encrypted: false);
        await offline.FillAsync(device, ids[..^(requests * tracks)]);
        ids = ids[^(requests * tracks)..];
        await offline.EncryptAsync(ids, "high.ogg");

        // Each track is asked for twice, by two of the requests.
        var pages = await Task.WhenAll(Enumerable.Range(0, requests).Select(i =>
            PostAsync(user, device, new { uris = Uris(Enumerable.Range(0, 2 * tracks).Select(j => ids[(i * tracks + j) % ids.Length])) })));
        Assert.Equal(OfflineTracks.MaxTracks, await offline.TracksAsync(device));
        Assert.Equal(room, device.Items.Count);
        Assert.Equal(device.Licenses.Count, device.Licenses.Select(license => license.Serial).Distinct().Count());
        Assert.All(pages.SelectMany(Reasons), one => Assert.Equal("TRACK_LIMIT", one.Value));

        // Room for others.
        await RevokeAsync(user, device, [.. device.Items.Keys.Take(5)]);
        var more = await offline.AddTracksAsync("parallel more", 10);
        var page = await PostAsync(user, device, new { uris = Uris(more) });
        Assert.Equal((5, 5), (device.Licenses[^1].Items.Count, Reasons(page).Count));
        Assert.Equal(OfflineTracks.MaxTracks, await offline.TracksAsync(device));
    }

    [Fact]
    public async Task Requests_renewals_and_removals_at_the_same_time_leave_true_counters()
    {
        var (user, device) = await offline.RegisterAsync("mixed");
        var ids = await offline.AddTracksAsync("mixed", 40);
        var list = await offline.AddPlaylistAsync("mixed", "mixed", ids[..30]);
        await Task.WhenAll(Enumerable.Range(0, 24).Select(i => (i % 4) switch
        {
            0 => PostAsync(user, device, new { uris = (string[])[list, .. Uris(ids[20..])] }),
            1 => PostAsync(user, device, new { }, "/renewals"),
            2 => RevokeAsync(user, device, list),
            _ => RevokeAsync(user, device, [.. Uris(ids[25..])]),
        }));
        await offline.TracksAsync(device);
    }
}
