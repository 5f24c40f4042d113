using Spotify.Fixtures;

namespace Spotify.Browser.Tests;

/// <summary>A host with a newly created demo catalog.</summary>
public sealed class DemoFixture : IAsyncLifetime
{
    public LocalServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (new BrowserFactAttribute().Skip is not null) return;
        Server = await LocalServer.StartAsync(demo: true);
    }

    public async Task DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
    }
}
