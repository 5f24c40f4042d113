using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Functions.Accounts.Tokens;

/// <summary>The metadata of the authorization server.</summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8414"/>
internal sealed record ServerMetadata(
    string Issuer,
    string AuthorizationEndpoint,
    string TokenEndpoint,
    string RevocationEndpoint,
    string JwksUri,
    IReadOnlyList<string> ScopesSupported,
    IReadOnlyList<string> ResponseTypesSupported,
    IReadOnlyList<string> ResponseModesSupported,
    IReadOnlyList<string> GrantTypesSupported,
    IReadOnlyList<string> TokenEndpointAuthMethodsSupported,
    IReadOnlyList<string> RevocationEndpointAuthMethodsSupported,
    IReadOnlyList<string> CodeChallengeMethodsSupported,
    bool AuthorizationResponseIssParameterSupported)
{
    private static readonly string[] ClientMethods = ["client_secret_basic", "client_secret_post", "none"];

    /// <summary>Returns the issuer: the public URL, or else the address of the request.</summary>
    public static string IssuerOf(HttpRequest request, PublicUrlOptions urls) => urls.PublicUrl ?? $"{request.Scheme}://{request.Host}";

    /// <summary>Answers a request for the metadata.</summary>
    public static JsonHttpResult<ServerMetadata> Get(HttpContext context, IOptions<PublicUrlOptions> urls)
    {
        var issuer = IssuerOf(context.Request, urls.Value);
        TokenEndpoints.AllowCaching(context.Response, TimeSpan.FromHours(1));
        return TypedResults.Json(
            new ServerMetadata(
                Issuer: issuer,
                AuthorizationEndpoint: $"{issuer}/authorize",
                TokenEndpoint: $"{issuer}/api/token",
                RevocationEndpoint: $"{issuer}/api/revoke",
                JwksUri: $"{issuer}/.well-known/jwks.json",
                ScopesSupported: Scopes.All.Format().Split(' '),
                ResponseTypesSupported: ["code"],
                ResponseModesSupported: ["query"],
                GrantTypesSupported: ["authorization_code", "refresh_token", "client_credentials"],
                TokenEndpointAuthMethodsSupported: ClientMethods,
                RevocationEndpointAuthMethodsSupported: ClientMethods,
                CodeChallengeMethodsSupported: [Pkce.Method],
                AuthorizationResponseIssParameterSupported: true),
            AccountsJson.Default.ServerMetadata);
    }
}
