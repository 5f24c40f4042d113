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

    [Fact]
    public async Task A_search_reads_a_bounded_number_of_rows()
    {
        var index = new SqliteSearchIndex(database!, maxRows: 50);
        var entry = new SearchEntry(EntityType.Track, "", "Dawn", 0, MarketSet.Of("SE")) { ReleaseDate = "1975" };
        await database!.CommitAsync(
            [.. Enumerable.Range(0, 100).Select(i => SearchEntries.Write(entry with { Id = $"t{i:00}", Popularity = 99 - i }))], default);
        var other = entry with { Id = "other", Popularity = 40, Markets = MarketSet.Of("NO"), ReleaseDate = "1985" };
        await database!.CommitAsync([SearchEntries.Write(other)], default);
        SearchTerm[] word = [new SearchTerm(SearchField.Any, "dawn", IsPrefix: false)];
        SearchTerm[] name = [new SearchTerm(SearchField.Name, "da", IsPrefix: true)];
        Assert.Equal(50, await CountAsync("SE", word));
        Assert.Equal(0, await CountAsync("NO", word));
        Assert.Equal(0, await CountAsync(null, word, name, Years(1980, 1999)));
        Assert.Equal(50, await CountAsync(null, word, name, Years(1969, 1981)));

        async Task<int> CountAsync(string? market, params SearchTerm[][] groups) =>
            (await index.CandidatesAsync(new SearchQuery([EntityType.Track], groups, market, 10, SearchQuery.MaxLimit), default))[0].Total;

        static SearchTerm[] Years(int first, int last) =>
            [.. SearchTags.YearRange(first, last).Select(tag => new SearchTerm(SearchField.Tag, tag, IsPrefix: false))];
    }

    protected override Task CloseAsync()
    {
        database?.Dispose();
        directory.Delete(recursive: true);
        return Task.CompletedTask;
    }
}
