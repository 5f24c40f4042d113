using Microsoft.Extensions.DependencyInjection;
using Spotify.Fixtures;
using Spotify.Local.Demo;

namespace Spotify.Browser.Tests;

/// <summary>A host with the demo catalog, as somebody has it who has just started it for the first time.</summary>
public sealed class DemoFixture : IAsyncLifetime
{
    public LocalServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (new BrowserFactAttribute().Skip is not null) return;
        Server = await LocalServer.StartAsync();
        await Server.Services.GetRequiredService<DemoCatalog>().MakeIfEmptyAsync(default);
    }

    public async Task DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
    }
}
