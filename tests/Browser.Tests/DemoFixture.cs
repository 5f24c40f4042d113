using Microsoft.Extensions.DependencyInjection;
using Spotify.Fixtures;
using Spotify.Local.Demo;

namespace Spotify.Browser.Tests;

/// <summary>A host with the demo catalogue, as somebody has it who has just started it for the first time.</summary>
public sealed class DemoFixture : IAsyncLifetime
{
    private DirectoryInfo? directory;

    public LocalServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (new BrowserFactAttribute().Skip is not null) return;
        directory = Directory.CreateTempSubdirectory("spotify-demo-");
        Server = await LocalServer.StartAsync(data: directory.FullName);
        await Server.Services.GetRequiredService<DemoCatalogue>().MakeIfEmptyAsync(default);
    }

    public async Task DisposeAsync()
    {
        if (directory is null) return;
        await Server.DisposeAsync();

        // Pictures and music that were asked for and no longer wanted are finished all the same, and written for some seconds yet.
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                directory.Delete(recursive: true);
                return;
            }
            catch (IOException) when (attempt < 20)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500));
            }
        }
    }
}
