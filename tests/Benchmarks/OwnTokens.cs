using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Spotify.Local;
using Spotify.Local.Identity;
using Spotify.Web.Identity;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Benchmarks;

/// <summary>The access tokens of a host, signed here with the key in its data directory. The host must have started before.</summary>
internal sealed class OwnTokens : IDisposable
{
    /// <summary>Reads the key.</summary>
    public OwnTokens(string directory)
    {
        var file = Directory.EnumerateFiles(Path.Combine(new DataDirectory(directory).Keys, "tokens"), "*.pem").Single();
        Key.ImportFromPem(File.ReadAllText(file));
        Issuer = new TokenIssuer(
            new OneKey(new TokenKey(Key)),
            Options.Create(new AccessTokenOptions { Issuer = LocalIdentity.Issuer, Audience = LocalIdentity.Audience }),
            TimeProvider.System);
    }

    /// <summary>The key.</summary>
    public ECDsa Key { get; } = ECDsa.Create();

    /// <summary>The issuer.</summary>
    public TokenIssuer Issuer { get; }

    public void Dispose() => Key.Dispose();

    private sealed record OneKey(TokenKey Signing) : ITokenKeys
    {
        public IReadOnlyList<TokenKey> All => [Signing];
    }
}
