using System.Text.RegularExpressions;
using Google.Cloud.Functions.Framework;
using Google.Cloud.Functions.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Spotify.Fixtures;
using Spotify.Google.EntryPoints;
using Spotify.Hosting;
using Spotify.Hosting.Telemetry;
using Spotify.Web.Identity;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Google.Tests.EntryPoints;

/// <summary>An entry point, served by the Functions Framework on a free loopback port.</summary>
internal sealed class TestFunction : IAsyncDisposable
{
    private readonly IHost host;

    private TestFunction(IHost host, LogStream log)
    {
        (this.host, Log) = (host, log);
        var addresses = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Http = new HttpClient { BaseAddress = new Uri(addresses.Single()) };
        NoRedirects = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = Http.BaseAddress,
        };
    }

    /// <summary>A client without a token.</summary>
    public HttpClient Http { get; }

    /// <summary>A client that returns redirects and keeps no cookies.</summary>
    public HttpClient NoRedirects { get; }

    /// <summary>The log.</summary>
    public LogStream Log { get; }

    /// <summary>The services of the function.</summary>
    public IServiceProvider Services => host.Services;

    /// <summary>The settings of all functions.</summary>
    public static Dictionary<string, string?> Settings(TestIssuer issuer) => new()
    {
        ["GOOGLE_CLOUD_PROJECT"] = "test",
        ["K_SERVICE"] = "function",
        ["K_REVISION"] = "function-00001",
        ["FUNCTION_TARGET"] = "Spotify.Google.Function",
        ["PublicUrl"] = "https://music.test",
        ["DefaultCountry"] = "SE",
        ["ClientRegionHeader"] = "X-Client-Region",
        ["AccessTokens:Issuer"] = TestIssuer.Issuer,
        ["AccessTokens:Audience"] = TestIssuer.Audience,
        ["AccessTokens:JwksUrl"] = issuer.JwksUrl,
        ["ServiceCallers:Issuer"] = TestIssuer.Issuer,
        ["ServiceCallers:Audience"] = TestIssuer.Audience,
        ["ServiceCallers:JwksUrl"] = issuer.JwksUrl,
        ["ServiceCallers:Emails:0"] = TestIssuer.ServiceAccount,
        ["PubSub:Project"] = "test",
        ["Tasks:Project"] = "test",
        ["Tasks:Location"] = "europe-west1",
        ["Tasks:ServiceAccount"] = TestIssuer.ServiceAccount,
        ["Tasks:BaseUrl"] = "https://tasks.test",
        ["Ingest:UploadBucket"] = "test-uploads",
        ["Spanner:Database"] = "projects/test/instances/test/databases/test",
        ["SigningKeys:0:Name"] = "key-2",
        ["SigningKeys:0:Secret"] = "AAAAAAAAAAAAAAAAAAAAAA",
        ["SigningKeys:1:Name"] = "key-1",
        ["SigningKeys:1:Secret"] = "AAAAAAAAAAAAAAAAAAAAAQ",
        ["TokenKeys:0:Pem"] = TokenKey.New(),
        ["LicenseKeys:0:Pem"] = TokenKey.New(),
        ["MasterKeys:0:Id"] = "m1",
        ["MasterKeys:0:Wrapped"] = "AAAA",
        ["Kms:Key"] = "projects/test/locations/global/keyRings/licensing/cryptoKeys/master-keys",
        ["SignIn:Project"] = "test",
        ["SignIn:ApiKey"] = "a-key",
        ["LiveDocuments:Project"] = "test",
        ["LiveTokens:Project"] = "test",
        ["LiveTokens:ApiKey"] = "a-key",
        ["LiveTokens:ServiceAccount"] = TestIssuer.ServiceAccount,
        ["ClientAddressHeader"] = "X-Client-Address",
        ["Buckets:images"] = "test-images",
        ["Buckets:tracks"] = "test-tracks",
        ["Buckets:episodes"] = "test-tracks",
        ["Buckets:chapters"] = "test-tracks",
        ["Buckets:deadletters"] = "test-archive",
        ["Buckets:reports"] = "test-reports",
        ["Buckets:models"] = "test-models",
        ["Buckets:exports"] = "test-exports",
        ["TrainingJobs:Job"] = "projects/test/locations/europe-north1/jobs/train",
        ["Buckets:search"] = "test-search",
        ["Warehouse:Project"] = "test",
        ["Warehouse:Dataset"] = "test",
        ["Warehouse:Location"] = "europe-west1",
        ["Cdn:Cdns:0:Name"] = "cloud-cdn",
        ["Cdn:Cdns:0:BaseUrl"] = "https://cdn.test",
    };

    /// <summary>Starts a function.</summary>
    /// <param name="replace">Replaces adapters. Their warm-up is skipped.</param>
    /// <param name="before">Adds middleware before that of the function.</param>
    public static async Task<TestFunction> StartAsync(
        FunctionEntryPoint function,
        TestIssuer issuer,
        Action<IServiceCollection>? replace = null,
        Dictionary<string, string?>? settings = null,
        Action<IApplicationBuilder>? before = null)
    {
        var log = new LogStream();
        var builder = Host.CreateDefaultBuilder()
            .UseDefaultServiceProvider(provider => provider.ValidateOnBuild = provider.ValidateScopes = true);
        var host = builder.ConfigureWebHostDefaults(web => web
            .ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0))
            .ConfigureServices(services => services.AddFunctionTarget(function.GetType()))
            .UseFunctionsStartup(new Around(log, issuer, settings ?? Settings(issuer), before))
            .UseFunctionsStartup(new FunctionStartup(function.Definition))
            .ConfigureServices(services =>
            {
                services.Replace(ServiceDescriptor.Scoped<IHttpFunction>(_ => function));
                if (replace is null) return;
                replace(services.RemoveWarmUp());
            })
            .Configure((context, app) => app.UseFunctionsFramework(context))).Build();
        try
        {
            await host.StartAsync();
        }
        catch
        {
            host.Dispose();
            throw;
        }

        return new TestFunction(host, log);
    }

    /// <summary>Returns whether the log has an entry.</summary>
    /// <param name="severity">The severity, such as <c>WARNING</c>.</param>
    /// <param name="pattern">A regular expression for the message.</param>
    public bool HasLogged(string severity, string pattern) => Log.Entries.Any(
        entry => (string?)entry["severity"] == severity && Regex.IsMatch((string?)entry["message"] ?? "", pattern));

    /// <summary>Stops the function as Cloud Run does.</summary>
    public Task StopAsync() => host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        NoRedirects.Dispose();
        await host.StopAsync();
        host.Dispose();
    }

    private sealed class Around(
        LogStream log, TestIssuer issuer, Dictionary<string, string?> settings, Action<IApplicationBuilder>? before) : FunctionsStartup
    {
        public override void ConfigureAppConfiguration(WebHostBuilderContext context, IConfigurationBuilder configuration) =>
            configuration.AddInMemoryCollection(settings);

        public override void ConfigureServices(WebHostBuilderContext context, IServiceCollection services)
        {
            services.AddSingleton(provider => new CloudLog(log, provider.GetRequiredService<IConfiguration>()));
            services.AddSingleton<IKeySetSource>(issuer);
        }

        public override void Configure(WebHostBuilderContext context, IApplicationBuilder app) => before?.Invoke(app);
    }
}
