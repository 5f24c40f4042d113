using Microsoft.Extensions.Options;
using Spotify.Domain.Signing;

namespace Spotify.Functions.Playback.Cdn;

/// <summary>The signed URLs of a CDN.</summary>
public sealed class CdnUrls(IOptions<CdnOptions> options, SigningKeys keys)
{
    private readonly Dictionary<string, IUrlSigner> signers = options.Value.All.ToDictionary(cdn => cdn.Name, cdn => CdnFormats.Find(cdn.Format)!);

    /// <summary>A signed URL for a client.</summary>
    /// <param name="cdn">The CDN, one of the configured.</param>
    /// <param name="requestBase">Scheme and authority of the request, for a CDN that has none of its own; no slash at the end.</param>
    /// <param name="path">The object's path, with a slash in front.</param>
    /// <param name="expiresAt">From when on it is refused.</param>
    /// <param name="userId">The client.</param>
    /// <exception cref="ArgumentException">The URL cannot be signed.</exception>
    /// <exception cref="KeyNotFoundException">The key of the CDN is no longer on the ring.</exception>
    public string Sign(CdnDefinition cdn, string requestBase, string path, DateTimeOffset expiresAt, string userId)
    {
        var ring = keys.Ring;
        var key = ring.Current;
        if (cdn.KeyName is not null && !ring.TryFind(cdn.KeyName, out key)) throw new KeyNotFoundException($"There is no signing key '{cdn.KeyName}', which CDN '{cdn.Name}' needs.");
        return signers[cdn.Name].Sign((cdn.BaseUrl?.TrimEnd('/') ?? requestBase) + path, expiresAt, userId, key);
    }
}
