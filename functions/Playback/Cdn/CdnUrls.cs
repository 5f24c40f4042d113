using Microsoft.Extensions.Options;
using Spotify.Domain.Signing;

namespace Spotify.Functions.Playback.Cdn;

/// <summary>A signer of the URLs of CDNs.</summary>
public sealed class CdnUrls(IOptions<CdnOptions> options, SigningKeys keys)
{
    private readonly Dictionary<string, IUrlSigner> signers =
        options.Value.All.ToDictionary(cdn => cdn.Name, cdn => CdnFormats.Find(cdn.Format)!);

    /// <summary>Returns a signed URL.</summary>
    /// <param name="cdn">A configured CDN.</param>
    /// <param name="requestBase">Scheme and authority of the request, without a trailing slash, for CDNs without a base URL.</param>
    /// <param name="path">The object's path, with a leading slash.</param>
    /// <param name="expiresAt">When the URL expires.</param>
    /// <param name="userId">The user that the URL is for.</param>
    /// <exception cref="ArgumentException">The URL cannot be signed.</exception>
    /// <exception cref="KeyNotFoundException">The key ring does not have the key of the CDN.</exception>
    public string Sign(CdnDefinition cdn, string requestBase, string path, DateTimeOffset expiresAt, string userId)
    {
        var ring = keys.Ring;
        var key = ring.Current;
        if (cdn.KeyName is not null && !ring.TryFind(cdn.KeyName, out key))
            throw new KeyNotFoundException($"There is no signing key '{cdn.KeyName}', which CDN '{cdn.Name}' needs.");
        return signers[cdn.Name].Sign((cdn.BaseUrl?.TrimEnd('/') ?? requestBase) + path, expiresAt, userId, key);
    }
}
