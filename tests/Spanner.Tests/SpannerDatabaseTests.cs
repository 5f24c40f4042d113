using Spotify.Contracts;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;

namespace Spotify.Spanner.Tests;

/// <summary>The database contract on the Spanner emulator.</summary>
public sealed class SpannerDatabaseTests : DatabaseContract
{
    protected override string? Unavailable => SpannerEmulatorProcess.Missing;

    protected override async Task<IDatabase> OpenAsync() => await SpannerEmulator.CreateDatabaseAsync(TestSchema);

    protected override Task CloseAsync() => Task.CompletedTask;
}
