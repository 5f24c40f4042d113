using System.Globalization;
using Spotify.Domain;
using Spotify.Search;

namespace Spotify.Fixtures.Search;

/// <summary>A query with the results of which one must be the first.</summary>
/// <param name="Category">The category, in which relevance is measured.</param>
/// <param name="Query">The query.</param>
/// <param name="Type">The type that is searched for.</param>
/// <param name="Expected">The ids of the right results; several if names and popularity are the same.</param>
public sealed record RelevanceQuery(string Category, string Query, EntityType Type, IReadOnlyList<string> Expected);

/// <summary>
/// Queries over <see cref="RelevanceCatalog"/>, the same in every run: those of <c>variants.txt</c>, and others that are generated from the
/// names. Entities are searched for in proportion to Zipf's law. A generated query has one right result: nothing as popular matches it,
/// exactly or with as many typing errors as it has.
/// </summary>
public static class RelevanceQueries
{
    private const int PerCategory = 40;

    private static readonly Lazy<IReadOnlyList<RelevanceQuery>> Lazy =
        new(() => [.. Written().Concat(Scripts()).Concat(new Generator().Create()).DistinctBy(query => (query.Query, query.Type))]);

    /// <summary>The queries.</summary>
    public static IReadOnlyList<RelevanceQuery> All => Lazy.Value;

