using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Demo;

/// <summary>
/// A plug-in that adds the demo catalog to a host: its rows at the first start, its recordings and covers when they are requested.
/// </summary>
/// <param name="workDirectory">A directory for temporary files, created when needed.</param>
public sealed class DemoPlugIn(string workDirectory) : IHostPlugIn
{
    /// <inheritdoc/>
    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<DemoCatalog>();
        services.AddSingleton<DemoStudio>();
        services.AddHostedService<DemoLadder>();
        services.PostConfigure<ListenerCountryOptions>(options => options.DefaultCountry ??= DemoPlan.Users[0].Country);
        services.Configure<DemoOptions>(options => options.WorkDirectory = workDirectory);
    }

    /// <inheritdoc/>
    public void UseMiddleware(IApplicationBuilder app) => app.UseMiddleware<DemoMiddleware>();

    /// <inheritdoc/>
    public async Task<string?> PrepareAsync(IServiceProvider services, CancellationToken ct) =>
        await services.GetRequiredService<DemoCatalog>().CreateIfEmptyAsync(ct)
            ? "Created a demo catalog. Sign in as ada (Premium), bob (Free) or eve (Premium)."
            : null;
}

/// <summary>Settings of the demo catalog.</summary>
public sealed class DemoOptions
{
    /// <summary>A directory for temporary files, created when needed.</summary>
    public string WorkDirectory { get; set; } = "";

    /// <summary>Whether recordings are encoded to the other qualities in the background, if ffmpeg is installed.</summary>
    public bool EncodesLadder { get; set; } = true;
}
