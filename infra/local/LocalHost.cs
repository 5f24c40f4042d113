using Microsoft.Extensions.Options;
using Spotify.Catalog;
using Spotify.Demo;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Signing;
using Spotify.Functions.Catalog;
using Spotify.Functions.DeadLetters;
using Spotify.Functions.Ingest;
using Spotify.Functions.Library;
using Spotify.Functions.Playback;
using Spotify.Functions.Playback.CdnWarming;
using Spotify.Functions.Playlists;
using Spotify.Functions.Search;
using Spotify.Local.Database;
using Spotify.Local.Edge;
using Spotify.Local.Identity;
using Spotify.Local.Import;
using Spotify.Local.Messages;
using Spotify.Local.Objects;
using Spotify.Local.Queues;
using Spotify.Local.Signing;
using Spotify.Local.Tasks;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;

namespace Spotify.Local;

/// <summary>How the host of one machine is started.</summary>
/// <param name="Urls">Addresses to listen at, separated by semicolons.</param>
/// <param name="Data">The data directory.</param>
/// <param name="Demo">Whether to make a demo catalog where there is no data yet.</param>
/// <param name="RateLimit">Whether users and apps are held to the rate limits.</param>
public sealed record ServeOptions(string Urls, string Data, bool Demo, bool RateLimit);

/// <summary>Every function in one process, on embedded adapters.</summary>
public static class LocalHost
{
    /// <summary>Builds the host; the caller runs it.</summary>
    /// <param name="configure">Changes the host before it is built.</param>
    /// <param name="map">Adds routes to it.</param>
    /// <exception cref="DataVersionException">The data is of a newer version.</exception>
    public static WebApplication Build(ServeOptions options, Action<WebApplicationBuilder>? configure = null, Action<IEndpointRouteBuilder>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(options.Urls).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1 << 20;
        });
        // What stops the host is told once, by the command line.
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

        var data = new DataDirectory(options.Data);
        IHostPlugIn[] plugIns = options.Demo ? [new DemoPlugIn(Path.Combine(data.Temporary, "demo"))] : [];
        AddAdapters(builder.Services, data);
        builder.Services.AddWebApi().AddCatalog().AddCdnWarming().AddDeadLetters().AddImages().AddLibrary().AddObjectRemovals().AddPlayback().AddPlaylists().AddSearch();
        if (!options.RateLimit) builder.Services.Configure<RateLimitOptions>(limits => limits.Enabled = false);

        foreach (var plugIn in plugIns)
        {
            builder.Services.AddSingleton(plugIn);
            plugIn.AddServices(builder.Services);
        }

        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseWebApi();
        foreach (var plugIn in plugIns) plugIn.UseMiddleware(app);
        app.MapMethods("/healthz", [HttpMethods.Get, HttpMethods.Head], () => TypedResults.Ok());
        app.MapTokens();
        app.MapEdge();
        app.MapCatalog().MapCdnWarming().MapImages().MapLibrary().MapObjectRemovals().MapPlayback().MapPlaylists().MapSearch();
        map?.Invoke(app);
        app.MapWebPlayer();
        return app;
    }

    private static void AddAdapters(IServiceCollection services, DataDirectory data)
    {
        var database = new SqliteDatabase(data.Database, Schema.Current);
        var issuer = new TokenIssuer(data, TimeProvider.System);
        services.AddSingleton(data);
        services.AddSingleton(new DirectoryObjectStore(data.Objects));
        services.AddSingleton<IObjectStore>(provider => provider.GetRequiredService<DirectoryObjectStore>());
        services.AddSingleton(new SigningKeys(CdnKeys.Load(data)));
        services.AddSingleton(_ => database);
        services.AddSingleton<IDatabase>(provider => provider.GetRequiredService<SqliteDatabase>());
        services.AddSingleton<ISearchIndex, SqliteSearchIndex>();
        services.AddSingleton(provider => new QueueFile(data.Queues, provider.GetServices<Subscription>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IMessageBus, SqliteMessageBus>().AddHostedService<MessagePump>();
        services.AddSingleton<ITaskQueue, SqliteTaskQueue>().AddHostedService<TaskPump>();
        services.AddHostedService<ObjectRemovalService>();
        services.AddSingleton(issuer);
        services.AddSingleton<Google.Apis.Http.IHttpClientFactory, OwnKeySet>();
        services.Configure<AccessTokenOptions>(tokens =>
        {
            tokens.Issuer = TokenIssuer.Issuer;
            tokens.Audience = TokenIssuer.Audience;
            tokens.JwksUrl = issuer.JwksUrl;
        });
        services.Configure<ServiceCallerOptions>(callers =>
        {
            callers.Issuer = TokenIssuer.Issuer;
            callers.Audiences = [TokenIssuer.ServiceAudience];
            callers.JwksUrl = issuer.JwksUrl;
            callers.Emails = [TokenIssuer.ServiceEmail];
        });
    }
}
