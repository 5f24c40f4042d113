using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Search;

namespace Spotify.Contracts;

/// <summary>The tests that every <see cref="ISearchIndex"/> must pass. Each adapter has a derived class.</summary>
public abstract class SearchIndexContract : IAsyncLifetime
{
    private static readonly Table Entries = Schema.Current.Table("SearchEntries");

    private IDatabase database = null!;
    private ISearchIndex index = null!;

    /// <summary>Why the tests cannot run on this machine; null if they can.</summary>
    protected virtual string? Unavailable => null;

    /// <summary>Creates an empty database with the product's schema, and its search index.</summary>
    protected abstract Task<(IDatabase Database, ISearchIndex Index)> OpenAsync();

    /// <summary>Deletes the database.</summary>
    protected abstract Task CloseAsync();

    public async Task InitializeAsync()
    {
        Skip.If(Unavailable is not null, Unavailable);
        (database, index) = await OpenAsync();
    }

    public Task DisposeAsync() => CloseAsync();

    [SkippableFact]
    public async Task An_empty_index_has_no_matches()
    {
        var found = await CandidatesAsync(Query([Word("dawn")]), default);
        Assert.Empty(found.Documents);
        Assert.Equal(0, found.Total);
    }

    [SkippableFact]
    public async Task A_document_must_match_all_groups_and_matches_a_group_that_has_one_of_its_terms()
    {
        await WriteAsync(Track("a", "Golden Dawn"), Track("b", "Golden Dusk"), Track("c", "Silver Dawn"), Track("d", "Silver"));
        Assert.Equal(["a", "c"], await FindAsync([Word("dawn")]));
        Assert.Equal(["a"], await FindAsync([Word("dawn")], [Word("golden")]));
        Assert.Equal(["a", "b", "c"], await FindAsync([Word("dawn"), Word("dusk")]));
        Assert.Equal(["c", "d"], await FindAsync([Word("silver"), Word("nothing")]));
        Assert.Equal(["a", "b"], await FindAsync([Word("dawn"), Word("dusk")], [Word("golden"), Word("nothing")]));
        Assert.Equal(["a"], await FindAsync([Word("dawn")], [Word("golden")], [Word("dawn"), Word("dusk")]));
        Assert.Empty(await FindAsync([Word("dawn")], [Word("nothing")]));
    }

    [SkippableFact]
    public async Task Without_groups_or_with_an_empty_group_nothing_matches()
    {
        await WriteAsync(Track("a", "Dawn"));
        Assert.Empty(await FindAsync());
        Assert.Empty(await FindAsync([]));
        Assert.Empty(await FindAsync([Word("dawn")], []));
        Assert.Empty(await FindAsync([], [Word("dawn")]));
    }

    [SkippableFact]
    public async Task Terms_are_looked_for_in_their_field()
    {
        await WriteAsync(
            Entry(new SearchEntry(EntityType.Track, "a", "Dawn", 9, MarketSet.Everywhere) { Album = "Dusk", Artists = Credits("Noon") }),
            Entry(new SearchEntry(EntityType.Track, "b", "Dusk", 8, MarketSet.Everywhere) { Album = "Noon", Artists = Credits("Dawn") }),
            Entry(new SearchEntry(EntityType.Track, "c", "Noon", 7, MarketSet.Everywhere) { Album = "Dawn", Artists = Credits("Dusk") }));
        Assert.Equal(["a", "b", "c"], await FindAsync([Word("dawn")]));
        Assert.Equal(["a"], await FindAsync([new SearchTerm(SearchField.Name, "dawn", false)]));
        Assert.Equal(["b"], await FindAsync([new SearchTerm(SearchField.Artist, "dawn", false)]));
        Assert.Equal(["c"], await FindAsync([new SearchTerm(SearchField.Album, "dawn", false)]));
        Assert.Equal(["b"], await FindAsync([new SearchTerm(SearchField.Artist, "da", true)]));
        Assert.Equal(["a", "c"], await FindAsync([new SearchTerm(SearchField.Album, "d", true)]));
        Assert.Empty(await FindAsync([new SearchTerm(SearchField.Tag, "dawn", false)]));
        Assert.Equal(
            ["b", "c"],
            await FindAsync([new SearchTerm(SearchField.Name, "dusk", false), new SearchTerm(SearchField.Album, "dawn", false)]));
        Assert.Equal(
            ["a"],
            await FindAsync([new SearchTerm(SearchField.Name, "dawn", false)], [new SearchTerm(SearchField.Artist, "noon", false)]));
    }

