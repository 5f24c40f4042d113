using System.Text.Json;
using Spotify.Fixtures;
using Spotify.Local.Identity;

namespace Spotify.Client.Tests;

/// <summary>
/// Tests of the reference client of offline listening, <c>infra/web/modules/offline</c>, with an independent implementation of JOSE
/// (npm <c>jose</c>) on the other side.
/// </summary>
public sealed class OfflineClientTests(ClientLibrary library, OfflineHost host) : IClassFixture<ClientLibrary>, IClassFixture<OfflineHost>
{
    [ToolFact("node", "npm")]
    public Task The_client_keeps_the_rules_of_licenses() => RunAsync("offline-rules.mjs");

    [ToolFact("node", "npm")]
    public Task The_client_and_jose_agree_with_the_test_vectors_of_the_format() =>
        RunAsync("offline-format.mjs", ("FORMAT", Repository.PathOf("functions/Licenses/FORMAT.md")));

    [ToolFact("node", "npm")]
    public async Task The_client_and_jose_agree_with_the_service()
    {
        using var ada = await host.Server.SignInAsync("ada");
        await RunAsync(
            "offline-host.mjs",
            ("API_URL", host.Server.Http.BaseAddress!.ToString()),
            ("ACCESS_TOKEN", ada.DefaultRequestHeaders.Authorization!.Parameter!),
            ("ISSUER", LocalIdentity.Issuer),
            ("KEYS_DOWN", host.KeysDown),
            ("IDS", JsonSerializer.Serialize(new
            {
                tracks = OfflineHost.Encrypted.Select(OfflineHost.UriOf).ToDictionary(uri => uri, Audio),
                pending = new { uri = OfflineHost.UriOf(OfflineHost.Pending), audio = Audio(OfflineHost.UriOf(OfflineHost.Pending)) },
                album = new
                {
                    uri = $"spotify:album:{TestCatalog.Sunrise.Id}",
                    licensed = (string[])[OfflineHost.UriOf(TestCatalog.Dawn)],
                    refused = (string[][])
                    [
                        [OfflineHost.UriOf(TestCatalog.Explicit), "NO_AUDIO"],
                        [OfflineHost.UriOf(TestCatalog.Future), "NOT_RELEASED"],
                    ],
                },
            })));
    }

    private object Audio(string uri) => new { size = host.Audio[uri].Size, sha256 = host.Audio[uri].Sha256 };

    private Task RunAsync(string script, params ReadOnlySpan<(string Name, string Value)> environment)
    {
        _ = library;
        return ClientLibrary.RunScriptAsync(script, environment.ToArray().ToDictionary(pair => pair.Name, pair => pair.Value));
    }
}
