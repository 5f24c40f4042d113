using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Catalog.Contexts;
using Spotify.Domain;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Local.Identity;
using Spotify.Player;
using static Spotify.Functions.Tests.Recommendations.PlantedMusic;

namespace Spotify.Functions.Tests.PlayerAutoplay;

/// <summary>The states and tasks of a host with planted music.</summary>
internal sealed class AutoplayBench(LocalServer server)
{
    public static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    public IPlayerStates States => server.Services.GetRequiredService<IPlayerStates>();

    public static PlayContext Album(string albumId) => new($"spotify:album:{albumId}", "album");

    public static ContextListener ListenerOf(string user) => new(user, "SE", ExplicitFilter: false, MayReadPrivate: true);

    public static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    public ContextReader Contexts => server.Services.GetRequiredService<ContextReader>();

    /// <summary>Writes the state of a listener who is at the last track of a context of the second taste.</summary>
    public async Task<PlayerState> RequestAsync(string user, string kind, HttpClient? client)
    {
        var reader = ListenerOf(user);
        PlayStart start;
        if (kind == "missing") start = PlayStart.OfList([new ContextItem("", $"spotify:track:{SpotifyId.FromName("missing")}", 1000)]);
        else if (kind == "list") start = PlayStart.OfList(await Contexts.ItemsAsync(reader, [$"spotify:track:{Hit(1).Id}"], default));
        else
        {
            var uri = kind switch
            {
                "artist" => $"spotify:artist:{ArtistOf(1).Id}",
                "collection" => "spotify:collection",
                _ => $"spotify:album:{Hit(1).ParentId}",
            };
            if (kind == "collection") (await client!.PutAsync($"/v1/me/tracks?ids={Hit(1).Id}", null)).Dispose();
            Assert.True(PlayContext.TryParse(uri, user, out var context));
            var window = await Contexts.StartAsync(reader, context, null, null, default);
            start = new PlayStart(context, window!);
        }

        var state = PlayerState.Empty.Start(start, Now);
        while (!state.WantsAutoplay) state = state.Advance(AdvanceReason.Skipped, Now).State;
        state = state.RequestAutoplay();
        Assert.True(await States.TryWriteAsync(user, null, new PlayerDocument(1, PlayerStateJson.Serialize(state, 1)), default));
        return state;
    }

    public async Task<(long Revision, PlayerState State)> ReadAsync(string user)
    {
        var document = await States.ReadAsync(user, default);
        return (document!.Revision, PlayerStateJson.Parse(document.State));
    }

    public async Task<(long Revision, PlayerState State)> AnsweredAsync(string user)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (var document in server.Services.GetRequiredService<IPlayerStateFeed>().WatchAsync(user, patience.Token))
        {
            if (document is null) continue;
            var state = PlayerStateJson.Parse(document.State);
            if (state.Autoplay == AutoplayState.Done) return (document.Revision, state);
        }

        throw new TimeoutException("The radio was not appended.");
    }

    public async Task SendAsync(string user, string request)
    {
        using var response = await PostAsync(user, request);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    public Task<HttpResponseMessage> PostAsync(string user, string request) =>
        PostAsync($$"""{"user_id":"{{user}}","request_uid":"{{request}}","country":"SE"}""");

    public async Task<HttpResponseMessage> PostAsync(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tasks/player-autoplay") { Content = Json(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer", server.Services.GetRequiredService<ServiceTokens>().Issue());
        return await server.Http.SendAsync(request);
    }
}
