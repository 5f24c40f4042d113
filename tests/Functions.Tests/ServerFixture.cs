using Spotify.Fixtures;

namespace Spotify.Functions.Tests;

/// <summary>One host with <see cref="TestCatalog"/>, shared by tests that only read.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    public LocalServer Server { get; private set; } = null!;

    /// <summary>A listener in Sweden.</summary>
    public HttpClient Ada { get; private set; } = null!;

    /// <summary>A listener in the United States.</summary>
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
