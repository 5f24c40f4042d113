using Spotify.Functions.Playback.Cdn;

namespace Spotify.Functions.Playback;

/// <summary>The URLs of one answer: all on the same CDN, but for the alternatives, and with the same expiry.</summary>
/// <param name="urls">Signs them.</param>
/// <param name="ranked">The CDNs, the best first; at least one.</param>
/// <param name="userId">Whom the URLs are for.</param>
/// <param name="expiresAt">Until when they are good.</param>
/// <param name="requestBase">The base of CDNs that have none of their own.</param>
internal sealed class PlaybackUrls(CdnUrls urls, IReadOnlyList<RankedCdn> ranked, string userId, DateTimeOffset expiresAt, string requestBase)
{
    public DateTimeOffset ExpiresAt => expiresAt;

    public string Cdn => ranked[0].Cdn.Name;

    public string Sign(string path) => Sign(ranked[0], path);

    public IReadOnlyList<AlternativeObject> Alternatives(string path)
    {
        var alternatives = new AlternativeObject[ranked.Count - 1];
        for (var i = 0; i < alternatives.Length; i++) alternatives[i] = new AlternativeObject(ranked[i + 1].Cdn.Name, Sign(ranked[i + 1], path));
        return alternatives;
    }

    private string Sign(RankedCdn on, string path) => urls.Sign(on.Cdn, requestBase, path, expiresAt, userId);
}
