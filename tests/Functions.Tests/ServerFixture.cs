using Spotify.Fixtures;

namespace Spotify.Functions.Tests;

/// <summary>A host with <see cref="TestCatalog"/>, shared by the tests of a class.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    public LocalServer Server { get; private set; } = null!;

    /// <summary>The client of a user in Sweden.</summary>
    public HttpClient Ada { get; private set; } = null!;

    /// <summary>The client of a user in the United States.</summary>
    public HttpClient Bob { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await LocalServer.StartAsync();
        await Server.WriteAsync(TestCatalog.Mutations);
        Ada = await Server.SignInAsync("ada", "premium", "SE");
        Bob = await Server.SignInAsync("bob", "free", "US");
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