    [SkippableFact]
    public async Task Several_artists_and_further_names_are_found()
    {
        await WriteAsync(Entry(new SearchEntry(EntityType.Track, "a", "東京", 9, MarketSet.Everywhere)
        {
            OtherNames = ["Tokyo"], Artists = Credits("First Band", "Second Band"), OtherArtists = ["Composer"],
        }));
        foreach (var word in new[] { "first", "second", "band", "composer" })
            Assert.Equal(["a"], await FindAsync([new SearchTerm(SearchField.Artist, word, false)]));
        Assert.Equal(["a"], await FindAsync([new SearchTerm(SearchField.Name, "tokyo", false)]));
        Assert.Equal(["a"], await FindAsync([new SearchTerm(SearchField.Name, "tok", true)]));
    }

    [SkippableFact]
    public async Task Tags_are_found_by_their_field_only()
    {
        var entry = new SearchEntry(EntityType.Track, "a", "Dawn", 9, MarketSet.Everywhere);
        await WriteAsync(
            Entry(entry with
            {
                ReleaseDate = "1975-11-21", AddedAt = DateTimeOffset.Parse("2026-02-03T04:05:06Z"), Genres = ["Hip Hop", "Soul"],
            }),
            Entry(entry with { Id = "b", ReleaseDate = "2026-02-03", Genres = ["Hip-Hop"] }),
            Entry(entry with { Id = "c" }));
        Assert.Equal(["a", "b", "c"], await TaggedAsync(SearchTags.All));
        Assert.Equal(["a"], await TaggedAsync(SearchTags.Year(1975)!));
        Assert.Equal(["a"], await TaggedAsync(SearchTags.Decade(1979)!));
        Assert.Equal(["a", "b"], await TaggedAsync([.. SearchTags.YearRange(1968, 2026)]));
        Assert.Equal(["b"], await TaggedAsync(SearchTags.ReleaseDay(new DateOnly(2026, 2, 3))!));
        Assert.Equal(["a"], await TaggedAsync(SearchTags.AddedDay(new DateOnly(2026, 2, 3))!));
        Assert.Equal(["a", "b"], await TaggedAsync(SearchTags.Genre("hip hop")));
        Assert.Equal(["a"], await TaggedAsync(SearchTags.Genre("SOUL")));
        Assert.Empty(await TaggedAsync(SearchTags.Year(1976)!));
        Assert.Empty(await FindAsync([Word(SearchTags.All)]));
        Assert.Empty(await FindAsync([new SearchTerm(SearchField.Name, SearchTags.All, true)]));

        Task<List<string>> TaggedAsync(params string[] tags) =>
            FindAsync([.. tags.Select(tag => new SearchTerm(SearchField.Tag, tag, false))]);
    }

