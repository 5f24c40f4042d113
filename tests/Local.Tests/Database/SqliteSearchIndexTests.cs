using Spotify.Contracts;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Local.Database;

namespace Spotify.Local.Tests.Database;

public sealed class SqliteSearchIndexTests : SearchIndexContract
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private SqliteDatabase? database;

    protected override Task<(IDatabase, ISearchIndex)> OpenAsync()
    {
        database = new SqliteDatabase(Path.Combine(directory.FullName, "database.sqlite"), Schema.Current);
        return Task.FromResult<(IDatabase, ISearchIndex)>((database, new SqliteSearchIndex(database)));
    }

    protected override Task CloseAsync()
    {
        database?.Dispose();
        directory.Delete(recursive: true);
        return Task.CompletedTask;
    }
}
