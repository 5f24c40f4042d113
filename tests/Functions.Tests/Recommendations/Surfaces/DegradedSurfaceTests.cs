using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using static Spotify.Functions.Tests.Recommendations.Surfaces.SurfaceServer;

namespace Spotify.Functions.Tests.Recommendations.Surfaces;

public sealed class DegradedSurfaceTests(SurfaceServer fixture) : IClassFixture<SurfaceServer>
{
    private readonly LocalServer server = fixture.Server;

    [Fact]
    public async Task Without_a_model_home_has_the_shelves_that_need_none()
    {
        await fixture.AddListenerAsync("without");
        using var client = await server.SignInAsync("without");
        var home = await client.GetJsonAsync("/v1/views/home");
        Assert.Equal(
            ["jump-back-in", "new-releases", "favorite-artists", "popular-genre", "popular"],
            home["items"]!.AsArray().Select(shelf => shelf!.At("id")));
    }

    [Theory]
    [InlineData("jazz from the 80s", "jazz", 1, 2)]
    [InlineData("hip hop, no rock", "hip hop", 0, 5)]
    [InlineData("like Dora Rock", "rock", 3, 3)]
    public async Task Without_a_model_prompts_are_answered_by_the_search_index(string prompt, string genre, int first, int last)
    {
        using var client = await server.SignInAsync("searching");
        using var response = await client.PostAsJsonAsync("/v1/me/playlists/prompted", new JsonObject { ["prompt"] = prompt });
        var tracks = (await response.Content.ReadFromJsonAsync<JsonNode>())!["tracks"]!["items"]!.AsArray()
            .Select(item => item!["track"]!.At("id")!).ToList();
        Assert.NotEmpty(tracks);
        Assert.All(tracks, track => Assert.Equal(genre, Find(track).Genre));
        Assert.All(tracks, track => Assert.InRange(Find(track).Artist, first, last));
    }

    [Fact]
    public async Task A_part_that_fails_is_left_out_and_logged()
    {
        using var log = new LogCapture();
        await using var broken = await LocalServer.StartAsync(builder =>
        {
            log.AddTo(builder.Services);
            builder.Services.AddSingleton<ISearchIndex, BrokenIndex>();
        });
        await broken.WriteAsync(TestCatalog.Mutations);
        using var client = await broken.SignInAsync("unlucky");
        Assert.Equal("0", (await client.GetJsonAsync("/v1/views/home")).At("total"));
        Assert.Contains(log.Texts, text => text.Contains("without the shelves of NewReleases", StringComparison.Ordinal));
    }

    private sealed class BrokenIndex : ISearchIndex
    {
        public Task<IReadOnlyList<SearchCandidates>> CandidatesAsync(SearchQuery query, CancellationToken ct) =>
            throw new InvalidOperationException("The index is broken.");
    }
}
