using Spotify.Fixtures;

namespace Spotify.Functions.Tests.Licenses;

/// <summary>A host with <see cref="TestCatalog"/> and the test's clock, shared by the tests of a class.</summary>
public sealed class OfflineServer : IAsyncLifetime
{
    public LocalServer Server { get; private set; } = null!;

    public ManualTimeProvider Clock { get; } = new();

    public async Task InitializeAsync()
    {
        Server = await LocalServer.StartAsync(builder => builder.UseClock(Clock));
        await Server.WriteAsync(TestCatalog.Mutations);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
