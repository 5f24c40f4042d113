using System.Globalization;
using Spotify.Catalog;
using Spotify.Demo;
using Spotify.Domain.Catalog;
using Spotify.Functions;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Functions.ChartUpdater;
using Spotify.Local.Database;
using Spotify.Local.Description;
using Spotify.Local.Edge;
using Spotify.Local.Https;
using Spotify.Local.Identity;
using Spotify.Local.Messages;
using Spotify.Web;
using Spotify.Web.Functions;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;
using Spotify.Web.Requests;

namespace Spotify.Local;

/// <summary>The options of the one-machine host.</summary>
/// <param name="Urls">The addresses to listen on, separated by semicolons.</param>
/// <param name="Data">The data directory.</param>
/// <param name="Demo">Whether to create a demo catalog if there is no data yet.</param>
/// <param name="RateLimit">Whether rate limits apply to users and apps.</param>
/// <param name="DevelopmentTokens">Whether callers on this machine get tokens without signing in. The demo implies it.</param>
public sealed record ServeOptions(string Urls, string Data, bool Demo, bool RateLimit, bool DevelopmentTokens = false)
{
    /// <summary>The file of the certificate for HTTPS; null for none.</summary>
    public string? Certificate { get; init; }

    /// <summary>The password of a PFX file; null for none.</summary>
    public string? CertificatePassword { get; init; }

    /// <summary>Whether HTTPS uses a certificate that is created for this machine.</summary>
    public bool SelfSigned { get; init; }
}

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
        builder.WebHost.UseUrls(options.Urls).UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ConfigureHttpsDefaults(https => kestrel.ApplicationServices.GetRequiredService<ServerCertificate>().Configure(https));
        });
        // The command line reports the exception that stops the host, once.
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

        IReadOnlyList<FunctionDefinition> functions =
            [.. FunctionDefinitions.All.Where(function => !function.ImportsUploads), .. others ?? []];
        var data = new DataDirectory(options.Data);
        IHostPlugIn[] plugIns = options.Demo ? [new DemoPlugIn(Path.Combine(data.Temporary, "demo"))] : [];
        builder.Services.AddAdapters(data, functions).AddRequestLimits().AddWebApi().AddServiceCallers().AddDescription();
        builder.Services.AddLocalIdentity(options.Demo || options.DevelopmentTokens);
        if (options.Certificate is { } file)
            builder.Services.AddSingleton<ServerCertificate>(new CertificateFile(file, options.CertificatePassword));
        if (options.SelfSigned) builder.Services.AddSingleton<ServerCertificate, SelfSignedCertificate>();
        builder.Services.PostConfigure<ListenerCountryOptions>(options => options.DefaultCountry ??= MachineCountry());
        // More messages never wait for each other here.
        builder.Services.Configure<ChartOptions>(charts => charts.FlushMessages = MessagePump.Concurrency);
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
        app.MapEdge();
        foreach (var function in functions) function.MapRoutes(app);
        app.MapLocalSignIn();
        app.MapWebPlayer();
        return app;
    }

    // The region of the operating system's language, which the locale "C" does not have.
    private static string? MachineCountry() =>
        CultureInfo.InstalledUICulture is { IsNeutralCulture: false, Name.Length: > 0 } culture
        && new RegionInfo(culture.Name).TwoLetterISORegionName is var country && Markets.IsKnown(country)
            ? country
            : null;
}
