using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Search;

namespace Spotify.Contracts;

/// <summary>The tests that every <see cref="ISearchIndex"/> must pass. Each adapter has a derived class.</summary>
public abstract class SearchIndexContract : IAsyncLifetime
{
    private static readonly MarketSet Everywhere = MarketSet.Everywhere;

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
    public async Task An_empty_index_has_no_matches() => Assert.Empty((await SearchAsync("dawn")).Ids);

    [SkippableFact]
    public async Task All_words_must_match_in_any_order()
    {
        await WriteAsync(Track("a", "Golden Dawn Chorus"), Track("b", "Golden Dawning"), Track("c", "Dawn"));
        Assert.Equal(["a", "c"], (await SearchAsync("dawn")).Ids);
        Assert.Equal(["a"], (await SearchAsync("chorus golden")).Ids);
        Assert.Empty((await SearchAsync("golden sunset")).Ids);
        Assert.Empty((await SearchAsync("dawn dawn golden chorus nothing")).Ids);
        Assert.Equal(["a"], (await SearchAsync("dawn dawn golden")).Ids);
    }

    [SkippableFact]
    public async Task Only_the_last_word_matches_as_a_prefix()
    {
        await WriteAsync(Track("a", "Golden Dawn"), Track("b", "Golden Dawning"), Track("c", "Goldendawn"));
        Assert.Equal(["a", "b"], (await SearchAsync("golden daw", prefix: true)).Ids);
        Assert.Equal(["a", "b"], (await SearchAsync("golden dawn", prefix: true)).Ids);
        Assert.Equal(["b"], (await SearchAsync("golden dawni", prefix: true)).Ids);
        Assert.Equal(["a", "b", "c"], (await SearchAsync("gold", prefix: true)).Ids);
        Assert.Equal(["a", "b", "c"], (await SearchAsync("g", prefix: true)).Ids);
        Assert.Empty((await SearchAsync("gold dawn", prefix: true)).Ids);
        Assert.Empty((await SearchAsync("olden", prefix: true)).Ids);
        Assert.Empty((await SearchAsync("golden daw")).Ids);
    }

    [SkippableFact]
    public async Task Long_words_are_compared_completely()
    {
        var word = new string('a', 60);
        await WriteAsync(Track("a", word + "b"), Track("b", word + "c"));
        Assert.Equal(["b"], (await SearchAsync(word + "c")).Ids);
        Assert.Equal(["b"], (await SearchAsync(word + "c", prefix: true)).Ids);
        Assert.Equal(["a", "b"], (await SearchAsync(word, prefix: true)).Ids);
        Assert.Empty((await SearchAsync(word)).Ids);
    }

    [SkippableFact]
    public async Task A_search_returns_one_type()
    {
        await WriteAsync(Track("a", "Dawn"), CatalogWriter.Document(EntityType.Album, "b", 9, Everywhere, "Dawn"));
        Assert.Equal(["a"], (await SearchAsync("dawn")).Ids);
        Assert.Equal(["b"], (await SearchAsync("dawn", type: EntityType.Album)).Ids);
        Assert.Empty((await SearchAsync("track")).Ids);
        Assert.Empty((await SearchAsync("dawn", type: EntityType.Show)).Ids);
    }

    [SkippableFact]
    public async Task Matches_are_ordered_by_popularity_and_then_by_id()
    {
        await WriteAsync(
            Track("d", "Dawn", 5),
            Track("b", "Dawn", 7),
            Track("a", "Dawn", 5),
            Track("c", "Dawn", 7),
            Track("e", "Dawn", 100),
            Track("f", "Dawn", 0));
        Assert.Equal(["e", "b", "c", "a", "d", "f"], (await SearchAsync("dawn")).Ids);
    }

    [SkippableFact]
    public async Task Pages_are_consistent_across_ties()
    {
        await WriteAsync([.. Enumerable.Range(0, 25).Select(i => Track($"t{i:00}", "Dawn", i / 10))]);
        var all = (await SearchAsync("dawn", limit: 50)).Ids;
        Assert.Equal(25, all.Count);
        var paged = new List<string>();
        for (var offset = 0; offset < 30; offset += 4)
        {
            var page = await SearchAsync("dawn", offset: offset, limit: 4);
            Assert.Equal(25, page.Total);
            paged.AddRange(page.Ids);
        }

        Assert.Equal(all, paged);
        Assert.Equal(25, (await SearchAsync("dawn", limit: 0)).Total);
        Assert.Empty((await SearchAsync("dawn", limit: 0)).Ids);
    }

    [SkippableFact]
    public async Task Entities_not_available_in_the_market_are_neither_returned_nor_counted()
    {
        await WriteAsync(
            Track("a", "Dawn"),
            Track("b", "Dawn", markets: MarketSet.Of("SE", "NO")),
            Track("c", "Dawn", markets: MarketSet.Of("US")));
        Assert.Equal(["a", "b"], (await SearchAsync("dawn", market: "SE")).Ids);
        Assert.Equal(2, (await SearchAsync("dawn", market: "NO")).Total);
        Assert.Equal(["a", "c"], (await SearchAsync("dawn", market: "US")).Ids);
        Assert.Equal(["a"], (await SearchAsync("dawn", market: "GB")).Ids);
        Assert.Equal(["a", "b", "c"], (await SearchAsync("dawn")).Ids);
    }

