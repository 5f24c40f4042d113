using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Search;

namespace Spotify.Contracts;

/// <summary>The tests that every <see cref="ISearchIndex"/> must pass. Each adapter has a derived class.</summary>
public abstract partial class SearchIndexContract : IAsyncLifetime
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
