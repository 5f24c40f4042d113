using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Google.Apis.Auth;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Newtonsoft.Json;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Users;

namespace Spotify.Web.Identity;

/// <summary>
/// A verifier of access tokens: signature, issuer, audience and expiry, with Google's library and the issuer's key set. Caches a verified
/// token until it expires, because clients send the same token with every request.
/// </summary>
public sealed class AccessTokenVerifier : IDisposable
{
    // About 0.4 KB each, because the key is a hash instead of the token.
    private const int MaxCachedTokens = 50_000;

    private const int MaxTokenLength = 8192;

    private readonly TimeProvider time;
    private readonly KeySets keySets;
    private readonly SignedTokenVerificationOptions verification;
    private readonly MemoryCache verified;

    /// <summary>Creates a verifier.</summary>
    /// <param name="options">The tokens to accept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="keySets">The key sets of issuers.</param>
    public AccessTokenVerifier(IOptions<AccessTokenOptions> options, TimeProvider time, KeySets keySets)
    {
        (this.time, this.keySets) = (time, keySets);
        verification = new SignedTokenVerificationOptions
        {
            CertificatesUrl = options.Value.JwksUrl,
            TrustedIssuers = { options.Value.Issuer },
            TrustedAudiences = { options.Value.Audience },
            IssuedAtClockTolerance = TimeSpan.FromMinutes(1),
            HttpClientFactory = keySets,
        };
        verified = new MemoryCache(new MemoryCacheOptions { SizeLimit = MaxCachedTokens, CompactionPercentage = 0.1 });
    }

    /// <summary>Returns the caller that a token identifies.</summary>
    /// <exception cref="ApiException">
    /// 401: the token is invalid or has expired. 503: the issuer's key set is not available.
    /// </exception>
    public ValueTask<Caller> VerifyAsync(string token, CancellationToken ct)
    {
        if (token.Length > MaxTokenLength || !TokenHash.TryCreate(token, out var hash)) throw Unauthorized("Invalid access token");
        return verified.TryGetValue(hash, out Verified? known) && known!.ExpiresAt > time.GetUtcNow()
            ? ValueTask.FromResult(known.Caller)
            : VerifyUnknownAsync(token, hash, ct);
    }

    /// <summary>Downloads the issuer's key set, so that the first request does not wait for it. A failure is logged only.</summary>
    public Task WarmUpAsync(CancellationToken ct) => keySets.WarmUpAsync(verification.CertificatesUrl, ct);

    /// <inheritdoc/>
    public void Dispose() => verified.Dispose();

    private async ValueTask<Caller> VerifyUnknownAsync(string token, TokenHash hash, CancellationToken ct)
    {
        Claims claims;
        try
        {
            claims = await JsonWebSignature.VerifySignedTokenAsync<Claims>(token, verification, ct);
        }
        catch (KeySetException)
        {
            throw new ApiException(StatusCodes.Status503ServiceUnavailable, "The access token cannot be verified at the moment; try again");
        }
        catch (InvalidJwtException e)
        {
            var expired = e.Message.Contains("expired", StringComparison.OrdinalIgnoreCase);
            throw Unauthorized(expired ? "The access token expired" : "Invalid access token");
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException
            or InvalidCastException or NullReferenceException)
        {
            // The library throws the last two if the algorithm in the header is for another type of key.
            throw Unauthorized("Invalid access token");
        }

        if (claims.ExpirationTimeSeconds is not { } seconds || claims.Subject is not { Length: > 0 and <= User.MaxIdLength } subject)
            throw Unauthorized("Invalid access token");
        var expiresAt = DateTimeOffset.FromUnixTimeSeconds(seconds);
        if (expiresAt <= time.GetUtcNow()) throw Unauthorized("The access token expired");
        ScopeNames.TryParse(claims.Scope, out var scopes);
        var caller = new Caller(
            claims.ClientOnly ? null : subject,
            claims.ClientId ?? claims.AuthorizedParty,
            claims.Country is { } country && Markets.IsKnown(country) ? country : null,
            Products.TryParse(claims.Product, out var product) ? product : Product.Free,
            scopes);
        verified.Set(hash, new Verified(caller, expiresAt), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpiration = expiresAt });
        return caller;
    }

    private static ApiException Unauthorized(string message) => new(StatusCodes.Status401Unauthorized, message);

    /// <summary>The SHA-256 of a token. A weaker hash would let a forged token take the place of another user's.</summary>
    private readonly record struct TokenHash(UInt128 First, UInt128 Second)
    {
        // Tokens are ASCII. Returns false for anything else.
        public static bool TryCreate(string token, out TokenHash hash)
        {
            Span<byte> bytes = stackalloc byte[MaxTokenLength];
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            var isAscii = Ascii.FromUtf16(token, bytes, out var length) == OperationStatus.Done;
            SHA256.HashData(bytes[..length], digest);
            hash = MemoryMarshal.Read<TokenHash>(digest);
            return isAscii;
        }
    }

    private sealed record Verified(Caller Caller, DateTimeOffset ExpiresAt);

    private sealed class Claims : JsonWebSignature.Payload
    {
        [JsonProperty("azp")]
        public string? AuthorizedParty { get; set; }

        [JsonProperty("client_id")]
        public string? ClientId { get; set; }

        [JsonProperty("client_only")]
        public bool ClientOnly { get; set; }

        [JsonProperty("country")]
        public string? Country { get; set; }

        [JsonProperty("product")]
        public string? Product { get; set; }

        [JsonProperty("scope")]
        public string? Scope { get; set; }
    }
}
