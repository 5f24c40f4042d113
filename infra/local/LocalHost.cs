using Spotify.Catalog;
using Spotify.Demo;
using Spotify.Functions;
using Spotify.Local.Database;
using Spotify.Local.Description;
using Spotify.Local.Edge;
using Spotify.Local.Identity;
using Spotify.Web;
using Spotify.Web.Functions;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;
using Caller = Spotify.Web.Functions.Caller;

namespace Spotify.Local;

/// <summary>The options of the one-machine host.</summary>
/// <param name="Urls">The addresses to listen on, separated by semicolons.</param>
/// <param name="Data">The data directory.</param>
/// <param name="Demo">Whether to create a demo catalog if there is no data yet.</param>
/// <param name="RateLimit">Whether rate limits apply to users and apps.</param>
public sealed record ServeOptions(string Urls, string Data, bool Demo, bool RateLimit);

/// <summary>Runs every function in one process, on embedded adapters.</summary>
public static class LocalHost
{
    /// <summary>Builds the host; the caller runs it.</summary>
    /// <param name="options">The options.</param>
    /// <param name="configure">Changes the host before it is built.</param>
    /// <param name="others">Functions to run besides <see cref="FunctionDefinitions.All"/>.</param>
    /// <exception cref="DataVersionException">A newer version wrote the data.</exception>
    public static WebApplication Build(
        ServeOptions options, Action<WebApplicationBuilder>? configure = null, IEnumerable<FunctionDefinition>? others = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(options.Urls).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1 << 20;
        });
        // The command line reports the exception that stops the host, once.
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

        // Nothing arrives in an upload bucket here: the import command does that work.
        IReadOnlyList<FunctionDefinition> functions =
            [.. FunctionDefinitions.All.Where(function => function.Caller != Caller.Uploads), .. others ?? []];
        var data = new DataDirectory(options.Data);
        IHostPlugIn[] plugIns = options.Demo ? [new DemoPlugIn(Path.Combine(data.Temporary, "demo"))] : [];
        builder.Services.AddAdapters(data, functions).AddWebApi().AddServiceCallers().AddDescription();
        AddIdentity(builder.Services, data);
        foreach (var function in functions) function.AddServices(builder.Services);
        if (!options.RateLimit) builder.Services.Configure<RateLimitOptions>(limits => limits.Enabled = false);

        foreach (var plugIn in plugIns)
        {
            builder.Services.AddSingleton(plugIn);
            plugIn.AddServices(builder.Services);
        }

        configure?.Invoke(builder);

        var app = builder.Build();
        // Opens the database now, so that data of a newer version fails before the host starts.
        app.Services.GetRequiredService<SqliteDatabase>();
        app.UseWebApi();
        foreach (var plugIn in plugIns) plugIn.UseMiddleware(app);
        app.MapMethods("/healthz", [HttpMethods.Get, HttpMethods.Head], () => TypedResults.Ok())
            .WithTags("Health").WithName("get-health").WithSummary("Succeeds once requests can be served");
        app.MapDescription();
        app.MapTokens();
        app.MapEdge();
        foreach (var function in functions) function.MapRoutes(app);
        app.MapWebPlayer();
        return app;
    }

    private static void AddIdentity(IServiceCollection services, DataDirectory data)
    {
        var issuer = new TokenIssuer(data, TimeProvider.System);
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
