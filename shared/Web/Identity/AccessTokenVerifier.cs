using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Spotify.Domain.Catalog;
using Spotify.Domain.Users;

namespace Spotify.Web.Identity;

/// <summary>
/// A verifier of access tokens (RFC 9068). Caches a verified token until it expires or the issuer's keys change, because clients send the
/// same token with every request.
/// </summary>
public sealed class AccessTokenVerifier : IDisposable
{
    /// <summary>The algorithm of access tokens.</summary>
    public const string Algorithm = SecurityAlgorithms.EcdsaSha256;

    /// <summary>The <c>typ</c> of access tokens. Differs from that of other tokens of the same issuer.</summary>
    public const string Type = "at+jwt";

    // About 0.5 KB each, because the key is a hash instead of the token.
    private const int MaxCachedTokens = 50_000;

    private const int MaxCachedSeconds = 24 * 3600;

    private readonly TimeProvider time;
    private readonly KeySet keys;
    private readonly TokenVerifier tokens;
    private readonly MemoryCache verified;

    /// <summary>Creates a verifier.</summary>
    /// <param name="options">The tokens to accept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="source">Downloads the issuer's keys.</param>
    /// <param name="logger">Logs failed downloads.</param>
    public AccessTokenVerifier(
        IOptions<AccessTokenOptions> options, TimeProvider time, IKeySetSource source, ILogger<KeySet> logger)
    {
        this.time = time;
        keys = new KeySet(options.Value.JwksUrl, source, time, logger);
        tokens = new TokenVerifier(options.Value.Issuer, options.Value.Audience, Algorithm, Type, keys, time);
        verified = new MemoryCache(new MemoryCacheOptions { SizeLimit = MaxCachedTokens, CompactionPercentage = 0.1 });
    }

    /// <summary>Returns the caller that a token identifies.</summary>
    /// <exception cref="ApiException">
    /// 401: the token is invalid or has expired. 503: the issuer's key set is not available.
    /// </exception>
    public ValueTask<Caller> VerifyAsync(string token, CancellationToken ct)
    {
        if (token.Length > TokenVerifier.MaxLength || !TokenHash.TryCreate(token, out var hash)) throw Unauthorized("Invalid access token");
        return verified.TryGetValue(hash, out Verified? known) && known!.ExpiresAt > time.GetUtcNow().ToUnixTimeSeconds()
            && ReferenceEquals(known.Keys, keys.Keys)
                ? ValueTask.FromResult(known.Caller)
                : VerifyUnknownAsync(token, hash, ct);
    }

    /// <summary>Downloads the issuer's key set, so that the first request does not wait for it. A failure is logged only.</summary>
    public Task WarmUpAsync(CancellationToken ct) => keys.WarmUpAsync(ct);

    /// <inheritdoc/>
    public void Dispose() => verified.Dispose();

    private async ValueTask<Caller> VerifyUnknownAsync(string token, TokenHash hash, CancellationToken ct)
    {
        AccessTokenClaims claims;
        object usedKeys;
        try
        {
            (claims, usedKeys) = await tokens.VerifyWithKeysAsync(token, TokenJson.Default.AccessTokenClaims, ct);
        }
        catch (KeySetException)
        {
            throw new ApiException(StatusCodes.Status503ServiceUnavailable, "The access token cannot be verified at the moment; try again");
        }
        catch (InvalidTokenException e)
        {
            throw Unauthorized(e.IsExpired ? "The access token expired" : "Invalid access token");
        }

        if (claims.Sub.Length is 0 or > User.MaxIdLength) throw Unauthorized("Invalid access token");
        ScopeNames.TryParse(claims.Scope, out var scopes);
        var caller = new Caller(
            claims.ClientOnly ? null : claims.Sub,
            claims.ClientId,
            claims.Country is { } country && Markets.IsKnown(country) ? country : null,
            Products.TryParse(claims.Product, out var product) ? product : Product.Free,
            scopes)
        {
            SessionId = claims.Sid,
            IssuedAt = TimeOf(claims.Iat),
            ExpiresAt = TimeOf(claims.Exp),
        };
        // The cache's clock is the system's.
        var expiry = TimeSpan.FromSeconds(Math.Min(claims.Exp - time.GetUtcNow().ToUnixTimeSeconds(), MaxCachedSeconds));
        verified.Set(
            hash, new Verified(caller, claims.Exp, usedKeys),
            new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = expiry });
        return caller;
    }

    // A token may be valid for longer than a DateTimeOffset can express.
    private static DateTimeOffset TimeOf(long seconds) => DateTimeOffset.FromUnixTimeSeconds(
        Math.Clamp(seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds()));

    private static ApiException Unauthorized(string message) => new(StatusCodes.Status401Unauthorized, message);

    /// <summary>The SHA-256 of a token. A weaker hash would let a forged token take the place of another user's.</summary>
    private readonly record struct TokenHash(UInt128 First, UInt128 Second)
    {
        // Tokens are ASCII. Returns false for anything else.
        public static bool TryCreate(string token, out TokenHash hash)
        {
            Span<byte> bytes = stackalloc byte[TokenVerifier.MaxLength];
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            var isAscii = Ascii.FromUtf16(token, bytes, out var length) == OperationStatus.Done;
            SHA256.HashData(bytes[..length], digest);
            hash = MemoryMarshal.Read<TokenHash>(digest);
            return isAscii;
        }
    }

    private sealed record Verified(Caller Caller, long ExpiresAt, object Keys);
}

/// <summary>The claims of an access token.</summary>
internal sealed record AccessTokenClaims : TokenClaims
{
    /// <summary>The app.</summary>
    public string? ClientId { get; init; }

    /// <summary>Whether the token belongs to the app itself, without a user.</summary>
    public bool ClientOnly { get; init; }

    /// <summary>The country of the user.</summary>
    public string? Country { get; init; }

    /// <summary>The plan of the user.</summary>
    public string? Product { get; init; }

    /// <summary>The scopes, separated by spaces.</summary>
    public string? Scope { get; init; }

    /// <summary>The sign-in of the app.</summary>
    public string? Sid { get; init; }
}
