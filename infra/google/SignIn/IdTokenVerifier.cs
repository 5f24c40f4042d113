using Google.Apis.Auth;
using Newtonsoft.Json;
using Spotify.Domain.Users;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Google.SignIn;

/// <summary>The claims of an ID token.</summary>
/// <param name="Subject">The user id.</param>
/// <param name="Email">The e-mail address; null if unknown.</param>
/// <param name="Name">The display name; null if unknown.</param>
internal sealed record IdTokenClaims(string Subject, string? Email, string? Name);

/// <summary>A verifier of the ID tokens of Identity Platform: signature, issuer, audience and expiry.</summary>
/// <seealso href="https://cloud.google.com/identity-platform/docs/verify-id-tokens"/>
internal sealed class IdTokenVerifier(IdentityPlatformOptions options, TimeProvider time, KeySets keySets)
{
    private readonly SignedTokenVerificationOptions verification = new()
    {
        CertificatesUrl = options.JwksUrl,
        TrustedIssuers = { $"https://securetoken.google.com/{options.Project}" },
        TrustedAudiences = { options.Project },
        IssuedAtClockTolerance = TimeSpan.FromMinutes(1),
        HttpClientFactory = keySets,
    };

    /// <summary>Returns the claims of a token; null if the token is invalid or has expired.</summary>
    /// <exception cref="ApiException">503: the keys are not available.</exception>
    public async Task<IdTokenClaims?> VerifyAsync(string token, CancellationToken ct)
    {
        Payload claims;
        try
        {
            claims = await JsonWebSignature.VerifySignedTokenAsync<Payload>(token, verification, ct);
        }
        catch (KeySetException)
        {
            throw new ApiException(
                StatusCodes.Status503ServiceUnavailable, "Signing in is not possible at the moment. Try again in a minute.");
        }
        catch (Exception e) when (e is InvalidJwtException or JsonException or FormatException or ArgumentException
            or InvalidCastException or NullReferenceException)
        {
            // The library throws the last two if the algorithm in the header is for another type of key.
            return null;
        }

        return claims.ExpirationTimeSeconds > time.GetUtcNow().ToUnixTimeSeconds()
            && claims.Subject is { } subject && User.IsValidId(subject)
                ? new IdTokenClaims(subject, claims.Email, claims.Name)
                : null;
    }

    /// <summary>Downloads the keys. A failure is logged only.</summary>
    public Task WarmUpAsync(CancellationToken ct) => keySets.WarmUpAsync(options.JwksUrl, ct);

    private sealed class Payload : JsonWebSignature.Payload
    {
        [JsonProperty("email")]
        public string? Email { get; set; }

        [JsonProperty("name")]
        public string? Name { get; set; }
    }
}
