using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Search;

/// <summary>The rows of the table SearchEntries, which are the documents of <see cref="ISearchIndex"/>.</summary>
public static class SearchEntries
{
    /// <summary>
    /// The version of the terms. A change of the terms of names, or of the tags, must increase it: the documents are then written again
    /// while older ones are still found by their terms.
    /// </summary>
    public const int Version = 1;

    /// <summary>The columns that <see cref="Read"/> needs.</summary>
    public const string Columns = """
        SearchEntries.Type, SearchEntries.Id, SearchEntries.Rank, SearchEntries.Name, SearchEntries.Artists, SearchEntries.Album,
        SearchEntries.ArtistIds, SearchEntries.Tags, SearchEntries.MarketPopularity, SearchEntries.ReleaseDate, SearchEntries.AddedAt
        """;

    /// <summary>A value for each of <see cref="Columns"/>, for rows of a union that are no documents.</summary>
    public const string NoValues = "'', '', 0, '', '', '', '', '', NULL, '', NULL";

    /// <summary>
    /// The number of the low bits of a rank, a hash of the id. They give entities of the same popularity an order, because Spanner returns
    /// them in any order otherwise.
    /// </summary>
    public const int RankHashBits = 32;

    private const int PopularityBits = 7;
    private const int MaxPopularity = (1 << PopularityBits) - 1;

    private static readonly Table Table = Schema.Current.Table("SearchEntries");

    /// <summary>
    /// Returns the place of an entity in the order of the index: by type, then the most popular first, then in an order that does not
    /// change.
    /// </summary>
    /// <param name="type">The type.</param>
    /// <param name="id">The id.</param>
    /// <param name="popularity">0 to 100.</param>
    public static long Rank(EntityType type, string id, int popularity) =>
        FirstRank(type) + ((MaxPopularity - (long)Math.Clamp(popularity, 0, 100)) << RankHashBits) + (uint)(Hash(id) >> RankHashBits);

    /// <summary>Returns the popularity, 0 to 100, of an entity with a rank.</summary>
    public static int Popularity(long rank) => MaxPopularity - (int)((rank >> RankHashBits) & MaxPopularity);

    /// <summary>Returns the lowest rank of a type. Those of the next type begin at <see cref="EndRank"/>.</summary>
    public static long FirstRank(EntityType type) => Number(type) << (PopularityBits + RankHashBits);

    /// <summary>Returns the end of the ranks of a type, exclusive.</summary>
    public static long EndRank(EntityType type) => (Number(type) + 1) << (PopularityBits + RankHashBits);

    /// <summary>Returns the hash by which documents with exactly a name are found.</summary>
    /// <param name="foldedName">The name, folded by <see cref="SearchText.FoldedName"/>.</param>
    public static long NameHash(string foldedName) => Hash(foldedName);

    /// <summary>
    /// Returns the mutation that writes the document of an entity. The popularity by market, which is not part of it, is kept.
    /// </summary>
    public static Mutation Write(SearchEntry entry)
    {
        var name = Text([entry.Name], entry.OtherNames);
        return Mutation.Upsert(
            Table,
            ("Type", SpotifyUri.WireName(entry.Type)), ("Id", entry.Id), ("Rank", Rank(entry.Type, entry.Id, entry.Popularity)),
            ("Name", name), ("NameHash", NameHash(name.Split('\t')[0])),
            ("Artists", Text([.. entry.Artists.Select(artist => artist.Name)], entry.OtherArtists)),
            ("ArtistIds", string.Join(' ', entry.Artists.Select(artist => artist.Id))),
            ("Album", entry.Album.Length == 0 ? "" : Text([entry.Album], [])),
            ("Tags", string.Join(' ', SearchTags.Of(entry.ReleaseDate, entry.AddedAt, entry.Genres))),
            ("Markets", entry.Markets.Text), ("ReleaseDate", entry.ReleaseDate), ("AddedAt", entry.AddedAt));
    }

    /// <summary>Returns the mutation that changes the popularity of an entity that has a document.</summary>
    /// <param name="type">The type.</param>
    /// <param name="id">The id.</param>
    /// <param name="popularity">0 to 100.</param>
    /// <param name="markets">The popularity by market, such as <c>SE80US75</c>; null if unknown.</param>
    public static Mutation SetPopularity(EntityType type, string id, int popularity, string? markets) => Mutation.Update(
        Table,
        ("Type", SpotifyUri.WireName(type)), ("Id", id), ("Rank", Rank(type, id, popularity)), ("MarketPopularity", markets));

    /// <summary>Returns the mutation that deletes the document of an entity.</summary>
    public static Mutation Delete(EntityType type, string id) => Mutation.Delete(Table, new Key(SpotifyUri.WireName(type), id));

    /// <summary>Returns the document of a row that has <see cref="Columns"/>.</summary>
    public static SearchDocument Read(Row row) => new(
        SpotifyUri.TryParseType(row.String("Type"), out var type) ? type : throw new InvalidOperationException("Not an entity type."),
        row.String("Id"),
        row.String("Name"),
        row.String("Artists"),
        row.String("Album"),
        row.String("ArtistIds"),
        row.String("Tags"),
        Popularity(row.Int64("Rank")),
        row.StringOrNull("MarketPopularity"),
        row.String("ReleaseDate"),
        row.TimestampOrNull("AddedAt"));

    /// <summary>Returns whether a document has a term.</summary>
    public static bool Has(SearchDocument document, SearchTerm term)
    {
        return term.Field switch
        {
            SearchField.Name => HasWord(document.Name),
            SearchField.Artist => HasWord(document.Artists),
            SearchField.Album => HasWord(document.Album),
            SearchField.Tag => HasWord(document.Tags),
            _ => HasWord(document.Name) || HasWord(document.Artists) || HasWord(document.Album),
        };

        bool HasWord(ReadOnlySpan<char> text)
        {
            foreach (var range in text.SplitAny(' ', '\n', '\t'))
            {
                var word = text[range];
                if (term.IsPrefix ? word.StartsWith(term.Text, StringComparison.Ordinal) : word.SequenceEqual(term.Text)) return true;
            }

            return false;
        }
    }

    private static string Text(IReadOnlyList<string> names, IEnumerable<string> others)
    {
        var analyzed = names.Select(SearchText.FoldedNameAndTerms).ToList();
        var words = analyzed.SelectMany(name => name.FoldedName.Split(' '));
        var terms = analyzed.SelectMany(name => name.Terms).Concat(others.SelectMany(SearchText.Terms))
            .Except(words, StringComparer.Ordinal).ToList();
        return string.Join('\n', analyzed.Select(name => name.FoldedName)) + (terms.Count == 0 ? "" : "\t" + string.Join(' ', terms));
    }

    private static long Hash(string text) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    // Part of stored ranks, so they must not change.
    private static long Number(EntityType type) => type switch
    {
        EntityType.Artist => 1,
        EntityType.Album => 2,
        EntityType.Track => 3,
        EntityType.Playlist => 4,
        EntityType.Show => 5,
        EntityType.Episode => 6,
        EntityType.Audiobook => 7,
        _ => 0,
    };
}
