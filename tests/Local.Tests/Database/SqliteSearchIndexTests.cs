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

    // Not in the contract, because Spanner's emulator rejects words that are not ASCII as a syntax error.
    [Fact]
    public async Task Words_of_every_script_are_found()
    {
        await WriteAsync(Track("a", "東京 Nights"), Track("b", "Москва"), Track("c", "Ελλάδα"), Track("d", "ไทย"));
        Assert.Equal(["a"], (await SearchAsync("京 nights")).Ids);
        Assert.Equal(["a"], (await SearchAsync("東", prefix: true)).Ids);
        Assert.Equal(["b"], (await SearchAsync("моск", prefix: true)).Ids);
        Assert.Equal(["c"], (await SearchAsync("ελλαδα")).Ids);
        Assert.Equal(["d"], (await SearchAsync("ไท", prefix: true)).Ids);
        Assert.Empty((await SearchAsync("моск")).Ids);
    }
}
