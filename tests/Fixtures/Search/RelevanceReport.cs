using System.Buffers;
using System.Globalization;
using System.Text;
using Spotify.Domain;
using Spotify.Search;
using Spotify.Search.Terms;

namespace Spotify.Fixtures.Search;

/// <summary>The relevance of the results of <see cref="RelevanceQueries"/>.</summary>
public sealed class RelevanceReport
{
    private const int MaxResults = 20;

    // Queries that are spelled correctly, and those with one or two edits.
    private static readonly string[] Exact = ["exact", "script", "artist and title"];
    private static readonly string[] Typo = ["typo", "two typos", "typo in prefix"];

    private readonly List<(RelevanceQuery Query, int Place)> places = [];

    private RelevanceReport()
    {
    }

    /// <summary>The mean reciprocal rank of queries that are spelled correctly.</summary>
    public double ExactMrr => Mrr(query => Exact.Contains(query.Category));

    /// <summary>The mean reciprocal rank of queries with typos.</summary>
    public double TypoMrr => Mrr(query => Typo.Contains(query.Category));

    /// <summary>The mean reciprocal rank of all queries.</summary>
    public double TotalMrr => Mrr(_ => true);

    /// <summary>Searches for all queries.</summary>
    /// <param name="search">Returns the ids of the results of a query, the best first.</param>
    /// <param name="queries">The queries; all by default.</param>
    public static async Task<RelevanceReport> CreateAsync(
        Func<RelevanceQuery, Task<IReadOnlyList<string>>> search, IEnumerable<RelevanceQuery>? queries = null)
    {
        var report = new RelevanceReport();
        foreach (var query in queries ?? RelevanceQueries.All)
        {
            var results = await search(query);
            var place = results.Take(MaxResults).ToList().FindIndex(query.Expected.Contains);
            report.places.Add((query, place));
        }

        return report;
    }

    /// <summary>Searches for all queries over HTTP.</summary>
    /// <param name="client">The client of a user.</param>
    /// <param name="queries">The queries; all by default.</param>
    public static Task<RelevanceReport> CreateAsync(HttpClient client, IEnumerable<RelevanceQuery>? queries = null) => CreateAsync(
        async query =>
        {
            var type = SpotifyUri.WireName(query.Type);
            var found = await client.GetJsonAsync($"/v1/search?type={type}&q={Uri.EscapeDataString(query.Query)}");
            return [.. found[$"{type}s"]!["items"]!.AsArray().Select(item => item!.At("id")!)];
        },
        queries);

    /// <summary>Builds the term dictionary of <see cref="RelevanceCatalog"/>.</summary>
    public static async Task<TermDictionary> BuildDictionaryAsync()
    {
        var counter = new TermCounter();
        foreach (var entry in RelevanceCatalog.Documents)
        {
            var texts = entry.Artists.Select(artist => artist.Name).Concat(entry.OtherNames).Concat([entry.Name, entry.Album]);
            counter.Add(texts.SelectMany(SearchText.Terms).Distinct(), entry.Popularity);
        }

        var run = new ArrayBufferWriter<byte>();
        await counter.WriteAsync(run, default);
        var file = await TermDictionaryBuilder.BuildAsync(
            () => Task.FromResult<IReadOnlyList<TermRunReader>>([new TermRunReader(new MemoryStream(run.WrittenSpan.ToArray()))]), default);
        return TermDictionary.Open(file);
    }

    /// <summary>Returns the table of all categories, and the queries whose result is not the first.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("category              queries    MRR   hits@1  hits@5\n");
        foreach (var category in places.GroupBy(one => one.Query.Category))
            Append(category.Key, [.. category]);
        Append("total", places);
        foreach (var (query, place) in places.Where(one => one.Place != 0))
        {
            var names = query.Expected.Select(id => RelevanceCatalog.Documents.First(entry => entry.Id == id).Name);
            text.Append(CultureInfo.InvariantCulture, $"{query.Category}: {query.Type} “{query.Query}” should find ");
            text.Append(CultureInfo.InvariantCulture, $"{string.Join(", ", names)}: {(place < 0 ? "not found" : $"place {place + 1}")}\n");
        }

        return text.ToString();

        void Append(string name, IReadOnlyList<(RelevanceQuery Query, int Place)> some) => text.Append(
            CultureInfo.InvariantCulture,
            $"{name,-20} {some.Count,8} {Mrr(some),7:0.000} {Share(some, 1),7:0.000} {Share(some, 5),7:0.000}\n");
    }

    private double Mrr(Func<RelevanceQuery, bool> predicate) => Mrr([.. places.Where(one => predicate(one.Query))]);

    private static double Mrr(IReadOnlyList<(RelevanceQuery Query, int Place)> some) =>
        some.Average(one => one.Place < 0 ? 0 : 1.0 / (one.Place + 1));

    private static double Share(IReadOnlyList<(RelevanceQuery Query, int Place)> some, int count) =>
        some.Average(one => one.Place >= 0 && one.Place < count ? 1.0 : 0);
}
