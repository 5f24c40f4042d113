using Spotify.Fixtures;

namespace Spotify.Client.Tests;

/// <summary>
/// Tests of the reference client of offline listening, <c>infra/web/modules/offline</c>, with an independent implementation of JOSE
/// (npm <c>jose</c>) on the other side.
/// </summary>
public sealed class OfflineClientTests(ClientLibrary library) : IClassFixture<ClientLibrary>
{
    [ToolFact("node", "npm")]
    public Task The_client_keeps_the_rules_of_licenses() => RunAsync("offline-rules.mjs");

    [ToolFact("node", "npm")]
    public Task The_client_and_jose_agree_with_the_test_vectors_of_the_format() =>
        RunAsync("offline-format.mjs", ("FORMAT", Repository.PathOf("functions/Licenses/FORMAT.md")));

    private Task RunAsync(string script, params ReadOnlySpan<(string Name, string Value)> environment)
    {
        _ = library;
        return ClientLibrary.RunScriptAsync(script, environment.ToArray().ToDictionary(pair => pair.Name, pair => pair.Value));
    }
}
