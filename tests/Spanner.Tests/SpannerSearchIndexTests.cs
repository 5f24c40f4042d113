using Spotify.Contracts;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Google.Database;

namespace Spotify.Spanner.Tests;

/// <summary>The search index of the cloud on Spanner's own emulator; it needs a database alone, and none of Google's packages.</summary>
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
