using Microsoft.Extensions.Options;
using Spotify.Functions.Accounts.Tokens;
using Spotify.Web;

namespace Spotify.Functions.Accounts.Pages;

/// <summary>The rule that pages need HTTPS, except on this machine, because browsers keep no <c>__Host-</c> cookies elsewhere.</summary>
internal static class SecureOrigin
{
    /// <summary>Returns a group whose endpoints answer other requests with a page that says what to do.</summary>
    public static IEndpointRouteBuilder MapSecureGroup(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("");
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            var next = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context => IsSecure(context) ? next(context) : ExplainAsync(context);
        });
        return group;
    }

    private static bool IsSecure(HttpContext context)
    {
        var urls = context.RequestServices.GetRequiredService<IOptions<PublicUrlOptions>>().Value;
        return Uri.TryCreate(ServerMetadata.IssuerOf(context.Request, urls), UriKind.Absolute, out var origin)
            && (origin.Scheme == Uri.UriSchemeHttps || Loopback.IsName(origin.Host));
    }

    private static Task ExplainAsync(HttpContext context) => Page.WriteAsync(
        context,
        "HTTPS is needed",
        $"""
         <p class="error">Browsers keep sign-ins for HTTPS, so you cannot sign in at {context.Request.Host.Value}.</p>
         <p>On the machine that serves this page, either start</p>
         <p><code>dotnet run --project infra/local -- serve --urls "http://127.0.0.1:8080;https://*:8443" --self-signed</code></p>
         <p>and open <code>https://{context.Request.Host.Host}:8443/</code>: compare the fingerprint of the certificate that the browser
         shows with the one that the server prints. Or use a certificate that devices trust, with <code>--certificate FILE</code>, or a
         proxy with HTTPS and the setting <code>PublicUrl</code>.</p>
         """,
        StatusCodes.Status403Forbidden);
}
