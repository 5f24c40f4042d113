using System.Globalization;
using Spotify.Domain;
using Spotify.Web.Identity;

namespace Spotify.Demo;

/// <summary>
/// Has the demo's sound made before playback of it is authorised, and then that of what comes next; and its covers painted before they
/// are served.
/// </summary>
internal sealed class DemoMiddleware(RequestDelegate next, DemoStudio studio)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method)) return next(context);
        var path = context.Request.Path;
        if (path.StartsWithSegments("/images", out var image)) return AfterAsync(context, studio.EnsureCoverAsync(FirstSegment(image)));
        if (!path.StartsWithSegments("/v1/playback", StringComparison.OrdinalIgnoreCase, out var played) || context.Features.Get<Caller>() is not { } caller) return next(context);

        var id = played.Value![(played.Value!.LastIndexOf('/') + 1)..];
        var ensured = studio.EnsureAudioAsync(id);
        var query = context.Request.Query;
        if (SpotifyUri.TryParse(query["context_uri"], out var from))
            _ = studio.PrepareNextAsync(id, from, int.TryParse(query["offset"], NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : null, caller.UserId);
        return AfterAsync(context, ensured);
    }

    private static string FirstSegment(PathString path) => path.Value is { Length: > 0 } value ? value[1..].Split('/')[0] : "";

    private Task AfterAsync(HttpContext context, Task ensured)
    {
        return ensured.IsCompletedSuccessfully ? next(context) : AwaitAsync();

        async Task AwaitAsync()
        {
            await ensured;
            await next(context);
        }
    }
}
