using Spotify.Contracts;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Google.Database;

namespace Spotify.Spanner.Tests;

/// <summary>The search index contract on the Spanner emulator. The adapter needs only an <see cref="IDatabase"/>.</summary>
public sealed class SpannerSearchIndexTests : SearchIndexContract
{
    protected override string? Unavailable => SpannerEmulatorProcess.Missing;

    protected override async Task<(IDatabase, ISearchIndex)> OpenAsync()
    {
        var database = await SpannerEmulator.CreateDatabaseAsync(Schema.Current);
        return (database, new SpannerSearchIndex(database));
    }

    protected override Task CloseAsync() => Task.CompletedTask;
}
