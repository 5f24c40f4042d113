using System.Text.Json.Serialization;
using Microsoft.Extensions.FileProviders;
using Spotify.Domain;
using Spotify.Functions.Accounts.Tokens;

namespace Spotify.Local;

/// <summary>The web player: the static files of <c>infra/web</c>, and its single page for links to entities.</summary>
internal static class WebPlayer
{
    public static void MapWebPlayer(this WebApplication app)
    {
        var files = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "web"));
        app.UseFileServer(new FileServerOptions
        {
            FileProvider = files,
            StaticFileOptions = { OnPrepareResponse = response => response.Context.Response.Headers.CacheControl = "no-cache" },
        });
        app.MapGet("/config.json", (HttpContext context, DevelopmentAccess access) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            var config = new PlayerConfig(DevelopmentTokens: access.Problem(context) is null);
            return TypedResults.Json(config, WebPlayerJson.Default.PlayerConfig);
        }).ExcludeFromDescription();
        foreach (var type in Enum.GetValues<EntityType>())
            app.MapGet($"/{SpotifyUri.WireName(type)}/{{id}}", SendPage).ExcludeFromDescription();
        app.MapGet("/search/{**query}", SendPage).ExcludeFromDescription();

        Task SendPage(HttpContext context)
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            context.Response.Headers.CacheControl = "no-cache";
            return context.Response.SendFileAsync(files.GetFileInfo("index.html"));
        }
    }
}

/// <summary>The settings of the web player.</summary>
/// <param name="DevelopmentTokens">Whether its user may sign in with a name only.</param>
internal sealed record PlayerConfig(bool DevelopmentTokens);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PlayerConfig))]
internal sealed partial class WebPlayerJson : JsonSerializerContext;
