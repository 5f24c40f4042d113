using System.Security.Cryptography;
using Spotify.Audio;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Functions.Licenses.Devices;
using Spotify.Functions.Licenses.Issuing;
using Spotify.Licensing;
using Spotify.Licensing.Jose;
using Spotify.Local.Identity;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Functions.Tests.RoundTrips;

/// <summary>A request to each route of offline listening, and the device that they refer to.</summary>
internal static class OfflineCases
{
    private static readonly OfflineDevice New = new();
    private static readonly OfflineDevice Known = new();

    private static readonly DateTimeOffset Later = new(2199, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Items = [.. Enumerable.Range(0, 50).Select(i => SpotifyId.FromName($"offline {i}"))];

    private static readonly OfflineDevice Synced = new();

    /// <summary>The keys of licenses of the measured host.</summary>
    public static ILicenseKeys Keys { get; } = new OneKey();

    /// <summary>The mutations that write the device.</summary>
    public static IEnumerable<Mutation> Mutations =>
    [
        Row(Known, DateTimeOffset.UnixEpoch).Insert(),
        // A sync that is not the first in an hour.
        Row(Synced, Later).Insert(),
        .. Items.Select(id => new OfflineTrack(
            new SpotifyUri(EntityType.Track, id), OfflineState.Licensed, true, new OfflineFormat(AudioQuality.High, []), "high.ogg", id, 1,
            DateTimeOffset.UnixEpoch, Later, 1, DateTimeOffset.UnixEpoch, null).Write("ada", Synced.Id)),
    ];

    /// <summary>All cases, in the order in which they are sent.</summary>
    public static IEnumerable<RoundTripCase> All =>
    [
        new("POST /v1/me/devices", 1, 1, _ => OfflineDevice.Path, _ => Registration()),
        new("GET /v1/me/devices", 1, 1, _ => OfflineDevice.Path),
        new("PUT /v1/me/devices/{}", 1, 1, _ => $"{OfflineDevice.Path}/{Known.Id}", _ => """{"name":"Mine"}"""),
        new("POST /v1/me/devices/{}/licenses", 4, 48, _ => $"{OfflineDevice.Path}/{Known.Id}/licenses", LicenseUris),
        new(
            "POST /v1/me/devices/{}/licenses/renewals", 1, 12, _ => $"{OfflineDevice.Path}/{Known.Id}/licenses/renewals",
            count => Uris(RoundTripCases.LicenseUris.Where((_, i) => i % 4 == 0).Take(count))),
        new("DELETE /v1/me/devices/{}/licenses", 4, 48, _ => $"{OfflineDevice.Path}/{Known.Id}/licenses", LicenseUris),
        new("POST /v1/me/devices/{}/downloads", 1, 50, _ => $"{OfflineDevice.Path}/{Known.Id}/downloads", TrackUris),
        new("GET /v1/me/devices/{}/sync", 1, 50, n => $"{OfflineDevice.Path}/{Synced.Id}/sync?partial={Uris(n)}"),
        new("PUT /v1/me/devices/{}/chosen", 1, 1, _ => $"{OfflineDevice.Path}/{Synced.Id}/chosen"),
        new("GET /v1/me/offline/estimates", 2, 50, n => $"/v1/me/offline/estimates?uris={Uris(n)}"),
        new("DELETE /v1/me/devices/{}", 1, 1, _ => $"{OfflineDevice.Path}/{New.Id}"),
    ];

    // A playlist and tracks.
    private static string Uris(int count) =>
        string.Join(',', Items.Take(count).Select((id, i) => $"spotify:{(i == 1 ? "playlist" : "track")}:{id}"));

    private static Device Row(OfflineDevice device, DateTimeOffset seenAt) => new(
        "ada", device.Id, "Phone", "smartphone",
        P256PublicKey.Of(device.SigningKey).ToJson(), P256PublicKey.Of(device.AgreementKey).ToJson(),
        Tracks: Items.Length, Collections: 0, Members: 0, Revision: 1, Serial: 1,
        SuspendedAt: null, ChosenAt: null, RemovedAt: null, DateTimeOffset.UnixEpoch, seenAt);

    private static string TrackUris(int count) =>
        Uris(Enumerable.Range(0, count).Select(i => $"spotify:track:{SpotifyId.FromName($"{i}")}"));

    private static string LicenseUris(int count) => Uris(RoundTripCases.LicenseUris.Take(count));

    private static string Uris(IEnumerable<string> uris) =>
        $$"""{"uris":[{{string.Join(',', uris.Select(uri => $"\"{uri}\""))}}]}""";

    private static string Registration()
    {
        var (challenge, _) = DeviceChallenge.Issue(LocalIdentity.Issuer, "ada", DateTimeOffset.UtcNow, JwsKey.Of(Keys.Signing.Key));
        return New.Registration("Tablet", challenge).ToJsonString();
    }

    private sealed class OneKey : ILicenseKeys
    {
        public TokenKey Signing { get; } = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

        public IReadOnlyList<TokenKey> All => [Signing];
    }
}
