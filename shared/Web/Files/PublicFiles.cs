namespace Spotify.Web.Files;

/// <summary>Headers and methods of files that pages of any site may load.</summary>
public static class PublicFiles
{
    private const string AllowedMethods = "GET, HEAD, OPTIONS";

    /// <summary>Sets the headers of all responses, and responds to methods other than GET and HEAD.</summary>
    /// <returns>The response; null for GET and HEAD.</returns>
    public static Task? AnswerWithoutFile(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlExposeHeaders = "Content-Range, Content-Length, ETag, Accept-Ranges";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers.XContentTypeOptions = "nosniff";

        var method = context.Request.Method;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method)) return null;

        headers.Allow = AllowedMethods;
        if (!HttpMethods.IsOptions(method))
        {
            return ErrorHandling.WriteAsync(
                context, StatusCodes.Status405MethodNotAllowed, $"Files are read only: {AllowedMethods}.");
        }

        headers.AccessControlAllowMethods = AllowedMethods;
        headers.AccessControlAllowHeaders = "Range, If-Range, If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since";
        headers.AccessControlMaxAge = "86400";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
