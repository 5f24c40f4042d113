using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Search;

namespace Spotify.Contracts;

// The types, order, limits, totals and fields of results.
public abstract partial class SearchIndexContract
{
    [SkippableFact]
    public async Task A_search_returns_one_type()
    {
        var types = new[]
        {
            EntityType.Album, EntityType.Artist, EntityType.Audiobook, EntityType.Episode, EntityType.Playlist, EntityType.Show,
            EntityType.Track,
        };
        await WriteAsync([.. types.SelectMany(type => new[] { 0, 50, 100 }
            .Select(popularity => Entry(new SearchEntry(type, $"{type}{popularity}", "Dawn", popularity, MarketSet.Everywhere))))]);
        foreach (var type in types)
        {
            var found = (await CandidatesAsync(Query([Prefix("da")], type: type), default)).Documents;
            Assert.Equal([$"{type}100", $"{type}50", $"{type}0"], found.Select(document => document.Id));
            Assert.All(found, document => Assert.Equal(type, document.Type));
        }

        Assert.Empty(await FindAsync([Word("track")]));
    }

    [SkippableFact]
    public async Task A_search_of_several_types_returns_the_results_of_each()
    {
        EntityType[] types = [EntityType.Show, EntityType.Artist, EntityType.Audiobook, EntityType.Track];
        var counts = new Dictionary<EntityType, int>
        {
            [EntityType.Artist] = 7, [EntityType.Album] = 9, [EntityType.Track] = 3, [EntityType.Playlist] = 2, [EntityType.Show] = 12,
        };
        await WriteAsync([.. counts.SelectMany(one => Enumerable.Range(0, one.Value)
            .Select(i => Entry(new SearchEntry(one.Key, $"{one.Key}{i:00}", "Dawn", i, MarketSet.Everywhere))))]);
        foreach (var (limit, countTo) in ((int, int)[])[(0, 0), (0, 5), (1, 1), (3, 0), (3, 5), (7, 9), (20, 20)])
        {
            var found = await index.CandidatesAsync(new SearchQuery(types, [[Prefix("da")]], "SE", limit, countTo), default);
            Assert.Equal(types.Length, found.Count);
            foreach (var (type, candidates) in types.Zip(found))
            {
                var count = counts.GetValueOrDefault(type);
                Assert.Equal(Math.Min(count, Math.Max(limit, countTo)), candidates.Total);
                Assert.Equal(
                    Enumerable.Range(0, Math.Min(limit, count)).Select(i => $"{type}{count - 1 - i:00}"),
                    candidates.Documents.Select(document => document.Id));
            }
        }

        Assert.Empty(await index.CandidatesAsync(new SearchQuery([], [[Word("dawn")]], null, 5), default));
    }

    [SkippableFact]
    public async Task Matches_are_ordered_by_popularity()
    {
        await WriteAsync(
            Track("d", "Dawn", 5), Track("b", "Dawn", 7), Track("c", "Dawn", 6), Track("e", "Dawn", 100), Track("f", "Dawn", 0));
        await WriteAsync(Track("a", "Dawn", 50));
        Assert.Equal(["e", "a", "b", "c", "d", "f"], await FindAsync([Word("dawn")]));
        Assert.Equal(["e", "a", "b", "c", "d", "f"], await FindAsync([Prefix("d")]));
    }

    [SkippableFact]
    public async Task A_limited_result_is_the_start_of_a_longer_one()
    {
        await WriteAsync([.. Enumerable.Range(0, 25).Select(i => Track($"t{i * 7 % 25:00}", "Dawn", i / 10))]);
        var all = await CandidatesAsync(Query([Word("dawn")], limit: 50), default);
        Assert.Equal((25, 25), (all.Documents.Count, all.Total));
        Assert.Equal(all.Documents.OrderByDescending(document => document.Popularity), all.Documents);
        for (var limit = 0; limit <= 25; limit++)
        {
            var page = await CandidatesAsync(Query([Word("dawn")], limit: limit), default);
            Assert.Equal(25, page.Total);
            Assert.Equal(all.Documents.Take(limit), page.Documents);
            var counted = new SearchQuery([EntityType.Track], [[Word("dawn")]], null, limit, countTo: 10);
            Assert.Equal(Math.Max(10, limit), (await CandidatesAsync(counted, default)).Total);
        }
    }

