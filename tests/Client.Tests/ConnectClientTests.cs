using System.Text.Json;
using Spotify.Fixtures;

namespace Spotify.Client.Tests;

/// <summary>Tests of the Connect module of the web player, <c>infra/web/modules/connect</c>, in Node.</summary>
public sealed class ConnectClientTests
{
    [ToolFact("node")]
    public Task The_client_keeps_the_rules_of_the_protocol() =>
        ClientLibrary.RunScriptAsync("connect-rules.mjs", new Dictionary<string, string>());

    [ToolFact("node")]
    public Task The_player_of_a_browser_follows_the_shared_state() =>
        ClientLibrary.RunScriptAsync("connected-player-rules.mjs", new Dictionary<string, string>());

    [ToolFact("node")]
    public async Task Two_clients_agree_with_the_service()
    {
        await using var server = await LocalServer.StartAsync();
        await server.WriteAsync(TestCatalog.Mutations);
        using var ada = await server.SignInAsync("ada");
        using var felix = await server.SignInAsync("felix", product: "free");
        await ClientLibrary.RunScriptAsync("connect-host.mjs", new Dictionary<string, string>
        {
            ["API_URL"] = server.Http.BaseAddress!.ToString(),
            ["ACCESS_TOKEN"] = ada.DefaultRequestHeaders.Authorization!.Parameter!,
            ["FREE_TOKEN"] = felix.DefaultRequestHeaders.Authorization!.Parameter!,
            ["IDS"] = JsonSerializer.Serialize(new
            {
                album = $"spotify:album:{TestCatalog.Sunrise.Id}",
                tracks = (string[])[$"spotify:track:{TestCatalog.Dawn.Id}", $"spotify:track:{TestCatalog.Explicit.Id}"],
                other = $"spotify:track:{TestCatalog.Duet.Id}",
            }),
        });
    }
}
