using Google.Apis.Auth;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Newtonsoft.Json;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Users;
using IHttpClientFactory = Google.Apis.Http.IHttpClientFactory;

namespace Spotify.Web.Identity;

/// <summary>
/// A verifier of access tokens: signature, issuer, audience and expiry, with Google's library and the issuer's key set. Caches a verified
/// token until it expires, because clients send the same token with every request.
/// </summary>
public sealed class AccessTokenVerifier : IDisposable
{
    // About 1 KB each.
    private const int MaxCachedTokens = 50_000;

    private const int MaxTokenLength = 8192;

    private readonly TimeProvider time;
    private readonly SignedTokenVerificationOptions verification;
    private readonly MemoryCache verified;

    /// <summary>Creates a verifier.</summary>
    /// <param name="options">The tokens to accept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="httpClients">Creates the client that downloads the key set; null for the library's default.</param>
    public AccessTokenVerifier(IOptions<AccessTokenOptions> options, TimeProvider time, IHttpClientFactory? httpClients = null)
    {
        this.time = time;
        verification = new SignedTokenVerificationOptions
        {
            CertificatesUrl = options.Value.JwksUrl,
            TrustedIssuers = { options.Value.Issuer },
            TrustedAudiences = { options.Value.Audience },
            IssuedAtClockTolerance = TimeSpan.FromMinutes(1),
            HttpClientFactory = httpClients,
        };
        verified = new MemoryCache(new MemoryCacheOptions { SizeLimit = MaxCachedTokens, CompactionPercentage = 0.1 });
    }

    /// <summary>Returns the caller that a token identifies.</summary>
    /// <exception cref="ApiException">401: the token is invalid or has expired.</exception>
    public ValueTask<Caller> VerifyAsync(string token, CancellationToken ct)
    {
        if (verified.TryGetValue(token, out Verified? known) && known!.ExpiresAt > time.GetUtcNow())
            return ValueTask.FromResult(known.Caller);
        return token.Length > MaxTokenLength ? throw Unauthorized("Invalid access token") : VerifyUnknownAsync(token, ct);
    }

    /// <inheritdoc/>
    public void Dispose() => verified.Dispose();

    private async ValueTask<Caller> VerifyUnknownAsync(string token, CancellationToken ct)
    {
        Claims claims;
        try
        {
            claims = await JsonWebSignature.VerifySignedTokenAsync<Claims>(token, verification, ct);
        }
        catch (InvalidJwtException e)
        {
            var expired = e.Message.Contains("expired", StringComparison.OrdinalIgnoreCase);
            throw Unauthorized(expired ? "The access token expired" : "Invalid access token");
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or InvalidCastException)
        {
            // The library throws InvalidCastException if the algorithm in the header does not match the key.
            throw Unauthorized("Invalid access token");
        }

        if (claims.ExpirationTimeSeconds is not { } seconds || claims.Subject is not { Length: > 0 and <= User.MaxIdLength } subject)
            throw Unauthorized("Invalid access token");
        var expiresAt = DateTimeOffset.FromUnixTimeSeconds(seconds);
        if (expiresAt <= time.GetUtcNow()) throw Unauthorized("The access token expired");
        var caller = new Caller(
            claims.ClientOnly ? null : subject,
            claims.ClientId ?? claims.AuthorizedParty,
            claims.Country is { } country && Markets.IsKnown(country) ? country : null,
            Products.TryParse(claims.Product, out var product) ? product : Product.Free);
        verified.Set(token, new Verified(caller, expiresAt), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpiration = expiresAt });
        return caller;
    }

    private static ApiException Unauthorized(string message) => new(StatusCodes.Status401Unauthorized, message);

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
    }
}
