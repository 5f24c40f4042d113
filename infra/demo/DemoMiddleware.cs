using Spotify.Functions.Playback;
using Spotify.Web.Identity;

namespace Spotify.Demo;

/// <summary>
/// Middleware that creates a recording before its playback is authorized, then those that follow it, and a cover before it is served.
/// </summary>
internal sealed class DemoMiddleware(RequestDelegate next, DemoStudio studio)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method)) return next(context);
        var path = context.Request.Path;
        if (path.StartsWithSegments("/images", out var image))
            return AfterAsync(studio.EnsureCoverAsync((image.Value ?? "").Trim('/').Split('/')[0]), context);
        if (!path.StartsWithSegments("/v1/playback", StringComparison.OrdinalIgnoreCase, out var played)
            || context.Features.Get<Caller>() is not { } caller)
            return next(context);

        var id = played.Value![(played.Value!.LastIndexOf('/') + 1)..];
        var ensured = studio.EnsureAudioAsync(id);
        if (PlaybackPlace.TryParse(context.Request.Query, caller.UserId ?? "", out var place, out _) && place is not null)
            _ = studio.PrepareNextAsync(id, place, caller);

        return AfterAsync(ensured, context);
    }

    private Task AfterAsync(Task ensured, HttpContext context)
    {
        return ensured.IsCompletedSuccessfully ? next(context) : AwaitAsync();

        async Task AwaitAsync()
        {
            await ensured;
            await next(context);
        }
    }
}