    private static IEnumerable<RelevanceQuery> Written() => Repository.Read("tests/Fixtures/Search/variants.txt").Split('\n')
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split('|'))
        .Select(fields => (fields, Type: Enum.Parse<EntityType>(fields[1], ignoreCase: true)))
        .Select(line => new RelevanceQuery(line.fields[0], line.fields[2], line.Type, [IdOf(line.Type, line.fields[3])]));

    private static IEnumerable<RelevanceQuery> Scripts() =>
    [
        .. RelevanceCatalog.Romanizations.Select(pair =>
            new RelevanceQuery("romanized", pair.Romanized, EntityType.Artist, [IdOf(EntityType.Artist, pair.Artist)])),
        .. RelevanceCatalog.Artists.Where(artist => artist.Name.Any(letter => letter > 0x0370)).Take(PerCategory)
            .Select(artist => new RelevanceQuery("script", artist.Name, EntityType.Artist, [artist.Id])),
    ];

    private static string IdOf(EntityType type, string name)
    {
        var parts = name.Split(" by ");
        return RelevanceCatalog.Documents.First(document => document.Type == type && document.Name == parts[0]
            && (parts.Length == 1 || document.Artists[0].Name == parts[1])).Id;
    }

    private sealed class Generator
    {
        private readonly Random random = new(17);
        private readonly NaiveSearch search = new(RelevanceCatalog.Documents);
        private readonly Dictionary<EntityType, List<SearchEntry>> documents = RelevanceCatalog.Documents
            .OrderByDescending(document => document.Popularity).GroupBy(document => document.Type)
            .ToDictionary(group => group.Key, group => group.ToList());

        public IEnumerable<RelevanceQuery> Create() =>
        [
            .. Many("exact", document => (document.Name, search.SameName(document))),
            .. Many("prefix", document => Clear(Prefix(document.Name), document, 0)),
            .. Many("typo", document => Clear(WithTypos(Words(document), 4, 1), document, 1)),
            .. Many("two typos", document => Clear(WithTypos(Words(document), 8, 2), document, 2)),
            .. Many("typo in prefix", document => Clear(PrefixWithTypo(Words(document)), document, 1)),
            .. Many("swapped", document => Clear(Swapped(Words(document)), document, 0)),
            .. Many("missing space", document => Joined(Words(document), document)),
            .. Many("extra space", document => Split(Words(document), document)),
            .. Many("artist and title", document => Clear(ArtistAndTitle(document), document, 0)),
            .. Many("filter", Filtered),
        ];

        private IEnumerable<RelevanceQuery> Many(
            string category, Func<SearchEntry, (string? Query, IReadOnlyList<string> Expected)> create)
        {
            var used = new HashSet<(EntityType, string)>();
            EntityType[] types = [EntityType.Artist, EntityType.Track, EntityType.Artist, EntityType.Track, EntityType.Album];
            for (int count = 0, attempts = 0; count < PerCategory && attempts < 200 * PerCategory; attempts++)
            {
                var document = Pick(documents[types[attempts % types.Length]]);
                var (query, expected) = create(document);
                if (query is null || expected.Count == 0 || !used.Add((document.Type, query))) continue;
                count++;
                yield return new RelevanceQuery(category, query, document.Type, expected);
            }
        }

        // By Zipf's law: the logarithm of the rank is uniform.
        private SearchEntry Pick(List<SearchEntry> entries) => entries[(int)Math.Exp(random.NextDouble() * Math.Log(entries.Count))];

        private (string?, IReadOnlyList<string>) Clear(string? query, SearchEntry document, int edits) =>
            (query, query is not null && search.IsBest(document, query, edits) ? [document.Id] : []);

        // Latin words only, because typing errors depend on the keyboard.
        private static string[] Words(SearchEntry document)
        {
            var words = SearchText.FoldedName(document.Name).Split(' ');
            return words.All(word => word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is >= 'а' and <= 'я')) ? words : [];
        }

        private string? Prefix(string name)
        {
            name = name.ToLowerInvariant();
            return name.Length > 4 ? name[..random.Next(3, name.Length)].TrimEnd() : null;
        }

        private string? WithTypos(string[] words, int minLength, int count)
        {
            var candidates = Enumerable.Range(0, words.Length)
                .Where(n => words[n].Length >= minLength && !char.IsDigit(words[n][0])).ToList();
            if (candidates.Count == 0) return null;
            var i = candidates[random.Next(candidates.Count)];
            var typed = words[i];
            for (var n = 0; n < count; n++) typed = Typos.Apply(typed, random);
            return typed.Length >= minLength && Typos.Distance(typed, words[i]) == count
                ? string.Join(' ', words.Select((word, j) => j == i ? typed : word)) : null;
        }

        private string? PrefixWithTypo(string[] words)
        {
            if (words.Length == 0 || words[^1].Length < 6) return null;
            var typed = Typos.Apply(words[^1][..random.Next(5, words[^1].Length)], random);
            return typed.Length >= 4 && Typos.Distance(typed, words[^1], isPrefix: true) == 1
                ? string.Join(' ', [.. words[..^1], typed]) : null;
        }

        private static string? Swapped(string[] words) => words.Length is 2 or 3 ? string.Join(' ', words.Reverse()) : null;

        private (string?, IReadOnlyList<string>) Joined(string[] words, SearchEntry document)
        {
            if (words.Length < 2) return (null, []);
            var i = random.Next(words.Length - 1);
            if (words[i].Length < 3 || words[i + 1].Length < 3 || search.Knows(words[i] + words[i + 1])) return (null, []);
            var query = string.Join(' ', [.. words[..i], words[i] + words[i + 1], .. words[(i + 2)..]]);
            return (query, Clear(string.Join(' ', words), document, 0).Item2);
        }

        private (string?, IReadOnlyList<string>) Split(string[] words, SearchEntry document)
        {
            var i = Array.FindIndex(words, word => word.Length >= 7);
            if (i < 0) return (null, []);
            var at = random.Next(3, words[i].Length - 2);
            var query = string.Join(' ', [.. words[..i], words[i][..at], words[i][at..], .. words[(i + 1)..]]);
            return (query, search.Matches(document.Type, query, 0).Any() ? [] : Clear(string.Join(' ', words), document, 0).Item2);
        }

        private string? ArtistAndTitle(SearchEntry document) => document.Type == EntityType.Artist ? null
            : random.Next(2) == 0 ? $"{document.Artists[0].Name} {document.Name}"
            : $"{document.Name} {document.Artists[0].Name}".ToLowerInvariant();

        private (string?, IReadOnlyList<string>) Filtered(SearchEntry document)
        {
            if (document.Type == EntityType.Artist)
            {
                var genre = document.Genres[0];
                return ($"genre:\"{genre}\"", MostPopular(documents[EntityType.Artist].Where(artist => artist.Genres[0] == genre)));
            }

            var artist = document.Artists[0];
            if (documents[EntityType.Artist].Any(other => other.Id != artist.Id && Contains(other.Name, artist.Name))) return (null, []);
            var year = int.Parse(document.ReleaseDate, CultureInfo.InvariantCulture);
            var (filter, isName) = random.Next(3) switch
            {
                0 => ($"year:{year}", false),
                1 => ($"year:{year - 2}-{year + 3}", false),
                _ => ($"{(document.Type == EntityType.Track ? "track" : "album")}:\"{document.Name}\"", true),
            };
            return (
                $"artist:\"{artist.Name}\" {filter}",
                MostPopular(documents[document.Type].Where(other =>
                    other.Artists[0].Id == artist.Id && (!isName || Contains(other.Name, document.Name)))));
        }

        private static bool Contains(string name, string other) =>
            $" {SearchText.FoldedName(name)} ".Contains($" {SearchText.FoldedName(other)} ", StringComparison.Ordinal);

        private static List<string> MostPopular(IEnumerable<SearchEntry> entries)
        {
            var list = entries.ToList();
            return [.. list.Where(entry => entry.Popularity == list[0].Popularity).Select(entry => entry.Id)];
        }
    }
}
