using System.Security.Cryptography;
using System.Text;
using Spotify.Web;

namespace Spotify.Functions.Accounts.Pages;

/// <summary>
/// Protection of forms from other sites: the form contains the value of a cookie, which other sites can neither read nor set, because of
/// its prefix.
/// </summary>
/// <seealso href="https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html"/>
internal static class FormToken
{
    private const string Cookie = "__Host-form";
    private const string Field = "form_token";

    /// <summary>Returns the hidden field of a form. Sets the cookie if the browser does not have it.</summary>
    public static Html FieldFor(HttpContext context) =>
        Html.Of($"""<input type="hidden" name="{Field}" value="{Of(context)}">""");

    /// <summary>Returns the value of the cookie. Sets the cookie if the browser does not have it.</summary>
    public static string Of(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is { Length: 43 } token) return token;
        if (context.Items[Cookie] is string added) return added;
        token = Secret.New();
        context.Items[Cookie] = token;
        context.Response.Cookies.Append(Cookie, token, SecureCookie.Options(maxAge: null));
        return token;
    }

    /// <summary>Reads a submitted form.</summary>
    /// <exception cref="ApiException">403: another site sent it. 400: it cannot be read.</exception>
    public static async Task<IFormCollection> ReadFormAsync(HttpContext context, CancellationToken ct)
    {
        var form = await UrlEncodedForm.RequireAsync(context.Request, ct);
        var isOwn = context.Request.Cookies[Cookie] is { Length: 43 } expected && form[Field] is [{ } given]
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given))
            && context.Request.Headers["Sec-Fetch-Site"] is [] or ["same-origin"];
        return isOwn
            ? form
            : throw new ApiException(StatusCodes.Status403Forbidden, "The form is out of date: go back, reload the page and try again");
    }
}

/// <summary>The attributes of cookies.</summary>
internal static class SecureCookie
{
    /// <summary>Returns the attributes that the prefix <c>__Host-</c> requires, without access for scripts.</summary>
    public static CookieOptions Options(TimeSpan? maxAge) => new()
    {
        Secure = true, HttpOnly = true, Path = "/", SameSite = SameSiteMode.Lax, MaxAge = maxAge, IsEssential = true,
    };
}
