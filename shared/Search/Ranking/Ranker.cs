using System.Globalization;
using Spotify.Domain.Ports;

namespace Spotify.Search.Ranking;

/// <summary>A document and its score.</summary>
/// <param name="Document">The document.</param>
/// <param name="Score">The sum of the weighted signals.</param>
/// <param name="IsName">Whether the query is the name of the document, or another form of it.</param>
public readonly record struct RankedDocument(SearchDocument Document, double Score, bool IsName);

/// <summary>The order of search results: the sum of text relevance, popularity, affinity, freshness and popularity in the market.</summary>
/// <param name="weights">The weights of the signals.</param>
/// <param name="affinity">The affinity of the listener.</param>
/// <param name="market">The market of the listener; null if unknown.</param>
/// <param name="today">The day from which freshness is counted.</param>
public sealed class Ranker(RankingWeights weights, Affinity affinity, string? market, DateOnly today)
{
    private const double FreshnessHalfLifeDays = 90;

    // The last place of the best document with exactly the name, so that an unpopular one is found among many popular ones.
    private const int NamePlace = 5;

    /// <summary>
    /// Returns documents with their scores, the best first. Equal scores keep the order of the documents. The best one whose name is the
    /// query is among the first five.
    /// </summary>
    /// <param name="documents">The documents.</param>
    /// <param name="text">The text relevance for the query; the best of several counts.</param>
    public IReadOnlyList<RankedDocument> Rank(IEnumerable<SearchDocument> documents, IReadOnlyList<TextRelevance> text)
    {
        var ranked = documents.Select(document => Score(document, text)).OrderByDescending(ranked => ranked.Score).ToList();
        if (ranked.FindIndex(one => one.IsName) is >= NamePlace and var place)
        {
            var named = ranked[place];
            ranked.RemoveAt(place);
            ranked.Insert(NamePlace - 1, named);
        }

        return ranked;
    }

    /// <summary>Returns the popularity of a document in a market, 0 to 100; its popularity everywhere if that is unknown.</summary>
    public static int PopularityIn(SearchDocument document, string? market)
    {
        if (market is null || document.MarketPopularity is not { } markets) return document.Popularity;
        var start = 0;
        while (start + market.Length < markets.Length)
        {
            var end = start + market.Length;
            while (end < markets.Length && char.IsAsciiDigit(markets[end])) end++;
            var digits = markets.AsSpan((start + market.Length)..end);
            if (markets.AsSpan(start).StartsWith(market, StringComparison.Ordinal)
                && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var found))
            {
                return Math.Min(found, 100);
            }

            start = end;
        }

        return document.Popularity;
    }

    private RankedDocument Score(SearchDocument document, IReadOnlyList<TextRelevance> text)
    {
        var (relevance, isName) = (0.0, false);
        foreach (var one in text)
        {
            relevance = Math.Max(relevance, one.Of(document, out var isOneName));
            isName |= isOneName;
        }

        var score = (weights.Text * relevance) + (weights.Popularity * document.Popularity / 100)
            + (weights.Affinity * affinity.Of(document)) + (weights.Freshness * Freshness(document.ReleaseDate))
            + (weights.MarketPopularity * PopularityIn(document, market) / 100);
        return new RankedDocument(document, score, isName);
    }

    private double Freshness(string releaseDate) =>
        DateOnly.TryParseExact(releaseDate, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? Math.Pow(0.5, Math.Max(0, today.DayNumber - day.DayNumber) / FreshnessHalfLifeDays)
            : 0;
}
