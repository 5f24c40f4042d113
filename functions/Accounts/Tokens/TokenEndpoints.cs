using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Spotify.Functions.Accounts.Apps;
using Spotify.Functions.Player.Live;
using Spotify.Web.Identity.Issuing;
using Spotify.Web.Requests;

namespace Spotify.Functions.Accounts.Tokens;

/// <summary>The token endpoint, the revocation endpoint, the server's metadata and its public keys.</summary>
internal static class TokenEndpoints
{
    /// <summary>The tag of the endpoints in the OpenAPI description.</summary>
    public const string Tag = "Tokens";

    /// <summary>Maps the endpoints.</summary>
    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags(Tag).DisableAntiforgery();
        group.MapPost("/api/token", IssueAsync).WithName("token").WithSummary("Get an access token")
            .WithBody<TokenRequest>(UrlEncodedForm.Type)
            .Produces<TokenResponse>()
            .Produces<TokenError>(StatusCodes.Status400BadRequest)
            .Produces<TokenError>(StatusCodes.Status401Unauthorized)
            .Produces<TokenError>(StatusCodes.Status403Forbidden);
        group.MapPost("/api/revoke", RevokeAsync).WithName("revoke").WithSummary("Revoke a refresh token")
            .WithBody<RevocationRequest>(UrlEncodedForm.Type)
            .Produces<TokenError>(StatusCodes.Status400BadRequest)
            .Produces<TokenError>(StatusCodes.Status401Unauthorized);
        group.MapGet("/.well-known/oauth-authorization-server", ServerMetadata.Get)
            .WithName("authorization-server").WithSummary("Get the metadata of the authorization server").Produces<ServerMetadata>();
        group.MapGet("/.well-known/jwks.json", Keys).WithName("keys").WithSummary("Get the keys that verify tokens")
            .Produces<PublicKeySet>();
    }

    private static async Task<Results<JsonHttpResult<TokenResponse>, JsonHttpResult<TokenError>>> IssueAsync(
        HttpContext context,
        TokenService tokens,
        AppRegistry apps,
        TimeProvider time,
        [FromServices] DevelopmentTokens? development,
        CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            var form = await ReadFormAsync(context.Request, ct);
            var credentials = ClientCredentials.Read(context.Request, form);
            if (development is not null && credentials?.Secret is null && form["user"] is [{ Length: > 0 }])
                return Accept(await development.IssueAsync(context, form, credentials?.Id, ct));
            var client = credentials is null ? null : await credentials.VerifyAsync(apps, context.Request, time, ct);
            return Accept(await tokens.IssueAsync(form, client, ct));
        }
        catch (OAuthException e)
        {
            return Refuse(context, e);
        }
    }

    private static async Task<Results<Ok, JsonHttpResult<TokenError>>> RevokeAsync(
        
        HttpContext context,
        RefreshTokens refreshTokens,
        PlayerAccess access,
        AppRegistry apps,
        TimeProvider time,
        CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            var form = await ReadFormAsync(context.Request, ct);
            var credentials = ClientCredentials.Read(context.Request, form)
                ?? throw OAuthException.InvalidClient("Invalid client", byHeader: false);
            var client = await credentials.VerifyAsync(apps, context.Request, time, ct);
            if (form["token"] is not [{ Length: > 0 } token]) throw OAuthException.InvalidRequest("token parameter is missing");
            if (await refreshTokens.RevokeAsync(token, client, ct) is var (user, family)) await access.EndSessionAsync(user, family);
            return TypedResults.Ok();
        }
        catch (OAuthException e)
        {
            return Refuse(context, e);
        }
    }

    private static ContentHttpResult Keys(HttpContext context, ITokenKeys keys)
    {
        AllowCaching(context.Response, TokenKeyRotation.MaxAge);
        return TypedResults.Text(PublicKeySet.Json(keys), "application/json");
    }

    /// <summary>Lets the CDN cache a response, for pages of any site although the first request may come from none.</summary>
    public static void AllowCaching(HttpResponse response, TimeSpan maxAge)
    {
        response.Headers.CacheControl = FormattableString.Invariant($"public, max-age={maxAge.TotalSeconds}");
        response.Headers.AccessControlAllowOrigin = "*";
    }

    private static async Task<IFormCollection> ReadFormAsync(HttpRequest request, CancellationToken ct)
    {
        IFormCollection form;
        try
        {
            form = await UrlEncodedForm.ReadAsync(request, ct);
        }
        catch (InvalidDataException e)
        {
            throw OAuthException.InvalidRequest(e.Message);
        }
        catch (BadHttpRequestException)
        {
            throw new OAuthException("invalid_request", "The form is too long", StatusCodes.Status413PayloadTooLarge);
        }

        return form.Any(field => field.Value.Count > 1)
            ? throw OAuthException.InvalidRequest("A parameter is given more than once")
            : form;
    }

    private static JsonHttpResult<TokenResponse> Accept(TokenResponse response) =>
        TypedResults.Json(response, AccountsJson.Default.TokenResponse);

    private static JsonHttpResult<TokenError> Refuse(HttpContext context, OAuthException error)
    {
        if (error.Status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Basic realm=\"spotify\"";
        return TypedResults.Json(new TokenError(error.Error, error.Message), AccountsJson.Default.TokenError, statusCode: error.Status);
    }
}

/// <summary>The form of a request for a token, for the OpenAPI description.</summary>
internal sealed record TokenRequest(
    string GrantType,
    string? ClientId = null,
    string? ClientSecret = null,
    string? Code = null,
    string? RedirectUri = null,
    string? CodeVerifier = null,
    string? RefreshToken = null,
    string? Scope = null,
    string? User = null,
    string? Product = null,
    string? Country = null);

/// <summary>The form of a revocation, for the OpenAPI description.</summary>
internal sealed record RevocationRequest(string Token, string? TokenTypeHint = null, string? ClientId = null, string? ClientSecret = null);

/// <summary>A token.</summary>
/// <param name="AccessToken">The access token.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">The seconds until the access token expires.</param>
/// <param name="Scope">The scopes, separated by spaces; null for an app's own token.</param>
/// <param name="RefreshToken">The refresh token; null if the client keeps the one that it has, or has none.</param>
internal sealed record TokenResponse(
    string AccessToken, string TokenType, int ExpiresIn, string? Scope = null, string? RefreshToken = null);

/// <summary>An error of the token endpoint.</summary>
internal sealed record TokenError(string Error, string ErrorDescription);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(RevocationRequest))]
[JsonSerializable(typeof(TokenResponse))]
[JsonSerializable(typeof(TokenError))]
[JsonSerializable(typeof(ServerMetadata))]
internal sealed partial class AccountsJson : JsonSerializerContext;
