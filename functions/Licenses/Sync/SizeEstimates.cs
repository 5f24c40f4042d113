using Spotify.Audio;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Licensing;

namespace Spotify.Functions.Licenses.Sync;

/// <summary>
/// A service that estimates the sizes of downloads from durations and bit rates. A request reads up to <see cref="MaxItems"/> items of
/// playlists; what is beyond them is estimated by the average of the items that were read.
/// </summary>
public sealed class SizeEstimates(IDatabase database)
{
    /// <summary>The maximum number of URIs in a request.</summary>
    public const int MaxUris = 50;

    private const int MaxItems = 10_000;

    // FLAC takes about 60 % of the bytes of the samples.
    private const double LosslessCompression = 0.6;

    // For playlists of which no item was read.
    private const double UsualDurationMs = 210_000;

    private static readonly Statement Items = new(
        $"""
        SELECT PlayableId AS Id, Type, 1 AS Tracks, DurationMs FROM Playables WHERE PlayableId IN ({Statement.List("id", MaxUris)})
        UNION ALL
        SELECT ParentId AS Id, CASE Type WHEN 'track' THEN 'album' WHEN 'chapter' THEN 'audiobook' ELSE 'show' END AS Type,
          COUNT(*) AS Tracks, SUM(DurationMs) AS DurationMs
        FROM Playables WHERE ParentId IN ({Statement.List("id", MaxUris)}) GROUP BY ParentId, Type
        """,
        [.. Statement.ListParameters("id", MaxUris, ColumnType.String)]);

    // An item that a playlist has twice is stored once.
    private static readonly Statement Playlists = new(
        $"""
        SELECT Playlists.PlaylistId AS Id, Playlists.Items, Known.Tracks, Known.Items AS KnownItems, Known.DurationMs
        FROM Playlists
        LEFT JOIN (
          SELECT Entries.PlaylistId, COUNT(Playables.PlayableId) AS Tracks, SUM(Entries.Times) AS Items,
            COALESCE(SUM(Playables.DurationMs), 0) AS DurationMs
          FROM (
            SELECT Page.PlaylistId, Page.PlayableId, COUNT(*) AS Times
            FROM (
              SELECT PlaylistId, PlayableId FROM PlaylistItems
              WHERE PlaylistId IN ({Statement.List("id", MaxUris)}) ORDER BY PlaylistId, OrderKey LIMIT @limit
            ) Page
            GROUP BY Page.PlaylistId, Page.PlayableId
          ) Entries
          LEFT JOIN Playables ON Playables.PlayableId = Entries.PlayableId
          GROUP BY Entries.PlaylistId
        ) Known ON Known.PlaylistId = Playlists.PlaylistId
        WHERE Playlists.PlaylistId IN ({Statement.List("id", MaxUris)}) AND {PlaylistAccess.IsVisibleSql}
        """,
        [.. Statement.ListParameters("id", MaxUris, ColumnType.String), ("limit", ColumnType.Int64), ("viewer", ColumnType.String)]);

    /// <summary>Returns the estimates for tracks, episodes, chapters, albums, audiobooks and playlists.</summary>
    /// <param name="uris">The URIs, each once.</param>
    /// <param name="codec">The codec of the lossy qualities: Vorbis or AAC.</param>
    /// <param name="viewer">The user whose private playlists can be read; empty for public playlists only.</param>
    /// <param name="ct">Cancels the reads.</param>
    internal async Task<EstimatesObject> OfAsync(IReadOnlyList<SpotifyUri> uris, Codec codec, string viewer, CancellationToken ct)
    {
        var reading = ReadAsync(Items, uris.Where(uri => uri.Type != EntityType.Playlist), [], ItemOf, ct);
        var readingPlaylists = ReadAsync(
            Playlists,
            uris.Where(uri => uri.Type == EntityType.Playlist),
            new() { { "limit", MaxItems }, { "viewer", viewer } },
            PlaylistOf,
            ct);
        await Task.WhenAll(reading, readingPlaylists);
        var contents = new Dictionary<SpotifyUri, Content>([.. await reading, .. await readingPlaylists]);
        return new EstimatesObject(
            [.. uris.Where(contents.ContainsKey).Select(uri => EstimateObject.Of(uri, contents[uri], codec))],
            [.. uris.Where(uri => !contents.ContainsKey(uri)).Select(uri => uri.ToString())]);
    }

    /// <summary>Returns the estimated size of encrypted audio, in bytes.</summary>
    /// <param name="content">The audio.</param>
    /// <param name="quality">The quality.</param>
    /// <param name="codec">The codec of the lossy qualities.</param>
    internal static long SizeOf(Content content, AudioQuality quality, Codec codec)
    {
        var rung = QualityLadder.Find(quality, codec) ?? QualityLadder.Find(quality, Codec.Flac)!;
        var plain = content.DurationMs * rung.BitrateKbps / 8 * (rung.Codec == Codec.Flac ? LosslessCompression : 1);
        // The last chunk of a file is half full on average.
        var chunks = (plain / EncryptedAudio.ChunkSize) + (content.Tracks * 0.5);
        return (long)(plain + (chunks * EncryptedAudio.TagSize));
    }

    private async Task<List<KeyValuePair<SpotifyUri, Content>>> ReadAsync(
        Statement statement,
        IEnumerable<SpotifyUri> uris,
        Parameters parameters,
        Func<Row, KeyValuePair<SpotifyUri, Content>> read,
        CancellationToken ct)
    {
        string[] ids = [.. uris.Select(uri => uri.Id)];
        if (ids.Length == 0) return [];
        parameters.AddList("id", ids, MaxUris);
        return await database.QueryAsync(statement, parameters, Staleness.Recent, ct).Select(read).ToListAsync(ct);
    }

    private static KeyValuePair<SpotifyUri, Content> ItemOf(Row row) => KeyValuePair.Create(
        new SpotifyUri(SpotifyUri.TryParseType(row.String("Type"), out var type) ? type : EntityType.Track, row.String("Id")),
        new Content(row.Int64("Tracks"), row.Int64("DurationMs")));

    private static KeyValuePair<SpotifyUri, Content> PlaylistOf(Row row)
    {
        var (items, known) = (row.Int64("Items"), row.Int64OrNull("KnownItems") ?? 0);
        var content = known == 0
            ? new Content(items, items * UsualDurationMs)
            : new Content(row.Int64("Tracks") * items / known, (double)row.Int64("DurationMs") * items / known);
        return KeyValuePair.Create(new SpotifyUri(EntityType.Playlist, row.String("Id")), content);
    }

    /// <summary>The number of tracks, episodes and chapters of an entity, and their duration in milliseconds.</summary>
    internal readonly record struct Content(long Tracks, double DurationMs);
}
