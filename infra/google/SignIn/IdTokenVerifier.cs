using System.Text.Json.Serialization;
using Microsoft.IdentityModel.Tokens;
using Spotify.Domain.Users;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Google.SignIn;

/// <summary>A verifier of the ID tokens of Identity Platform.</summary>
/// <seealso href="https://cloud.google.com/identity-platform/docs/verify-id-tokens"/>
internal sealed class IdTokenVerifier(IdentityPlatformOptions options, TimeProvider time, KeySet keys)
{
    private readonly TokenVerifier tokens = new(
        $"https://securetoken.google.com/{options.Project}", options.Project, SecurityAlgorithms.RsaSha256, "JWT", keys, time);

    /// <summary>Returns the claims of a token; null if the token is invalid or has expired.</summary>
    /// <exception cref="ApiException">503: the keys are not available.</exception>
    public async Task<IdTokenClaims?> VerifyAsync(string token, CancellationToken ct)
    {
        try
        {
            var claims = await tokens.VerifyAsync(token, IdTokenJson.Default.IdTokenClaims, ct);
            return User.IsValidId(claims.Sub) ? claims : null;
        }
        catch (InvalidTokenException)
        {
            return null;
        }
        catch (KeySetException)
        {
            throw new ApiException(
                StatusCodes.Status503ServiceUnavailable, "Signing in is not possible at the moment. Try again in a minute.");
        }
    }

    /// <summary>Downloads the keys. A failure is logged only.</summary>
    public Task WarmUpAsync(CancellationToken ct) => keys.WarmUpAsync(ct);
}

/// <summary>The claims of an ID token.</summary>
internal sealed record IdTokenClaims : TokenClaims
{
    /// <summary>The e-mail address; null if unknown.</summary>
    public string? Email { get; init; }

    /// <summary>Whether the user has shown to own the address.</summary>
    public bool EmailVerified { get; init; }

    /// <summary>The display name; null if unknown.</summary>
    public string? Name { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, AllowDuplicateProperties = false, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(IdTokenClaims))]
internal sealed partial class IdTokenJson : JsonSerializerContext;
