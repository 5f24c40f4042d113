using System.ComponentModel.DataAnnotations;

namespace Spotify.Web.Identity;

/// <summary>The services that may call the endpoints under <c>/tasks</c>: the task queue and the scheduler.</summary>
public sealed class ServiceCallerOptions
{
    /// <summary>The required <c>iss</c> of a token: <c>https://accounts.google.com</c> for Google's service accounts.</summary>
    [Required(ErrorMessage = "ServiceCallers:Issuer is missing.")]
    public string Issuer { get; set; } = "";

    /// <summary>The required <c>aud</c> of a token: the URL of the function.</summary>
    [Required(ErrorMessage = "ServiceCallers:Audience is missing.")]
    public string Audience { get; set; } = "";

    /// <summary>The required <c>alg</c> of a token: <c>RS256</c> for Google.</summary>
    [Required]
    public string Algorithm { get; set; } = "RS256";

    /// <summary>
    /// The URL of the issuer's JSON Web Key Set (RFC 7517): <c>https://www.googleapis.com/oauth2/v3/certs</c> for Google.
    /// </summary>
    [Required(ErrorMessage = "ServiceCallers:JwksUrl is missing."), Url(ErrorMessage = "ServiceCallers:JwksUrl is not a URL.")]
    public string JwksUrl { get; set; } = "";

    /// <summary>The <c>email</c> claims of the accepted service accounts.</summary>
    [Required, MinLength(1, ErrorMessage = "ServiceCallers:Emails:0 is missing.")]
    public string[] Emails { get; set; } = [];
}
