using System.ComponentModel.DataAnnotations;

namespace Spotify.Web.Identity;

/// <summary>Whose access tokens are good. All of it is required; there is no default that would be safe.</summary>
public sealed class AccessTokenOptions
{
    /// <summary>The <c>iss</c> a token must carry, such as <c>https://securetoken.google.com/{project}</c>.</summary>
    [Required(ErrorMessage = "AccessTokens:Issuer is missing.")]
    public string Issuer { get; set; } = "";

    /// <summary>The <c>aud</c> a token must carry.</summary>
    [Required(ErrorMessage = "AccessTokens:Audience is missing.")]
    public string Audience { get; set; } = "";

    /// <summary>Where the issuer publishes its keys, as a JSON Web Key Set (RFC 7517).</summary>
    [Required(ErrorMessage = "AccessTokens:JwksUrl is missing."), Url(ErrorMessage = "AccessTokens:JwksUrl is no URL.")]
    public string JwksUrl { get; set; } = "";
}
