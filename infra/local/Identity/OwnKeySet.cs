using Spotify.Web.Identity;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Local.Identity;

/// <summary>The key set of this machine's issuer, without a network.</summary>
internal sealed class OwnKeySet(ITokenKeys keys) : IKeySetSource
{
    /// <summary>The address of the key set, for the settings of verifiers.</summary>
    public const string Url = LocalIdentity.Issuer + "/.well-known/jwks.json";

    /// <inheritdoc/>
    public Task<string> DownloadAsync(string url, CancellationToken ct) => Task.FromResult(PublicKeySet.Json(keys));
}