    [SkippableFact]
    public async Task Writes_and_deletes_take_effect_immediately()
    {
        await WriteAsync(Track("a", "Dawn"));
        await WriteAsync(Track("a", "Dusk"));
        Assert.Empty((await SearchAsync("dawn")).Ids);
        Assert.Equal(["a"], (await SearchAsync("dusk")).Ids);
        await WriteAsync(Mutation.Delete(Schema.Current.Table("SearchDocuments"), new Key("track", "a")));
        Assert.Empty((await SearchAsync("dusk")).Ids);
    }

    [SkippableTheory]
    [InlineData("or")]
    [InlineData("and")]
    [InlineData("not")]
    [InlineData("near")]
    [InlineData("around")]
    [InlineData("null")]
    public async Task Operators_of_the_index_are_ordinary_words(string word)
    {
        await WriteAsync(Track("a", $"Dawn {word} Dusk"), Track("b", "Dawn Dusk"), Track("c", "Dawn"), Track("d", "Dusk"));
        Assert.Equal(["a"], (await SearchAsync($"dawn {word} dusk")).Ids);
        Assert.Equal(["a"], (await SearchAsync($"{word} dawn dusk")).Ids);
        Assert.Equal(["a"], (await SearchAsync(word)).Ids);
        Assert.Equal(["a"], (await SearchAsync($"dawn {word}", prefix: true)).Ids);
    }

    [SkippableTheory]
    [InlineData("\"")]
    [InlineData("'")]
    [InlineData("-")]
    [InlineData("-dawn")]
    [InlineData("+dawn")]
    [InlineData("dawn|dusk")]
    [InlineData("dawn\\")]
    [InlineData("dawn*")]
    [InlineData("dawn-dusk")]
    [InlineData("(dawn")]
    [InlineData("words:dawn")]
    [InlineData("\"dawn dusk\"")]
    [InlineData("%_")]
    [InlineData("^$~`@#{}[]")]
    [InlineData("\0\u0001")]
    [InlineData("")]
    [InlineData("  ")]
    public async Task Punctuation_is_ignored(string word)
    {
        await WriteAsync(Track("a", "Dawn Dusk"), Track("b", "Dawn Words"), Track("c", "Dawn"));
        foreach (var prefix in new[] { false, true })
        {
            // The folded word has the same matches. Some words are empty after folding.
            var folded = SearchText.Words(word).Select(one => one.Text).ToList();
            Assert.Equal((await FindAsync(folded, prefix)).Ids, (await FindAsync([word], prefix)).Ids);
            Assert.Equal((await FindAsync(["dawn", .. folded], prefix)).Ids, (await FindAsync(["dawn", word], prefix)).Ids);
            Assert.Equal((await FindAsync([.. folded, "dawn"], prefix)).Ids, (await FindAsync([word, "dawn"], prefix)).Ids);
        }
    }

    [SkippableFact]
    public async Task A_search_without_words_has_no_matches()
    {
        await WriteAsync(Track("a", "Dawn"));
        Assert.Equal(0, (await FindAsync([], true)).Total);
        Assert.Equal(0, (await FindAsync([""], true)).Total);
        Assert.Equal(0, (await FindAsync(["!!!"], false)).Total);
    }

    [SkippableFact]
    public async Task Searches_with_many_words_are_supported()
    {
        await WriteAsync(Track("a", string.Join(' ', Enumerable.Range(0, 60).Select(i => $"w{i}"))), Track("b", "w1"));
        Assert.Equal(["a"], (await FindAsync([.. Enumerable.Range(0, 60).Select(i => $"w{i}")], true)).Ids);
        Assert.Empty((await FindAsync([.. Enumerable.Range(0, 61).Select(i => $"w{i}")], true)).Ids);
    }

    [SkippableFact]
    public async Task A_canceled_search_throws()
    {
        var query = new SearchQuery(EntityType.Track, ["dawn"], true, null, 0, 20);
        var canceled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => index.SearchAsync(query, canceled));
    }

    /// <summary>Returns the mutation that adds a track to the index.</summary>
    protected static Mutation Track(string id, string name, int popularity = 5, MarketSet? markets = null) =>
        CatalogWriter.Document(EntityType.Track, id, popularity, markets ?? Everywhere, name);

    /// <summary>Commits mutations.</summary>
    protected Task WriteAsync(params IReadOnlyList<Mutation> mutations) => database.CommitAsync(mutations, default);

    /// <summary>Searches for the words of a text.</summary>
    protected Task<SearchMatches> SearchAsync(
        string text, bool prefix = false, EntityType type = EntityType.Track, string? market = null, int offset = 0, int limit = 20) =>
        index.SearchAsync(
            new SearchQuery(type, [.. SearchText.Words(text).Select(word => word.Text)], prefix, market, offset, limit), default);

    private Task<SearchMatches> FindAsync(IReadOnlyList<string> words, bool prefix) =>
        index.SearchAsync(new SearchQuery(EntityType.Track, words, prefix, null, 0, 20), default);
}
