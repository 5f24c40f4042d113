using System.ComponentModel.DataAnnotations;

namespace Spotify.Web.Identity;

/// <summary>
/// Which services may call the endpoints under <c>/tasks</c>: those of the task queue and the scheduler. All of it is required; there is no
/// default that would be safe.
/// </summary>
public sealed class ServiceCallerOptions
{
    /// <summary>The <c>iss</c> a token must carry: <c>https://accounts.google.com</c> for Google's service accounts.</summary>
    [Required(ErrorMessage = "ServiceCallers:Issuer is missing.")]
    public string Issuer { get; set; } = "";

    /// <summary>The <c>aud</c> a token must carry one of: the addresses of the function, of which Cloud Run gives each two.</summary>
    [Required, MinLength(1, ErrorMessage = "ServiceCallers:Audiences:0 is missing.")]
    public string[] Audiences { get; set; } = [];

    /// <summary>Where the issuer publishes its keys, as a JSON Web Key Set (RFC 7517): <c>https://www.googleapis.com/oauth2/v3/certs</c> for Google's.</summary>
    [Required(ErrorMessage = "ServiceCallers:JwksUrl is missing."), Url(ErrorMessage = "ServiceCallers:JwksUrl is no URL.")]
    public string JwksUrl { get; set; } = "";

    /// <summary>The service accounts, by <c>email</c>.</summary>
    [Required, MinLength(1, ErrorMessage = "ServiceCallers:Emails:0 is missing.")]
    public string[] Emails { get; set; } = [];
}
