using System.Text.Json;

namespace Spotify.Client.Tests;

/// <summary>End-to-end tests of the official client library with personal playlists and recommendations.</summary>
public sealed class SurfaceTests(ClientLibrary library, SurfaceHost host) : IClassFixture<ClientLibrary>, IClassFixture<SurfaceHost>
{
    [Fixtures.ToolFact("node", "npm")]
    public async Task The_client_library_reads_personal_playlists()
    {
        var surfaces = await host.SurfacesAsync("ada");
        Assert.Equal(
            ["blend", "daily-mix-1", "discover-weekly", "on-repeat", "release-radar"],
            surfaces.Keys.Where(surface => surface is "daily-mix-1" || !surface.StartsWith("daily-mix", StringComparison.Ordinal)).Order());
        await RunAsync("surfaces.mjs", new { surfaces, radio = host.Radio, played = SurfaceHost.Played.Id });
    }

    [Fixtures.ToolFact("node", "npm")]
    public Task The_client_library_reads_recommendations() => RunAsync(
        "recommendations.mjs", new { played = SurfaceHost.Played.Id, artist = SurfaceHost.Played.Artists[0].Id });

    [Fixtures.ToolFact("node", "npm")]
    public async Task The_client_library_controls_players()
    {
        using var free = await host.Server.SignInAsync("felix", product: "free");
        await RunAsync("player.mjs", new
        {
            album = SurfaceHost.Played.ParentId,
            tracks = SurfaceHost.AlbumTracks.Select(track => track.Id),
            freeToken = free.DefaultRequestHeaders.Authorization!.Parameter,
        }, "pia");
    }

    private async Task RunAsync(string script, object ids, string user = "ada")
    {
        _ = library;
        using var ada = await host.Server.SignInAsync(user);
        await ClientLibrary.RunScriptAsync(script, new Dictionary<string, string>
        {
            ["API_URL"] = $"{host.Server.Http.BaseAddress}v1/",
            ["ACCESS_TOKEN"] = ada.DefaultRequestHeaders.Authorization!.Parameter!,
            ["IDS"] = JsonSerializer.Serialize(ids),
        });
    }
}
