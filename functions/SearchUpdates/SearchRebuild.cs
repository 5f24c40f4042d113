using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Search;

namespace Spotify.Functions.SearchUpdates;

/// <summary>
/// The rebuild of the search documents while they are searched: writes the document of every entity, and deletes those of entities that do
/// not exist. The ids are divided into shards, which are walked in steps; each step is a transaction that also records its position, so
/// that an interrupted rebuild is resumed, and processes that rebuild at the same time share the work.
/// </summary>
public sealed class SearchRebuild(IDatabase database)
{
    private const int StepSize = SearchableEntities.MaxIds;

    private static readonly Table Rebuilds = Schema.Current.Table("SearchRebuilds");

    // The starts of the shards. The ids are base62 numbers, in the order of ASCII.
    private static readonly string[] Starts = ["", "8", "G", "O", "W", "e", "m", "u"];

    private static readonly EntityType[] Types =
        [EntityType.Artist, EntityType.Album, EntityType.Track, EntityType.Playlist, EntityType.Show, EntityType.Audiobook];

    private static readonly Statement Shards = new("SELECT Shard, Version, Position FROM SearchRebuilds");

    private static readonly Statement ArtistIds = Ids("Artists", "ArtistId", "artist");
    private static readonly Statement AlbumIds = Ids("Albums", "AlbumId", "album");
    private static readonly Statement PlayableIds = Ids("Playables", "PlayableId", "track", "episode");
    private static readonly Statement PlaylistIds = Ids("Playlists", "PlaylistId", "playlist");
    private static readonly Statement ShowIds = Ids("Shows", "ShowId", "show");
    private static readonly Statement AudiobookIds = Ids("Audiobooks", "AudiobookId", "audiobook");

    /// <summary>The number of shards, each of which has a row of its progress.</summary>
    public static int ShardCount => Starts.Length;

    /// <summary>Makes <see cref="RunAsync"/> write all documents, those of the present version too.</summary>
    public Task RestartAsync(CancellationToken ct) => database.CommitAsync(
        [.. Enumerable.Range(0, Starts.Length).Select(shard => Progress(shard, ""))],
        ct);

    /// <summary>Writes the documents, if their terms are of an older version or a rebuild was begun.</summary>
    /// <param name="hasTime">Whether to do another step.</param>
    /// <param name="written">Receives the number of documents of each step, from several threads.</param>
    /// <param name="ct">Cancels the transactions.</param>
    /// <returns>Whether all documents are of the present version.</returns>
    public async Task<bool> RunAsync(Func<bool> hasTime, Action<int> written, CancellationToken ct)
    {
        var done = await database.QueryAsync(Shards, Parameters.None, null, ct)
            .Where(row => row.Int64("Version") >= SearchEntries.Version && row.IsNull("Position"))
            .Select(row => row.Int32("Shard")).ToListAsync(ct);
        var left = Enumerable.Range(0, Starts.Length).Except(done).ToList();
        var unfinished = left.Count;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Starts.Length, CancellationToken = ct };
        await Parallel.ForEachAsync(left, options, async (shard, token) =>
        {
            while (hasTime())
            {
                if (await StepAsync(shard, token) is not { } count)
                {
                    Interlocked.Decrement(ref unfinished);
                    return;
                }

                written(count);
            }
        });
        return unfinished == 0;
    }

    // Returns the number of documents; null when the shard is done.
    private Task<int?> StepAsync(int shard, CancellationToken ct) => database.TransactAsync<int?>(
        async transaction =>
        {
            var row = await transaction.ReadAsync(Rebuilds, new Key((long)shard));
            var isCurrent = row?.Int64("Version") >= SearchEntries.Version;
            if (isCurrent && row!.IsNull("Position")) return null;

            var position = isCurrent ? row!.String("Position") : "";
            var (index, after) = (0, Starts[shard]);
            if (position.Split(':') is [var name, var last] && SpotifyUri.TryParseType(name, out var found))
                (index, after) = (Array.IndexOf(Types, found), last);
            var ids = await IdsAsync(transaction, Types[index], after, shard);
            while (ids.Count == 0 && ++index < Types.Length)
                ids = await IdsAsync(transaction, Types[index], Starts[shard], shard);
            foreach (var mutation in ids.Count == 0 ? [] : await SearchableEntities.UpdateAsync(transaction, Types[index], ids))
                transaction.Add(mutation);
            transaction.Add(Progress(shard, ids.Count == 0 ? null : $"{SpotifyUri.WireName(Types[index])}:{ids[^1]}"));
            return ids.Count;
        },
        ct);

    // The next ids of entities and of documents, in order.
    private static async Task<List<string>> IdsAsync(ITransaction transaction, EntityType type, string after, int shard)
    {
        var statement = type switch
        {
            EntityType.Artist => ArtistIds,
            EntityType.Album => AlbumIds,
            EntityType.Track => PlayableIds,
            EntityType.Playlist => PlaylistIds,
            EntityType.Show => ShowIds,
            _ => AudiobookIds,
        };
        var end = shard + 1 < Starts.Length ? Starts[shard + 1] : "~";
        var parameters = new Parameters { { "after", after }, { "end", end }, { "limit", StepSize } };
        var ids = await transaction.QueryAsync(statement, parameters).Select(row => row.String("Id")).ToListAsync();
        return [.. ids.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(StepSize)];
    }

    private static Mutation Progress(int shard, string? position) =>
        Mutation.Upsert(Rebuilds, ("Shard", shard), ("Version", SearchEntries.Version), ("Position", position));

    private static Statement Ids(string table, string column, params string[] types)
    {
        const string page = "> @after AND {0} < @end ORDER BY {0} LIMIT @limit";
        var selects = types.Select(type => ("SearchEntries", "Id", $"Type = '{type}' AND ")).Prepend((table, column, ""));
        return new(
            string.Join(" UNION ALL ", selects.Select(select =>
                $"SELECT Id FROM (SELECT {select.Item2} AS Id FROM {select.Item1} WHERE {select.Item3}{select.Item2} "
                + page.Replace("{0}", select.Item2, StringComparison.Ordinal) + ") Page")),
            ("after", ColumnType.String), ("end", ColumnType.String), ("limit", ColumnType.Int64));
    }
}
