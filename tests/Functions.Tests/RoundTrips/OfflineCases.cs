using System.Security.Cryptography;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Functions.Licenses.Devices;
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

    /// <summary>The keys of licenses of the measured host.</summary>
    public static ILicenseKeys Keys { get; } = new OneKey();

    /// <summary>The mutations that write the device.</summary>
    public static IEnumerable<Mutation> Mutations =>
    [
        new Device(
            "ada", Known.Id, "Phone", "smartphone",
            P256PublicKey.Of(Known.SigningKey).ToJson(), P256PublicKey.Of(Known.AgreementKey).ToJson(),
            Tracks: 0, Collections: 0, Members: 0, Revision: 0, Serial: 0,
            SuspendedAt: null, ChosenAt: null, RemovedAt: null, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch).Insert(),
    ];

    /// <summary>All cases, in the order in which they are sent.</summary>
    public static IEnumerable<RoundTripCase> All =>
    [
        new("POST /v1/me/devices", 1, 1, _ => OfflineDevice.Path, _ => Registration()),
        new("GET /v1/me/devices", 1, 1, _ => OfflineDevice.Path),
        new("PUT /v1/me/devices/{}", 1, 1, _ => $"{OfflineDevice.Path}/{Known.Id}", _ => """{"name":"Mine"}"""),
        new("POST /v1/me/devices/{}/downloads", 1, 50, _ => $"{OfflineDevice.Path}/{Known.Id}/downloads", TrackUris),
        new("DELETE /v1/me/devices/{}", 1, 1, _ => $"{OfflineDevice.Path}/{New.Id}"),
    ];

    private static string TrackUris(int count) =>
        $$"""{"uris":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"spotify:track:{SpotifyId.FromName($"{i}")}\""))}}]}""";

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
