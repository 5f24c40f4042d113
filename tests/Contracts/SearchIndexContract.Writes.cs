using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Search;

namespace Spotify.Contracts;

// The state of the index after writes.
public abstract partial class SearchIndexContract
{
    [SkippableFact]
    public async Task Writes_and_deletes_take_effect_immediately()
    {
        await WriteAsync(Track("a", "Dawn"), Track("b", "Dawn Chorus"));
        await WriteAsync(Track("a", "Dusk"));
        Assert.Equal(["b"], await FindAsync([Word("dawn")]));
        Assert.Equal(["a"], await FindAsync([Word("dusk")]));
        Assert.Equal(["a"], await FindAsync([Prefix("du")]));
        await WriteAsync(SearchEntries.Delete(EntityType.Track, "a"));
        Assert.Empty(await FindAsync([Word("dusk")]));
        Assert.Empty(await FindAsync([Prefix("du")]));
        Assert.Equal(["b"], await FindAsync([new SearchTerm(SearchField.Tag, SearchTags.All, false)]));
        await WriteAsync(Track("a", "Dawn"), SearchEntries.Delete(EntityType.Track, "b"), Track("c", "Dawn", 99));
        Assert.Equal(["c", "a"], await FindAsync([Word("dawn")]));
    }

    [SkippableFact]
    public async Task A_change_of_popularity_moves_a_document()
    {
        await WriteAsync(Track("a", "Dawn", 10), Track("b", "Dawn", 20), Track("c", "Dawn", 30));
        await WriteAsync(Track("a", "Dawn", 40));
        Assert.Equal(["a", "c", "b"], await FindAsync([Word("dawn")]));
        await WriteAsync(Track("a", "Dawn", 25), Track("c", "Dawn", 0));
        Assert.Equal(["a", "b", "c"], await FindAsync([Prefix("d")]));
        await WriteAsync(Track("c", "Dawn Dusk", 100));
        Assert.Equal(["c", "a", "b"], await FindAsync([Word("dawn")]));
        Assert.Equal(["c"], await FindAsync([Word("dusk")]));
    }

    [SkippableFact]
    public async Task The_index_has_exactly_the_committed_rows()
    {
        var random = new Random(13);
        string[] words = ["dawn", "dusk", "noon", "night", "day"];
        var expected = new Dictionary<string, (string Name, int Popularity)>();
        for (var commit = 0; commit < 40; commit++)
        {
            var mutations = new List<Mutation>();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                var id = $"t{random.Next(12):00}";
                if (random.Next(4) == 0)
                {
                    expected.Remove(id);
                    mutations.Add(SearchEntries.Delete(EntityType.Track, id));
                    continue;
                }

                expected[id] = (string.Join(' ', words.Where(_ => random.Next(2) == 0).Append("all")), random.Next(4));
                mutations.Add(Track(id, expected[id].Name, expected[id].Popularity));
            }

            // A commit that fails leaves no trace.
            if (commit % 5 == 0)
            {
                Mutation[] failing = [Track("t00", "failed", 50), SearchEntries.Delete(EntityType.Track, "t01"),
                    Mutation.Update(Entries, ("Type", "track"), ("Id", "missing"), ("MarketPopularity", "SE1"))];
                await Assert.ThrowsAnyAsync<Exception>(() => WriteAsync(failing));
            }

            await WriteAsync(mutations);
        }

        Assert.Empty(await FindAsync([Word("failed")]));
        foreach (var word in words.Append("all"))
        {
            foreach (var term in new[] { Word(word), Prefix(word), Prefix(word[..2]) })
            {
                var found = (await CandidatesAsync(Query([term]), default)).Documents;
                var start = term.IsPrefix ? term.Text : term.Text + " ";
                var matches = expected.Where(track => $" {track.Value.Name} ".Contains(" " + start));
                Assert.Equal(
                    matches.Select(track => (track.Key, track.Value)).Order(),
                    found.Select(document => (document.Id, (document.Name, document.Popularity))).Order());
                var popularity = found.Select(document => document.Popularity).ToList();
                Assert.Equal(popularity.OrderDescending(), popularity);
            }
        }
    }

    [SkippableFact]
    public async Task Searches_and_writes_may_be_concurrent()
    {
        await WriteAsync([.. Enumerable.Range(0, 10).Select(i => Track($"t{i}", "Dawn", i))]);
        var writes = Enumerable.Range(0, 10).Select(i => Task.Run(async () =>
        {
            for (var popularity = 20; popularity < 24; popularity++) await WriteAsync(Track($"t{i}", "Dawn Chorus", popularity));
        }));
        var searches = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                // Every search sees a committed state, in which each track is found once.
                var found = (await CandidatesAsync(Query([Prefix("d")]), default)).Documents;
                Assert.Equal(10, found.Select(document => document.Id).Distinct().Count());
                Assert.Equal(10, found.Count);
            }
        }));
        await Task.WhenAll(writes.Concat(searches));
        Assert.Equal(10, (await FindAsync([Word("chorus")])).Count);
    }
}
