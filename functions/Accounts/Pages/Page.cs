using System.Security.Cryptography;
using System.Text;

namespace Spotify.Functions.Accounts.Pages;

/// <summary>
/// The pages of the authorization server. They work without JavaScript, run and load nothing besides a script of the server, and cannot be
/// framed.
/// </summary>
internal static class Page
{
    private const string Style = """
        :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
        body { max-width: 32rem; margin: 3rem auto; padding: 0 1rem }
        label { display: block; margin: 1rem 0 }
        input:not([type=hidden]), textarea, select { display: block; width: 100%; box-sizing: border-box; padding: .5rem; font: inherit }
        button { padding: .5rem 1.5rem; font: inherit; margin: .5rem .5rem .5rem 0 }
        .error { border-left: .3rem solid #c00; padding-left: .7rem }
        code { overflow-wrap: anywhere }
        """;

    private const string ScriptItem = "script";

    private static readonly string StyleHash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)));

    /// <summary>Adds a script of this server to the page that answers a request.</summary>
    public static void AddScript(HttpContext context, string path) => context.Items[ScriptItem] = path;

    /// <summary>Sends a page.</summary>
    /// <param name="context">The request.</param>
    /// <param name="title">The title.</param>
    /// <param name="content">The content.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="formTarget">
    /// Another origin or scheme to which the answer to a form may redirect. Browsers otherwise refuse the redirect.
    /// </param>
    public static Task WriteAsync(
        HttpContext context, string title, FormattableString content, int status = StatusCodes.Status200OK, string? formTarget = null)
    {
        var script = context.Items[ScriptItem] as string;
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy =
            $"default-src 'none'; {(script is null ? "" : "script-src 'self'; ")}style-src 'sha256-{StyleHash}'; "
            + $"form-action 'self'{(formTarget is null ? "" : $" {formTarget}")}; "
            + "frame-ancestors 'none'; base-uri 'none'";
        headers.XFrameOptions = "DENY";
        headers.XContentTypeOptions = "nosniff";
        // Addresses of pages may contain the state of an app's request.
        headers["Referrer-Policy"] = "no-referrer";
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        var html = Html.Of(
            $"""
             <!DOCTYPE html>
             <html lang="en">
             <meta charset="utf-8">
             <meta name="viewport" content="width=device-width">
             <title>{title}</title>
             {new Html($"<style>{Style}</style>")}
             <h1>{title}</h1>
             {Html.Of(content)}
             {(script is null ? Html.Empty : Html.Of($"<script type=\"module\" src=\"{script}\"></script>"))}
             </html>

             """);
        return context.Response.WriteAsync(html.Text, context.RequestAborted);
    }

    /// <summary>
    /// Redirects to another address. The status is 303, because browsers repeat a POST, which may contain a password, after 307 and 308.
    /// </summary>
    public static void Redirect(HttpContext context, string address)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = address;
    }

    /// <summary>Sends a page that says why a request failed.</summary>
    public static Task RefuseAsync(HttpContext context, string problem, int status = StatusCodes.Status400BadRequest) =>
        WriteAsync(context, "This did not work", $"{Problem(problem)}", status);

    /// <summary>Returns the paragraph that shows a problem; empty for none.</summary>
    public static Html Problem(string? problem) => problem is null ? Html.Empty : Html.Of($"<p class=\"error\">{problem}</p>");
}