    [SkippableFact]
    public async Task Prefixes_of_every_length_are_found()
    {
        const string word = "internationalization";
        await WriteAsync(Track("a", $"Some {word}"), Track("b", "Some international"), Track("c", "Some inter"), Track("d", "Nation"));
        for (var length = 1; length <= word.Length; length++)
        {
            string[] expected = length <= 5 ? ["a", "b", "c"] : length <= 13 ? ["a", "b"] : ["a"];
            Assert.Equal(expected, await FindAsync([Prefix(word[..length])]));
            Assert.Equal(expected, await FindAsync([new SearchTerm(SearchField.Name, word[..length], true)], [Word("some")]));
            Assert.Empty(await FindAsync([new SearchTerm(SearchField.Artist, word[..length], true)]));
        }

        Assert.Empty(await FindAsync([Prefix(word + "s")]));
        Assert.Equal(["b"], await FindAsync([Word("international")]));
        Assert.Empty(await FindAsync([Word("internati")]));
        Assert.Equal(["d"], await FindAsync([Prefix("nation")]));
        Assert.Equal(["a", "b", "d"], await FindAsync([Prefix("internati"), Prefix("natio")]));
        Assert.Equal(["a"], await FindAsync([Prefix("internationali"), Word("nothing")], [Prefix("so")]));
        Assert.Equal(2, (await CandidatesAsync(Query([Prefix("internati")], limit: 1), default)).Total);
    }

    [SkippableFact]
    public async Task Long_words_are_compared_completely()
    {
        var word = new string('a', SearchText.MaxTermLength - 1);
        await WriteAsync(Track("a", word + "b"), Track("b", word + "c"));
        Assert.Equal(["b"], await FindAsync([Word(word + "c")]));
        Assert.Equal(["b"], await FindAsync([Prefix(word + "c")]));
        Assert.Equal(["a", "b"], await FindAsync([Prefix(word)]));
        Assert.Empty(await FindAsync([Word(word)]));
    }

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

    [SkippableTheory]
    [InlineData("or")]
    [InlineData("and")]
    [InlineData("not")]
    [InlineData("near")]
    [InlineData("around")]
    [InlineData("null")]
    public async Task Operators_of_engines_are_ordinary_words(string word)
    {
        await WriteAsync(Track("a", $"Dawn {word} Dusk"), Track("b", "Dawn Dusk"), Track("c", "Dawn"), Track("d", "Dusk"));
        Assert.Equal(["a"], await FindAsync([Word("dawn")], [Word(word)], [Word("dusk")]));
        Assert.Equal(["a"], await FindAsync([Word(word)]));
        Assert.Equal(["a"], await FindAsync([Prefix(word)]));
    }

    [SkippableTheory]
    [InlineData("\"")]
    [InlineData("'")]
    [InlineData("-dawn")]
    [InlineData("+dawn")]
    [InlineData("dawn|dusk")]
    [InlineData("dawn\\")]
    [InlineData("dawn*")]
    [InlineData("dawn dusk")]
    [InlineData("dawn\" OR \"dusk")]
    [InlineData("(dawn")]
    [InlineData("name:dawn")]
    [InlineData("%_")]
    [InlineData("^$~`@#{}[]")]
    [InlineData("\0")]
    [InlineData("dawn\0")]
    [InlineData("\u0001")]
    [InlineData("DAWN")]
    [InlineData("")]
    [InlineData(" ")]
    public async Task Terms_that_are_no_words_match_nothing(string term)
    {
        await WriteAsync(Track("a", "Dawn Dusk"), Track("b", "Dawn Name"));
        foreach (var isPrefix in new[] { false, true })
        {
            foreach (var field in Enum.GetValues<SearchField>())
            {
                var odd = new SearchTerm(field, term, isPrefix);
                Assert.Empty(await FindAsync([odd]));
                Assert.Empty(await FindAsync([Word("dawn")], [odd]));
                Assert.Equal(["a"], await FindAsync([odd, Word("dusk")], [Word("dawn"), odd]));
            }
        }
    }

    [SkippableFact]
    public async Task Lone_surrogates_match_nothing()
    {
        await WriteAsync(Track("a", "Dawn"));
        Assert.Empty(await FindAsync([Word("\ud800")]));
        Assert.Empty(await FindAsync([Prefix("dawn\udc00")]));
        Assert.Empty(await FindAsync([Prefix("\ufffd")]));
    }

