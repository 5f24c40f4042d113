using Spotify.Contracts;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Local.Database;
using Spotify.Search;

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

    [Fact]
    public async Task Many_segments_are_merged_into_one()
    {
        var index = new SqliteSearchIndex(database!);
        for (var i = 0; i < 60; i++)
            await database!.CommitAsync([Entry($"t{i}", i)], default);
        await database!.CommitAsync([SearchEntries.Delete(EntityType.Track, "t7")], default);
        Assert.InRange(Segments(), 8, 100);
        await index.MergeAsync(default);
        Assert.Equal(1, Segments());

        // Few segments are left alone, because a merge writes the whole index.
        await database.CommitAsync([Entry("t7", 7)], default);
        await index.MergeAsync(default);
        Assert.Equal(2, Segments());
        var query = new SearchQuery([EntityType.Track], [[new SearchTerm(SearchField.Any, "dawn", IsPrefix: false)]], null, 100);
        var found = Assert.Single(await index.CandidatesAsync(query, default));
        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"t{59 - i}"), found.Documents.Select(document => document.Id));

        static Mutation Entry(string id, int popularity) =>
            SearchEntries.Write(new SearchEntry(EntityType.Track, id, $"Dawn {id}", popularity, MarketSet.Everywhere));

        long Segments()
        {
            using var reader = database!.RentReader();
            return reader.Session
                .Query("SELECT COUNT(DISTINCT segid) AS Segments FROM SearchEntriesByTerms_idx", Parameters.None)
                .Single().Int64("Segments");
        }
    }

    protected override Task CloseAsync()
    {
        database?.Dispose();
        directory.Delete(recursive: true);
        return Task.CompletedTask;
    }
}
