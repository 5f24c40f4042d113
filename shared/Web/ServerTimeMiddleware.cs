using Spotify.Web.Identity.Issuing;

namespace Spotify.Web;

/// <summary>The signed time of the server, for devices that play offline.</summary>
public interface IServerTime
{
    /// <summary>The current time, signed.</summary>
    /// <exception cref="LicenseKeysUnavailableException">The keys cannot be read.</exception>
    string Current { get; }
}

/// <summary>
/// The middleware that adds the header <c>Server-Time</c> to all responses of the function <c>licenses</c>, errors included. Comes before
/// the middleware that answers with errors.
/// </summary>
/// <param name="next">The next middleware.</param>
/// <param name="time">The time; null if the host does not serve these routes.</param>
internal sealed class ServerTimeMiddleware(RequestDelegate next, IServerTime? time = null)
{
    /// <summary>The header.</summary>
    public const string Header = "Server-Time";

    // By path, because errors such as 405 have no endpoint of the function.
    private static readonly PathString[] Paths = ["/v1/me/devices", "/v1/me/offline", "/.well-known/license-keys.json"];

    /// <summary>Handles a request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (time is not null && Array.Exists(Paths, path => IsIn(path, context.Request)))
            context.Response.OnStarting(AddAsync, context.Response);
        return next(context);
    }

    // Ignores case because routing does.
    private static bool IsIn(PathString path, HttpRequest request) =>
        request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase);

    private Task AddAsync(object response)
    {
        try
        {
            ((HttpResponse)response).Headers[Header] = time!.Current;
        }
        catch (LicenseKeysUnavailableException)
        {
            // Without keys, nothing can be signed.
        }

        return Task.CompletedTask;
    }
}
