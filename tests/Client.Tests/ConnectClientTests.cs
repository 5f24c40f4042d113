using Spotify.Fixtures;

namespace Spotify.Client.Tests;

/// <summary>Tests of the Connect module of the web player, <c>infra/web/modules/connect</c>, in Node.</summary>
public sealed class ConnectClientTests
{
    [ToolFact("node")]
    public Task The_client_keeps_the_rules_of_the_protocol() =>
        ClientLibrary.RunScriptAsync("connect-rules.mjs", new Dictionary<string, string>());
}
