using Spotify.Functions.Accounts.SignIn;
using Spotify.Web.Identity;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Functions.Accounts.Tokens;

/// <summary>The grants of the token endpoint.</summary>
/// <seealso href="https://developer.spotify.com/documentation/web-api/concepts/authorization"/>
internal sealed class TokenService(AuthorizationCodes codes, RefreshTokens refreshTokens, AccountChecks checks, TokenIssuer issuer)
{
    /// <summary>Issues a token.</summary>
    /// <param name="form">The request.</param>
    /// <param name="client">The client; null if the request has none.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <exception cref="OAuthException">The request is invalid.</exception>
    public async Task<TokenResponse> IssueAsync(IFormCollection form, Client? client, CancellationToken ct)
    {
        var grant = Required(form, "grant_type", "unsupported_grant_type");
        if (grant is not ("authorization_code" or "refresh_token" or "client_credentials"))
        {
            throw new OAuthException(
                "unsupported_grant_type", "grant_type must be client_credentials, authorization_code or refresh_token");
        }

        if (client is null) throw OAuthException.InvalidClient("Invalid client", byHeader: false);
        return grant switch
        {
            "authorization_code" => await RedeemAsync(form, client, ct),
            "refresh_token" => await RenewAsync(form, client, ct),
            _ when !client.IsAuthenticated => throw OAuthException.InvalidClient("Invalid client secret", byHeader: false),
            _ => Response(issuer.IssueApp(client.Id)),
        };
    }

    private async Task<TokenResponse> RedeemAsync(IFormCollection form, Client client, CancellationToken ct)
    {
        var (code, redirectUri) = (Required(form, "code"), Required(form, "redirect_uri"));
        var verifier = form["code_verifier"] is [{ Length: > 0 } given] ? given : null;
        var (permission, refreshToken) = await codes.RedeemAsync(code, redirectUri, verifier, client, ct);
        return Issue(permission, permission.Scopes, client, refreshToken);
    }

    private async Task<TokenResponse> RenewAsync(IFormCollection form, Client client, CancellationToken ct)
    {
        Scopes? requested = null;
        if (form["scope"] is [{ Length: > 0 } names])
            requested = ScopeNames.TryParse(names, out var parsed) ? parsed : throw OAuthException.ExcessiveScope();
        var (permission, token, isPublic) = await refreshTokens.UseAsync(Required(form, "refresh_token"), client, requested, ct);
        if (!await checks.IsActiveAsync(permission.UserId, ct))
        {
            await refreshTokens.RevokeAsync(token, client, ct);
            throw OAuthException.InvalidGrant("Invalid refresh token");
        }

        return Issue(permission, requested ?? permission.Scopes, client, isPublic ? token : null);
    }

    private TokenResponse Issue(Permission permission, Scopes scopes, Client client, string? refreshToken) => Response(
        issuer.Issue(permission.UserId, permission.Country, permission.Product, client.Id, scopes, permission.Family),
        scopes.Format(), refreshToken);

    private static TokenResponse Response(string token, string? scope = null, string? refreshToken = null) =>
        new(token, "Bearer", (int)TokenIssuer.Lifetime.TotalSeconds, scope, refreshToken);

    private static string Required(IFormCollection form, string name, string error = "invalid_request") =>
        form[name] is [{ Length: > 0 } value] ? value : throw new OAuthException(error, $"{name} parameter is missing");
}
