using Spotify.Fixtures;

namespace Spotify.Domain.Tests;

/// <summary>The recipe for client libraries in the README is the one of an app that a browser test signs in with.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void The_recipe_for_a_client_library_is_that_of_the_tested_app()
    {
        var recipe = Repository.Read("README.md").Split("```js\n")[1].Split("```")[0];
        Assert.Contains("spotify-web-api-node", recipe, StringComparison.Ordinal);
        Assert.Contains(recipe, Repository.Read("tests/Client.Tests/sdk/server-app.mjs"), StringComparison.Ordinal);
    }
}
