using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Spotify.Domain.Users;

namespace Spotify.Web.Identity.Issuing;

/// <summary>The issuer of access tokens: JSON Web Tokens (RFC 9068) signed with ES256.</summary>
/// <param name="keys">The keys.</param>
/// <param name="options">The issuer and audience.</param>
/// <param name="time">The clock.</param>
public sealed class TokenIssuer(ITokenKeys keys, IOptions<AccessTokenOptions> options, TimeProvider time)
{
    /// <summary>How long an access token is valid.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Issues a token of a user for an app.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="country">The user's country.</param>
    /// <param name="product">The user's plan.</param>
    /// <param name="clientId">The app.</param>
    /// <param name="scopes">The scopes.</param>
    /// <param name="sessionId">The sign-in of the app, which a revocation refers to; null if the token cannot be renewed.</param>
    public string Issue(string userId, string country, Product product, string clientId, Scopes scopes, string? sessionId = null)
    {
        var claims = new Dictionary<string, object>
        {
            ["client_id"] = clientId, ["scope"] = scopes.Format(), ["country"] = country, ["product"] = product.WireName(),
        };
        if (sessionId is not null) claims["sid"] = sessionId;
        return Sign(userId, options.Value.Audience, claims);
    }

    /// <summary>Issues a token of an app for itself.</summary>
    /// <param name="clientId">The app.</param>
    public string IssueApp(string clientId) => Sign(
        clientId, options.Value.Audience, new() { ["client_id"] = clientId, ["scope"] = "", ["client_only"] = true });

    /// <summary>Issues a token with other claims.</summary>
    /// <param name="subject">The <c>sub</c>.</param>
    /// <param name="audience">The <c>aud</c>.</param>
    /// <param name="claims">The other claims.</param>
    /// <param name="type">The <c>typ</c>.</param>
    public string Sign(string subject, string audience, Dictionary<string, object> claims, string type = AccessTokenVerifier.Type)
    {
        var now = time.GetUtcNow().UtcDateTime;
        claims[JwtRegisteredClaimNames.Sub] = subject;
        claims[JwtRegisteredClaimNames.Jti] = Guid.NewGuid().ToString("n");
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = options.Value.Issuer,
            Audience = audience,
            IssuedAt = now,
            Expires = now + Lifetime,
            Claims = claims,
            SigningCredentials = keys.Signing.Credentials,
            TokenType = type,
        });
    }
}
