using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Licensing;
using static Spotify.Functions.Tests.Licenses.Issuing.LicenseServer;

namespace Spotify.Functions.Tests.Licenses.Issuing;

/// <summary>Tests of the issue of licenses.</summary>
public sealed class LicenseTests(LicenseServer offline) : IClassFixture<LicenseServer>
{
    private static readonly Statement Tracks = new(
        "SELECT * FROM OfflineTracks WHERE UserId = @user AND DeviceId = @device ORDER BY PlayableId",
        ("user", ColumnType.String), ("device", ColumnType.String));

    private static readonly Statement Devices = new(
        "SELECT * FROM Devices WHERE UserId = @user AND DeviceId = @device",
        ("user", ColumnType.String), ("device", ColumnType.String));

    [Fact]
    public async Task A_license_has_the_items_their_keys_and_an_expiry_after_30_days()
    {
        var (user, device) = await offline.RegisterAsync("first");
        var ids = await offline.AddTracksAsync("first", 2);
        var page = await PostAsync(user, device, new { uris = Uris(ids), quality = "very_high", codecs = new[] { "vorbis" } });
        var license = Assert.Single(device.Licenses);
        Assert.Equal(
            (device.Id, 1L, offline.Clock.Now, offline.Clock.Now.AddDays(30), "very_high", "SE", 1),
            (
                license.DeviceId, license.Serial, license.IssuedAt, license.ExpiresAt, license.Quality, license.Constraints.Market,
                license.Constraints.OfflineStreams));
        Assert.Equal(Uris(ids), license.Items.Select(item => item.Uri));
        Assert.All(license.Items, item => Assert.Equal(
            ("vorbis", "very_high", 320, 100_000L, 200_000L, -6.5, null),
            (item.Codec, item.Quality, item.BitrateKbps, item.Size, item.DurationMs, item.GainDb, item.ExpiresAt)));
        Assert.Empty(page["refused"]!.AsArray());
        Assert.Empty(page["pending"]!.AsArray());
        Assert.Null(page["next"]);
        Assert.Null(page["retry_after_s"]);
    }
}
