using System.CommandLine;
using Microsoft.Extensions.Options;
using Spotify.Domain.Users;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Functions.SearchDictionary;
using Spotify.Local.Https;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Local.Commands;

/// <summary><c>serve</c>: runs the host until it is stopped.</summary>
internal static class ServeCommand
{
    public static readonly ServeOptions Defaults = new("http://127.0.0.1:8080", "data", Demo: true, RateLimit: true);

    public static Command Create()
    {
        var urls = new Option<string>("--urls")
        {
            Description = "Addresses to listen on, separated by semicolons.", DefaultValueFactory = _ => Defaults.Urls,
        };
        var data = DataOption();
        var noDemo = new Option<bool>("--no-demo")
        {
            Description = "Serve without the demo catalog. Demo recordings and covers that do not exist yet are unavailable.",
        };
        var noRateLimit = new Option<bool>("--no-rate-limit") { Description = "Do not limit the request rate of users and apps." };
        var developmentTokens = new Option<bool>("--dev-tokens")
        {
            Description = "Give callers on this machine tokens for any user without signing in. The demo implies it.",
        };
        var certificate = new Option<string?>("--certificate")
        {
            Description = "The certificate of https addresses: a PEM file with certificates and key, or a PFX file, whose password is the "
                + "setting CertificatePassword.",
        };
        var selfSigned = new Option<bool>("--self-signed")
        {
            Description = "Use a certificate that is created for this machine, and print its fingerprint.",
        };
        var command = new Command("serve", "Serve the Web API, the audio and the web player.")
        {
            urls, data, noDemo, noRateLimit, developmentTokens, certificate, selfSigned,
        };
        urls.Validators.Add(result =>
        {
            if (Problem(result.GetValueOrDefault<string>()) is { } problem) result.AddError(problem);
        });
        command.Validators.Add(result =>
        {
            var (hasFile, isSelfSigned) = (result.GetValue(certificate) is not null, result.GetValue(selfSigned));
            var hasHttps = result.GetValue(urls)?.Split(';', StringSplitOptions.TrimEntries).Any(IsHttps) == true;
            if (hasFile && isSelfSigned) result.AddError("--certificate and --self-signed exclude each other.");
            else if (hasHttps && !hasFile && !isSelfSigned) result.AddError("--urls: https needs --certificate FILE or --self-signed.");
            else if (!hasHttps && (hasFile || isSelfSigned))
                result.AddError("--urls: the certificate needs an https address, such as \"http://127.0.0.1:8080;https://*:8443\".");
        });
        command.SetAction((parsed, ct) =>
        {
            var options = new ServeOptions(
                parsed.GetRequiredValue(urls),
                parsed.GetRequiredValue(data),
                Demo: !parsed.GetValue(noDemo),
                RateLimit: !parsed.GetValue(noRateLimit),
                DevelopmentTokens: parsed.GetValue(developmentTokens))
            {
                Certificate = parsed.GetValue(certificate),
                CertificatePassword = Environment.GetEnvironmentVariable("CertificatePassword"),
                SelfSigned = parsed.GetValue(selfSigned),
            };
            return RunAsync(options, ct);
        });
        return command;
    }

    /// <summary>Returns the option that names the data directory, the same in every command.</summary>
    public static Option<string> DataOption() =>
        new("--data") { Description = "The data directory.", DefaultValueFactory = _ => Defaults.Data };

    private static bool IsHttps(string url) => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    private static string? Problem(string? urls)
    {
        foreach (var url in (urls ?? "").Split(';', StringSplitOptions.TrimEntries))
        {
            var host = url.Replace("://*", "://any", StringComparison.Ordinal).Replace("://+", "://any", StringComparison.Ordinal);
            if (!Uri.TryCreate(host, UriKind.Absolute, out var parsed)
                || parsed.Scheme is not ("http" or "https") || parsed.PathAndQuery != "/")
                return $"--urls: '{url}' is not an address to listen on, such as {Defaults.Urls}.";
        }

        return null;
    }

    public static async Task<int> RunAsync(ServeOptions options, CancellationToken ct)
    {
        await using var app = LocalHost.Build(options);
        foreach (var plugIn in app.Services.GetServices<IHostPlugIn>())
            if (await plugIn.PrepareAsync(app.Services, ct) is { } message) Console.WriteLine(message);
        await app.StartAsync(ct);
        await app.Services.GetRequiredService<SearchDictionaryBuilds>().BeginIfDueAsync(ct);
        foreach (var url in app.Urls) Console.WriteLine($"Listening on {url}");
        if (app.Services.GetService<ServerCertificate>() is SelfSignedCertificate certificate)
            Console.WriteLine($"SHA-256 fingerprint of the certificate: {certificate.Fingerprint}");
        var publicUrl = app.Services.GetRequiredService<IOptions<PublicUrlOptions>>().Value.PublicUrl;
        // The demo on this machine alone needs no accounts.
        var isForOthers = publicUrl is not null || options.SelfSigned || options.Certificate is not null;
        if (!options.Demo || isForOthers) await PrintOwnerLinkAsync(app, publicUrl, ct);
        await app.WaitForShutdownAsync(ct);
        return 0;
    }

    // Printed, because anyone who can read the output of the server controls the machine anyway.
    private static async Task PrintOwnerLinkAsync(WebApplication app, string? publicUrl, CancellationToken ct)
    {
        var accounts = app.Services.GetRequiredService<LocalAccounts>();
        if (await accounts.HasOwnerAsync(ct)) return;
        var country = app.Services.GetRequiredService<ListenerCountry>().Default;
        var token = await accounts.InviteAsync(new Invitation(UserId: null, IsOwner: true, Product.Premium, country), ct);
        // Browsers accept the page of the link on this machine or over HTTPS.
        var url = app.Urls.FirstOrDefault(url => IsHttps(url) || ServiceClient.OwnAddress(url).IsLoopback) ?? app.Urls.First();
        var origin = publicUrl ?? ServiceClient.OwnAddress(url).GetLeftPart(UriPartial.Authority);
        Console.WriteLine($"Create the owner's account at {InvitationEndpoints.Address(origin, token)}");
    }
}
