using System.Net.Http.Json;
using System.Text.Json;
using Spotify.Fixtures;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Client.Tests;

/// <summary>End-to-end tests of the official client library with a host that has <see cref="TestCatalog"/>.</summary>
public sealed class ClientLibraryTests(ClientLibrary library) : IClassFixture<ClientLibrary>, IAsyncLifetime
{
    private LocalServer server = null!;
    private string bobsPlaylistId = null!;

    public async Task InitializeAsync()
    {
        _ = library;
        server = await LocalServer.StartAsync();
        await server.WriteAsync(Mutations);
        using var bob = await server.SignInAsync("bob");
        using var created = await bob.PostAsJsonAsync("/v1/me/playlists", new { name = "Bob's" });
        bobsPlaylistId = (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [ToolFact("node", "npm")]
    public Task The_client_library_reads_the_catalog() => RunAsync("catalog.mjs");

    [ToolFact("node", "npm")]
    public Task The_client_library_saves_items() => RunAsync("library.mjs");

    [ToolFact("node", "npm")]
    public Task The_client_library_follows_artists_and_users() => RunAsync("following.mjs");

    [ToolFact("node", "npm")]
    public Task The_client_library_edits_and_follows_playlists() => RunAsync("playlists.mjs");

    private async Task RunAsync(string script)
    {
        using var ada = await server.SignInAsync("ada");
        await ClientLibrary.RunScriptAsync(script, new Dictionary<string, string>
        {
            ["API_URL"] = $"{server.Http.BaseAddress}v1/",
            ["ACCESS_TOKEN"] = ada.DefaultRequestHeaders.Authorization!.Parameter!,
            ["IDS"] = JsonSerializer.Serialize(new
            {
                album = Sunrise.Id,
                artist = Beyonce.Id,
                audiobook = Book.Id,
                chapter = Chapter.Id,
                episode = Pilot.Id,
                otherArtist = Zebra.Id,
                otherTrack = Duet.Id,
                playlist = bobsPlaylistId,
                show = Radio.Id,
                track = Dawn.Id,
            }),
        });
    }
}
