using System.ComponentModel.DataAnnotations;

namespace Spotify.Web.Identity;

/// <summary>Whose access tokens are good. All of it is required; there is no default that would be safe.</summary>
public sealed class AccessTokenOptions
{
    /// <summary>The <c>iss</c> a token must carry, such as <c>https://securetoken.google.com/{project}</c>.</summary>
    [Required]
    public string Issuer { get; set; } = "";

    /// <summary>The <c>aud</c> a token must carry.</summary>
    [Required]
    public string Audience { get; set; } = "";

    /// <summary>Where the issuer publishes its keys, as a JSON Web Key Set (RFC 7517).</summary>
    [Required, Url]
    public string JwksUrl { get; set; } = "";
}
