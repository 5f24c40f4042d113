using System.CommandLine;
using Spotify.Domain.Users;
using Spotify.Functions.Accounts.SignIn;
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
        var command = new Command("serve", "Serve the Web API, the audio and the web player.")
        {
            urls, data, noDemo, noRateLimit, developmentTokens,
        };
        urls.Validators.Add(result =>
        {
            if (Problem(result.GetValueOrDefault<string>()) is { } problem) result.AddError(problem);
        });
        command.SetAction((parsed, ct) =>
        {
            var options = new ServeOptions(
                parsed.GetRequiredValue(urls),
                parsed.GetRequiredValue(data),
                Demo: !parsed.GetValue(noDemo),
                RateLimit: !parsed.GetValue(noRateLimit),
                DevelopmentTokens: parsed.GetValue(developmentTokens));
            return RunAsync(options, ct);
        });
        return command;
    }

    /// <summary>Returns the option that names the data directory, the same in every command.</summary>
    public static Option<string> DataOption() =>
        new("--data") { Description = "The data directory.", DefaultValueFactory = _ => Defaults.Data };

    private static string? Problem(string? urls)
    {
        foreach (var url in (urls ?? "").Split(';', StringSplitOptions.TrimEntries))
        {
            var host = url.Replace("://*", "://any", StringComparison.Ordinal).Replace("://+", "://any", StringComparison.Ordinal);
            if (!Uri.TryCreate(host, UriKind.Absolute, out var parsed)
                || parsed.Scheme is not ("http" or "https") || parsed.PathAndQuery != "/")
                return $"--urls: '{url}' is not an address to listen on, such as {Defaults.Urls}.";
            if (parsed.Scheme == "https") return $"--urls: '{url}': only HTTP is supported; use a proxy for TLS.";
        }

        return null;
    }

    // Whoever can read the output of the server owns the machine.
    private static async Task<string?> OwnerLinkAsync(WebApplication app, CancellationToken ct)
    {
        var accounts = app.Services.GetRequiredService<LocalAccounts>();
        if (await accounts.HasOwnerAsync(ct)) return null;
        var country = app.Services.GetRequiredService<ListenerCountry>().Default;
        var token = await accounts.InviteAsync(new Invitation(UserId: null, IsOwner: true, Product.Premium, country), ct);
        return InvitationEndpoints.Address(ServiceClient.OwnAddress(app.Urls.First()).GetLeftPart(UriPartial.Authority), token);
    }

    public static async Task<int> RunAsync(ServeOptions options, CancellationToken ct)
    {
        await using var app = LocalHost.Build(options);
        foreach (var plugIn in app.Services.GetServices<IHostPlugIn>())
            if (await plugIn.PrepareAsync(app.Services, ct) is { } message) Console.WriteLine(message);
        await app.StartAsync(ct);
        foreach (var url in app.Urls) Console.WriteLine($"Listening on {url}");
        if (!options.Demo && await OwnerLinkAsync(app, ct) is { } link) Console.WriteLine($"Create the owner's account at {link}");
        await app.WaitForShutdownAsync(ct);
        return 0;
    }
}
