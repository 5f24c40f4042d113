using Spotify.Contracts;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Google.Database;

namespace Spotify.Google.Tests.Database;

/// <summary>The search-index contract on Spanner's emulator, through Google's client library.</summary>
public sealed class SpannerSearchIndexTests : SearchIndexContract
{
    protected override string? Unavailable => SpannerEmulatorProcess.Missing;

    protected override async Task<(IDatabase, ISearchIndex)> OpenAsync()
    {
        var database = await SpannerDatabases.CreateAsync();
        return (database, new SpannerSearchIndex(database));
    }

    protected override Task CloseAsync() => Task.CompletedTask;
}
