using Spotify.Fixtures.Search;
using Spotify.Search;

namespace Spotify.Domain.Tests.Search;

/// <summary>The data of the relevance suite.</summary>
public sealed class RelevanceDataTests
{
    [Fact]
    public void There_are_at_least_300_different_queries_in_several_categories()
    {
        Assert.True(RelevanceQueries.All.Count >= 300);
        Assert.All(RelevanceQueries.All.GroupBy(query => query.Category), group => Assert.True(group.Count() >= 5, group.Key));
    }

    [Fact]
    public void Every_expected_result_is_in_the_catalog()
    {
        var documents = RelevanceCatalog.Documents.ToDictionary(document => document.Id);
        Assert.All(RelevanceQueries.All, query => Assert.NotEmpty(query.Expected));
        Assert.All(RelevanceQueries.All, query => Assert.All(query.Expected, id => Assert.Equal(query.Type, documents[id].Type)));
    }

    [Fact]
    public void Exact_variant_and_romanized_queries_match_the_terms_of_their_results()
    {
        var documents = RelevanceCatalog.Documents.ToDictionary(document => document.Id);
        foreach (var query in RelevanceQueries.All.Where(query => query.Category is "exact" or "script" or "phrase" or "artist and title"))
        {
            var terms = TermsOf(documents[query.Expected[0]]);
            var parsed = ParsedQuery.Parse(query.Query);
            Assert.All(
                parsed.Words.Concat(parsed.Phrases.SelectMany(phrase => phrase)),
                word => Assert.True(word.Alternatives.Prepend(word.Text).Any(terms.Contains), $"{query.Query}: {word.Text}"));
        }
    }

    private static HashSet<string> TermsOf(SearchEntry entry) =>
        [.. new[] { entry.Name, entry.Album }.Concat(entry.Artists.Select(artist => artist.Name)).SelectMany(SearchText.Terms)];
}
