using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.FileProviders;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.Catalog;
using Spotify.Functions.Ingest;
using Spotify.Functions.Playlists;
using Spotify.Functions.Search;
using Spotify.Local.Identity;
using Spotify.Local.Import;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Local;

/// <summary>How the host of one machine is started.</summary>
/// <param name="Urls">Addresses to listen at, separated by semicolons.</param>
/// <param name="Data">The data directory.</param>
public sealed record ServeOptions(string Urls, string Data);

/// <summary>Every function in one process, on embedded adapters.</summary>
public static class LocalHost
{
    /// <summary>Builds the host; the caller runs it.</summary>
    /// <param name="configure">Changes the host before it is built.</param>
    /// <exception cref="DataVersionException">The data is of a newer version.</exception>
    public static WebApplication Build(ServeOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(options.Urls).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1 << 20;
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        AddAdapters(builder.Services, new DataDirectory(options.Data));
        builder.Services.AddWebApi().AddCatalog().AddPlaylists().AddSearch();

        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseWebApi();
        app.MapGet("/healthz", () => TypedResults.Ok());
        app.MapTokens();
        app.MapCatalog().MapPlaylists().MapSearch();
        app.UseFileServer(new FileServerOptions { FileProvider = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "web")) });
        return app;
    }

    private static void AddAdapters(IServiceCollection services, DataDirectory data)
    {
        var database = new SqliteDatabase(data.Database, Schema.Current);
        var issuer = new TokenIssuer(data, TimeProvider.System);
        services.AddSingleton(data);
        services.AddSingleton(_ => database);
        services.AddSingleton<IDatabase>(provider => provider.GetRequiredService<SqliteDatabase>());
        services.AddSingleton<ISearchIndex, SqliteSearchIndex>();
        services.TryAddSingleton<IObjectStore>(_ => new DirectoryObjectStore(data.Objects));
        services.AddSingleton<ObjectRemovals>().AddHostedService<ObjectRemovalService>();
        services.AddSingleton(issuer);
        services.AddSingleton<Google.Apis.Http.IHttpClientFactory, OwnKeySet>();
        services.Configure<AccessTokenOptions>(tokens =>
        {
            tokens.Issuer = TokenIssuer.Issuer;
            tokens.Audience = TokenIssuer.Audience;
            tokens.JwksUrl = issuer.JwksUrl;
        });
    }
}
