using Spotify.Web.Identity.Issuing;

namespace Spotify.Google.Signing;

/// <summary>A configured signing key.</summary>
public sealed class PemKey
{
    /// <summary>A private P-256 key in PEM.</summary>
    public string Pem { get; set; } = "";
}

/// <summary>Configured signing keys. The first one signs.</summary>
internal class PemKeys(IEnumerable<PemKey> keys) : IPublishedKeys
{
    /// <inheritdoc/>
    public TokenKey Signing => All[0];

    /// <inheritdoc/>
    public IReadOnlyList<TokenKey> All { get; } = [.. keys.Select(key => TokenKey.Parse(key.Pem))];

    /// <summary>Returns the problems of keys. The messages do not contain keys.</summary>
    /// <param name="setting">The setting with the keys.</param>
    /// <param name="keys">The keys.</param>
    public static IEnumerable<string> Problems(string setting, IList<PemKey> keys)
    {
        if (keys.Count == 0) yield return $"{setting}:0:Pem is missing.";
        var ids = new HashSet<string>();
        foreach (var (i, key) in keys.Index())
        {
            if (IdOf(key) is not { } id) yield return $"{setting}:{i}:Pem must be a private P-256 key in PEM.";
            else if (!ids.Add(id)) yield return $"{setting}:{i}:Pem is the same as an earlier key.";
        }
    }

    private static string? IdOf(PemKey key)
    {
        try
        {
            return TokenKey.Parse(key.Pem).PublicKey.Kid;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