    [SkippableFact]
    public async Task The_total_is_exact_up_to_its_bound()
    {
        await WriteAsync([.. Enumerable.Range(0, SearchQuery.MaxLimit).Select(i => Track($"t{i:0000}", "Dawn", 1))]);
        Assert.Equal(SearchQuery.MaxLimit, (await CandidatesAsync(Query([Word("dawn")]), default)).Total);
        await WriteAsync([.. Enumerable.Range(0, 5).Select(i => Track($"u{i}", "Dawn", 2))]);
        var found = await CandidatesAsync(Query([Word("dawn")], limit: SearchQuery.MaxLimit), default);
        Assert.Equal((SearchQuery.MaxLimit, SearchQuery.MaxLimit), (found.Total, found.Documents.Count));
        Assert.Equal(["u0", "u1", "u2", "u3", "u4"], found.Documents.Take(5).Select(document => document.Id).Order());
    }

    [SkippableFact]
    public async Task Entities_not_available_in_the_market_are_neither_returned_nor_counted()
    {
        await WriteAsync(
            Track("a", "Dawn"), Track("b", "Dawn", markets: MarketSet.Of("SE", "NO")), Track("c", "Dawn", markets: MarketSet.Of("US")));
        Assert.Equal(["a", "b"], await FindAsync("SE", [Word("dawn")]));
        Assert.Equal(["a", "b"], await FindAsync("NO", [Prefix("da")]));
        Assert.Equal(["a", "c"], await FindAsync("US", [Word("dawn")]));
        Assert.Equal(["a"], await FindAsync("GB", [Word("dawn")]));
        Assert.Equal(["a", "b", "c"], await FindAsync([Word("dawn")]));
        Assert.Equal(2, (await CandidatesAsync(Query([Word("dawn")], market: "NO", limit: 0), default)).Total);
    }

    [SkippableFact]
    public async Task Documents_have_the_fields_that_were_written()
    {
        var added = DateTimeOffset.Parse("2026-02-03T04:05:06Z");
        await WriteAsync(Entry(new SearchEntry(EntityType.Track, "a", "Dancing Queen", 88, MarketSet.Of("SE"))
        {
            OtherNames = ["Reina"], Artists = [new ArtistCredit("first", "Björn"), new ArtistCredit("second", "The Benny")],
            OtherArtists = ["Stig"], Album = "Arrival", ReleaseDate = "1976-08", AddedAt = added, Genres = ["pop"],
        }));
        await WriteAsync(Mutation.Update(Entries, ("Type", "track"), ("Id", "a"), ("MarketPopularity", "SE99US12")));
        var document = Assert.Single((await CandidatesAsync(Query([Word("queen")], market: "SE"), default)).Documents);
        string?[] tags = [SearchTags.All, SearchTags.Year(1976), SearchTags.Decade(1976), SearchTags.AddedDay(new DateOnly(2026, 2, 3)),
            SearchTags.Genre("Pop")];
        Assert.Equal(
            new SearchDocument(
                EntityType.Track, "a", "dancing queen\treina", "bjorn\nthe benny\tstig", "arrival", "first second", string.Join(' ', tags),
                88, "SE99US12", "1976-08", added),
            document);

        // The popularity by market is not part of the document, so writing it again keeps it.
        await WriteAsync(Track("a", "Dawn", 3));
        Assert.Equal(
            new SearchDocument(EntityType.Track, "a", "dawn", "", "", "", SearchTags.All, 3, "SE99US12", "", null),
            Assert.Single((await CandidatesAsync(Query([Word("dawn")]), default)).Documents));
    }
}
