using System.Runtime.CompilerServices;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Search;

namespace Spotify.Functions.SearchTerms;

/// <summary>The search documents, by shards: ids are random, so that those with the same first letter are a 62nd part.</summary>
internal static class DocumentTerms
{
    /// <summary>The number of shards of a large catalog.</summary>
    public const int MaxShards = 62;

    // Half a minute's work for a machine.
    private const int TracksOfOneShard = 1_000_000;

    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int PageLength = 1000;

    // Greater than every character of an id.
    private const string End = "~";

    private static readonly char[] Separators = [' ', '\n', '\t'];

    private static readonly EntityType[] Types =
    [
        EntityType.Album, EntityType.Artist, EntityType.Audiobook, EntityType.Episode, EntityType.Playlist, EntityType.Show,
        EntityType.Track,
    ];

    private static readonly Statement Page = new(
        $"""
        SELECT Id, Rank, Name, Artists, Album FROM SearchEntries
        WHERE Type = @type AND Id > @after AND Id < @end ORDER BY Id LIMIT {PageLength}
        """,
        ("type", ColumnType.String), ("after", ColumnType.String), ("end", ColumnType.String));

    private static readonly Statement TracksOfAShard = new(
        $"""
        SELECT COUNT(*) AS Tracks FROM (
          SELECT Id FROM SearchEntries WHERE Type = 'track' AND Id < @end LIMIT {TracksOfOneShard / MaxShards}
        )
        """,
        ("end", ColumnType.String));

    // A scan of the index of names. The bits that are left out would make the sums too large.
    private static readonly Statement Sums = new(
        """
        SELECT COUNT(*) AS Documents, COALESCE(SUM(NameHash & 1073741823), 0) AS Names, COALESCE(SUM(Rank >> 32), 0) AS Ranks
        FROM SearchEntries
        """);

    /// <summary>Returns a text that is another one after most changes of names and popularities, and after all of their number.</summary>
    public static async Task<string> FingerprintAsync(IDatabase database, CancellationToken ct)
    {
        var sums = await database.QueryAsync(Sums, Parameters.None, Staleness.Recent, ct).SingleAsync(ct);
        return FormattableString.Invariant($"{sums.Int64("Documents")}-{sums.Int64("Names")}-{sums.Int64("Ranks")}");
    }

    /// <summary>Returns the number of shards into which to divide the documents.</summary>
    public static async Task<int> ShardsAsync(IDatabase database, CancellationToken ct)
    {
        var parameters = new Parameters { { "end", Digits[0] + End } };
        var rows = await database.QueryAsync(TracksOfAShard, parameters, Staleness.Recent, ct).ToListAsync(ct);
        return rows.Single().Int64("Tracks") < TracksOfOneShard / MaxShards ? 1 : MaxShards;
    }

    /// <summary>Reads the documents of a shard.</summary>
    /// <returns>For each document its terms, each once, and its popularity.</returns>
    public static async IAsyncEnumerable<(IEnumerable<string> Terms, int Popularity)> ReadAsync(
        IDatabase database, int shard, int shards, [EnumeratorCancellation] CancellationToken ct)
    {
        var end = Last(shard) + End;
        foreach (var type in Types)
        {
            var after = shard == 0 ? "" : Last(shard - 1) + End;
            while (true)
            {
                var parameters = new Parameters { { "type", SpotifyUri.WireName(type) }, { "after", after }, { "end", end } };
                var page = await database.QueryAsync(Page, parameters, Staleness.Recent, ct).ToListAsync(ct);
                foreach (var row in page) yield return (TermsOf(row), SearchEntries.Popularity(row.Int64("Rank")));
                if (page.Count < PageLength) break;
                after = page[^1].String("Id");
            }
        }

        // The last first letter of the ids of a shard.
        string Last(int number) => Digits[((number + 1) * MaxShards / shards) - 1].ToString();
    }

    private static IEnumerable<string> TermsOf(Row row) =>
        ((string[])["Name", "Artists", "Album"])
        .SelectMany(field => row.String(field).Split(Separators, StringSplitOptions.RemoveEmptyEntries))
        .Distinct(StringComparer.Ordinal);
}
