using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Spotify.Functions.Accounts.Tokens;
using Spotify.Web;

namespace Spotify.Functions.Accounts.Passkeys;

/// <summary>The origin of the server, on which the browser and the authenticator must agree.</summary>
internal static class PasskeyOrigin
{
    /// <summary>Returns the origin: the public URL, or else the address of the request.</summary>
    public static Uri Of(HttpContext context) =>
        new(ServerMetadata.IssuerOf(context.Request, context.RequestServices.GetRequiredService<IOptions<PublicUrlOptions>>().Value));

    /// <summary>Returns whether browsers have passkeys for an origin: for host names, not for addresses.</summary>
    public static bool HasPasskeys(Uri origin) => origin.HostNameType == UriHostNameType.Dns;

    /// <summary>Requires the origin of the server, user verification, and passkeys that browsers find without a user name.</summary>
    public static void Configure(IdentityPasskeyOptions passkeys, IOptions<PublicUrlOptions> urls)
    {
        // Otherwise the host of the request.
        passkeys.ServerDomain = urls.Value.PublicUrl is { } url ? new Uri(url).IdnHost : null;
        passkeys.UserVerificationRequirement = "required";
        passkeys.ResidentKeyRequirement = "required";
        passkeys.AttestationConveyancePreference = "none";
        passkeys.ValidateOrigin = context => ValueTask.FromResult(
            !context.CrossOrigin && context.TopOrigin is null && context.Origin == Serialize(Of(context.HttpContext)));
    }

    // As browsers write it.
    private static string Serialize(Uri origin) => $"{origin.Scheme}://{origin.IdnHost}{(origin.IsDefaultPort ? "" : $":{origin.Port}")}";
}
