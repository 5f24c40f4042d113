namespace Spotify.Local.Demo;

/// <summary>Has the demo's sound made before playback of it is authorised, and its covers painted before they are served.</summary>
internal sealed class DemoMiddleware(RequestDelegate next, DemoStudio studio)
{
    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var ensured = path.StartsWith("/v1/playback/", StringComparison.Ordinal) ? studio.EnsureAudioAsync(path[(path.LastIndexOf('/') + 1)..])
            : path.StartsWith("/images/", StringComparison.Ordinal) ? studio.EnsureCoverAsync(path.Split('/')[2])
            : Task.CompletedTask;
        return ensured.IsCompletedSuccessfully ? next(context) : AwaitAsync(context, ensured);
    }

    private async Task AwaitAsync(HttpContext context, Task ensured)
    {
        await ensured;
        await next(context);
    }
}
