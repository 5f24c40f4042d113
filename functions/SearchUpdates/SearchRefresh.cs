using System.Globalization;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.SearchUpdates;

/// <summary>
/// The renewal of the search documents that have the name of a renamed artist, album or show: those of its tracks, albums or episodes.
/// There may be more than fit in a transaction, so the transaction that renames it adds a row to SearchRefreshes, and the documents are
/// written in steps of their own.
/// </summary>
public sealed class SearchRefresh(IDatabase database)
{
    private static readonly Table Refreshes = Schema.Current.Table("SearchRefreshes");

    private static readonly Statement Waiting = new("SELECT Type, Id FROM SearchRefreshes ORDER BY Type, Id LIMIT 100");

    private static readonly Statement AlbumsOfArtist = new(
        """
        SELECT AlbumId AS Id, 0 AS Popularity FROM AlbumArtists WHERE ArtistId = @of AND AlbumId > @after ORDER BY AlbumId LIMIT @limit
        """,
        ("of", ColumnType.String), ("after", ColumnType.String), ("limit", ColumnType.Int64));

    private static readonly Statement TracksOfArtist = new(
        """
        SELECT PlayableId AS Id, Popularity FROM Credits
        WHERE ArtistId = @of AND (Popularity < @popularity OR (Popularity = @popularity AND PlayableId > @after))
        ORDER BY Popularity DESC, PlayableId LIMIT @limit
        """,
        ("of", ColumnType.String), ("popularity", ColumnType.Int64), ("after", ColumnType.String), ("limit", ColumnType.Int64));

    private static readonly Statement TracksOfParent = new(
        """
        SELECT PlayableId AS Id, 0 AS Popularity FROM Playables
        WHERE ParentId = @of AND PlayableId > @after ORDER BY PlayableId LIMIT @limit
        """,
        ("of", ColumnType.String), ("after", ColumnType.String), ("limit", ColumnType.Int64));

    /// <summary>
    /// Returns the mutation that requests the renewal, for the transaction that renames an artist, album or show. Other names are in no
    /// other documents: chapters have none.
    /// </summary>
    public static Mutation Request(EntityType type, string id) =>
        Mutation.Upsert(Refreshes, ("Type", SpotifyUri.WireName(type)), ("Id", id), ("Position", null));

    /// <summary>Writes the documents of all requests.</summary>
    /// <param name="hasTime">Whether to do another step.</param>
    /// <param name="ct">Cancels the transactions.</param>
    /// <returns>The number of documents that were written.</returns>
    public async Task<int> RunAsync(Func<bool> hasTime, CancellationToken ct)
    {
        var written = 0;
        while (true)
        {
            var waiting = await database.QueryAsync(Waiting, Parameters.None, null, ct).ToListAsync(ct);
            if (waiting.Count == 0) return written;
            foreach (var row in waiting)
            {
                for (int? step = 0; step is not null; written += step ?? 0)
                {
                    if (!hasTime()) return written;
                    step = await StepAsync(row.String("Type"), row.String("Id"), ct);
                }
            }
        }
    }

    // Returns the number of documents; null when the request is done.
    private Task<int?> StepAsync(string type, string id, CancellationToken ct) => database.TransactAsync<int?>(
        async transaction =>
        {
            var key = new Key(type, id);
            if (await transaction.ReadAsync(Refreshes, key) is not { } row) return null;
            var isArtist = type == SpotifyUri.WireName(EntityType.Artist);
            var position = Position.Parse(row.StringOrNull("Position"), isArtist ? EntityType.Album : EntityType.Track);
            var found = await FindAsync(transaction, position, isArtist, id);
            if (found.Count == 0 && position.Type == EntityType.Album)
            {
                position = Position.Parse(null, EntityType.Track);
                found = await FindAsync(transaction, position, isArtist, id);
            }

            if (found.Count == 0)
            {
                transaction.Add(Mutation.Delete(Refreshes, key));
                return null;
            }

            var ids = found.Select(one => one.String("Id")).Distinct(StringComparer.Ordinal).ToList();
            foreach (var mutation in await SearchableEntities.UpdateAsync(transaction, position.Type, ids)) transaction.Add(mutation);
            var next = position with { Popularity = found[^1].Int32("Popularity"), Id = found[^1].String("Id") };
            transaction.Add(Mutation.Update(Refreshes, ("Type", type), ("Id", id), ("Position", next.ToString())));
            return ids.Count;
        },
        ct);

    private static async Task<List<Row>> FindAsync(ITransaction transaction, Position position, bool isArtist, string id)
    {
        var statement = position.Type == EntityType.Album ? AlbumsOfArtist : isArtist ? TracksOfArtist : TracksOfParent;
        var parameters = new Parameters { { "of", id }, { "after", position.Id }, { "limit", SearchableEntities.MaxIds } };
        if (statement == TracksOfArtist) parameters.Add("popularity", position.Popularity);
        return await transaction.QueryAsync(statement, parameters).ToListAsync();
    }

    /// <summary>The last album or track that was written.</summary>
    private sealed record Position(EntityType Type, int Popularity, string Id)
    {
        public static Position Parse(string? text, EntityType first) =>
            text?.Split(':') is [var type, var popularity, var id] && SpotifyUri.TryParseType(type, out var known)
                ? new(known, int.Parse(popularity, CultureInfo.InvariantCulture), id)
                : new(first, 100, "");

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{SpotifyUri.WireName(Type)}:{Popularity}:{Id}");
    }
}