    [SkippableFact]
    public async Task Words_of_every_script_are_found()
    {
        await WriteAsync(
            Track("a", "東京 Nights"), Track("b", "Москва"), Track("c", "Ελλάδα"), Track("d", "ไทย"), Track("e", "\U00020000\U0001D11E 東"));
        Assert.Equal(["a"], await FindAsync([Word(Folded("京"))], [Word("nights")]));
        Assert.Equal(["a", "e"], await FindAsync([Prefix(Folded("東"))]));
        Assert.Equal(["b"], await FindAsync([Prefix(Folded("моск"))]));
        Assert.Equal(["c"], await FindAsync([Word(Folded("ελλαδα"))]));
        Assert.Equal(["c"], await FindAsync([Prefix("ε")]));
        Assert.Equal(["d"], await FindAsync([Prefix(Folded("ไ"))]));
        Assert.Equal(["e"], await FindAsync([Word(Folded("\U00020000"))]));
        Assert.Empty(await FindAsync([Word("моск")]));

        static string Folded(string text) => SearchText.Words(text)[0].Text;
    }

    [SkippableFact]
    public async Task Searches_with_many_groups_and_terms_are_supported()
    {
        var words = Enumerable.Range(0, SearchQuery.MaxGroups).Select(i => $"w{i:000}").ToList();
        await WriteAsync(Track("a", string.Join(' ', words)), Track("b", string.Join(' ', words[1..])), Track("c", "t199 w000"));
        Assert.Equal(["a"], await FindAsync([.. words.Select(word => (SearchTerm[])[Word(word)])]));
        Assert.Equal(["a", "b"], await FindAsync([.. words[1..].Select(word => (SearchTerm[])[Prefix(word)])]));
        var terms = Enumerable.Range(0, SearchQuery.MaxTerms).Select(i => Prefix($"t{i:000}")).ToArray();
        Assert.Equal(["c"], await FindAsync(terms, [Word("w000")]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Query([.. terms, Word("more")]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Query([.. words.Append("more").Select(word => (SearchTerm[])[Word(word)])]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Query([Word("dawn")], limit: SearchQuery.MaxLimit + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Query([Word("dawn")], limit: -1));
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

    [SkippableFact]
    public async Task A_canceled_search_throws()
    {
        var canceled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => index.CandidatesAsync(Query([Word("dawn")]), canceled));
    }

    private static Mutation Track(string id, string name, int popularity = 5, MarketSet? markets = null) =>
        Entry(new SearchEntry(EntityType.Track, id, name, popularity, markets ?? MarketSet.Everywhere));

    private static Mutation Entry(SearchEntry entry) => SearchEntries.Write(entry);

    private static ArtistCredit[] Credits(params string[] names) => [.. names.Select(name => new ArtistCredit("id-" + name, name))];

    private static SearchTerm Word(string text) => new(SearchField.Any, text, IsPrefix: false);

    private static SearchTerm Prefix(string text) => new(SearchField.Any, text, IsPrefix: true);

    private static SearchQuery Query(
        IReadOnlyList<SearchTerm> group, EntityType type = EntityType.Track, string? market = null, int limit = 20) =>
        new([type], [group], market, limit, SearchQuery.MaxLimit);

    private static SearchQuery Query(SearchTerm[][] groups, string? market = null) => new([EntityType.Track], groups, market, 20);

    private Task WriteAsync(params IReadOnlyList<Mutation> mutations) => database.CommitAsync(mutations, default);

    private Task<List<string>> FindAsync(params SearchTerm[][] groups) => FindAsync(null, groups);

    private async Task<SearchCandidates> CandidatesAsync(SearchQuery query, CancellationToken ct) =>
        Assert.Single(await index.CandidatesAsync(query, ct));

    // Equally popular matches are sorted by id, because their order is that of the adapter.
    private async Task<List<string>> FindAsync(string? market, params SearchTerm[][] groups)
    {
        var found = await CandidatesAsync(Query(groups, market), default);
        Assert.Equal(found.Documents.Count, found.Total);
        return
        [
            .. found.Documents.GroupBy(document => document.Popularity)
                .SelectMany(equal => equal.Select(document => document.Id).Order(StringComparer.Ordinal)),
        ];
    }
}
