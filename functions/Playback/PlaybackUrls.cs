using Spotify.Functions.Playback.Cdn;

namespace Spotify.Functions.Playback;

/// <summary>A signer of the URLs of one response, with the same expiry. All URLs are on the same CDN, except the alternatives.</summary>
/// <param name="urls">Signs URLs.</param>
/// <param name="ranked">The CDNs, the best first; at least one.</param>
/// <param name="userId">The user that the URLs are for.</param>
/// <param name="expiresAt">When the URLs expire.</param>
/// <param name="requestBase">The base URL for CDNs that have none.</param>
internal sealed class PlaybackUrls(
    CdnUrls urls, IReadOnlyList<RankedCdn> ranked, string userId, DateTimeOffset expiresAt, string requestBase)
{
    public DateTimeOffset ExpiresAt => expiresAt;

    public string Cdn => ranked[0].Cdn.Name;

    public string Sign(string path) => Sign(ranked[0], path);

    public IReadOnlyList<AlternativeObject> Alternatives(string path) =>
        [.. ranked.Skip(1).Select(other => new AlternativeObject(other.Cdn.Name, Sign(other, path)))];

    private string Sign(RankedCdn on, string path) => urls.Sign(on.Cdn, requestBase, path, expiresAt, userId);
}
