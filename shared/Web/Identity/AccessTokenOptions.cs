using System.ComponentModel.DataAnnotations;

namespace Spotify.Web.Identity;

/// <summary>The access tokens that are accepted. All members are required, because no default would be safe.</summary>
public sealed class AccessTokenOptions
{
    /// <summary>The required <c>iss</c> of a token, such as <c>https://music.example</c>.</summary>
    [Required(ErrorMessage = "AccessTokens:Issuer is missing.")]
    public string Issuer { get; set; } = "";

    /// <summary>The required <c>aud</c> of a token.</summary>
    [Required(ErrorMessage = "AccessTokens:Audience is missing.")]
    public string Audience { get; set; } = "";

    /// <summary>The URL of the issuer's JSON Web Key Set (RFC 7517).</summary>
    [Required(ErrorMessage = "AccessTokens:JwksUrl is missing."), Url(ErrorMessage = "AccessTokens:JwksUrl is not a URL.")]
    public string JwksUrl { get; set; } = "";
}
