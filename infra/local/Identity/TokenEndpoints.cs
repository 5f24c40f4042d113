using System.Net;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.Requests;

namespace Spotify.Local.Identity;

/// <summary>
/// <c>POST /api/token</c>: issues a token for any user and creates the user on first use. There is no password, so only callers on this
/// machine get a token.
/// </summary>
internal static class TokenEndpoints
{
    private static readonly string[] ProxyHeaders = ["Forwarded", "Via", "X-Real-IP", "True-Client-IP", "X-Client-IP"];

    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/token", IssueAsync)
            .DisableAntiforgery().WithTags("Tokens").WithName("token").WithSummary("Get an access token, from this machine alone")
            .WithBody<TokenRequest>("application/x-www-form-urlencoded")
            .Produces<TokenResponse>()
            .Produces<TokenError>(StatusCodes.Status400BadRequest)
            .Produces<TokenError>(StatusCodes.Status403Forbidden);
        routes.MapGet("/.well-known/jwks.json", (TokenIssuer issuer) => TypedResults.Text(issuer.JsonWebKeySet, "application/json"))
            .WithTags("Tokens").WithName("keys").WithSummary("Get the keys that verify tokens")
            .Produces<object>();
    }

    private static async Task<Results<JsonHttpResult<TokenResponse>, JsonHttpResult<TokenError>>> IssueAsync(
        HttpContext context,
        TokenIssuer issuer,
        IDatabase database,
        TimeProvider time,
        ListenerCountry countries,
        IOptions<PublicUrlOptions> urls,
        CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!IsFromThisMachine(context, urls.Value))
            return Refuse(StatusCodes.Status403Forbidden, "access_denied", "Tokens are given to callers on this machine alone");
        if (!context.Request.HasFormContentType)
            return Refuse(StatusCodes.Status400BadRequest, "invalid_request", "A form is required");

        IFormCollection form;
        try
        {
            form = await context.Request.ReadFormAsync(ct);
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException)
        {
            return Refuse(StatusCodes.Status400BadRequest, "invalid_request", "The form cannot be read");
        }

        if (form["grant_type"] != "client_credentials")
            return Refuse(StatusCodes.Status400BadRequest, "unsupported_grant_type", "grant_type must be client_credentials");
        var clientId = ClientId(context, form);
        if (form["user"].ToString() is not { Length: > 0 } name) return Accept(issuer.Issue(clientId));
        if (!User.IsValidId(name))
            return Refuse(StatusCodes.Status400BadRequest, "invalid_request", $"user must be 1 to {User.MaxIdLength} printable characters");

        var product = Product.Free;
        if (form["product"].ToString() is { Length: > 0 } productName && !Products.TryParse(productName, out product))
            return Refuse(StatusCodes.Status400BadRequest, "invalid_request", "product must be free, premium, family or student");
        var country = form["country"].ToString() is { Length: > 0 } code ? code : countries.Default;
        if (!Markets.IsKnown(country))
            return Refuse(StatusCodes.Status400BadRequest, "invalid_request", "country must be a market's ISO 3166-1 alpha-2 code");

        var user = new User(name, name, null, country, product, false, false, null, time.GetUtcNow());
        return Accept(issuer.Issue(await FindOrAddAsync(user, database, ct), clientId));
    }

    private static async Task<User> FindOrAddAsync(User user, IDatabase database, CancellationToken ct)
    {
        if (await database.ReadAsync(User.Table, new Key(user.Id), null, ct) is { } row) return User.FromRow(row);
        try
        {
            await database.CommitAsync([user.Insert()], ct);
            return user;
        }
        catch (RowExistsException)
        {
            return User.FromRow((await database.ReadAsync(User.Table, new Key(user.Id), null, ct))!);
        }
    }

    // Rejects requests that a proxy, or another site's page in a browser on this machine, makes for somebody else. A public URL means
    // that the host serves others. Proxies that send no header of their own mostly use HTTP/1.0, which no client uses any more.
    private static bool IsFromThisMachine(HttpContext context, PublicUrlOptions urls)
    {
        var headers = context.Request.Headers;
        return context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && (urls.PublicUrl is null || IsLoopbackName(new Uri(urls.PublicUrl).Host))
            && !HttpProtocol.IsHttp10(context.Request.Protocol)
            && !headers.Keys.Any(IsProxyHeader)
            && IsLoopbackName(context.Request.Host.Host)
            && (headers.Origin.Count == 0
                || (Uri.TryCreate(headers.Origin, UriKind.Absolute, out var origin) && IsLoopbackName(origin.Host)));
    }

    private static bool IsProxyHeader(string header) =>
        ProxyHeaders.Contains(header, StringComparer.OrdinalIgnoreCase)
        || header.StartsWith("X-Forwarded", StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("CF-", StringComparison.OrdinalIgnoreCase);

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static string ClientId(HttpContext context, IFormCollection form)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            var decoded = new byte[header.Length];
            if (Convert.TryFromBase64String(header["Basic ".Length..].Trim(), decoded, out var length)
                && Encoding.UTF8.GetString(decoded, 0, length).Split(':')[0] is { Length: > 0 and <= User.MaxIdLength } id)
                return id;
        }

        return form["client_id"].ToString() is { Length: > 0 and <= User.MaxIdLength } clientId ? clientId : "local";
    }

    private static JsonHttpResult<TokenResponse> Accept(string token) =>
        TypedResults.Json(new TokenResponse(token, "Bearer", (int)TokenIssuer.Lifetime.TotalSeconds), TokenJson.Default.TokenResponse);

    private static JsonHttpResult<TokenError> Refuse(int status, string error, string description) =>
        TypedResults.Json(new TokenError(error, description), TokenJson.Default.TokenError, statusCode: status);
}

/// <summary>The form of a request for a token, for the OpenAPI description.</summary>
internal sealed record TokenRequest(
    string GrantType, string? ClientId = null, string? User = null, string? Product = null, string? Country = null);

internal sealed record TokenResponse(string AccessToken, string TokenType, int ExpiresIn);

internal sealed record TokenError(string Error, string ErrorDescription);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(TokenResponse))]
[JsonSerializable(typeof(TokenError))]
internal sealed partial class TokenJson : JsonSerializerContext;
