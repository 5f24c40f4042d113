using System.Runtime.CompilerServices;
using Spotify.Audio.Features;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Catalog;

/// <summary>A track's audio features.</summary>
/// <param name="PlayableId">The track.</param>
/// <param name="Revision">The revision of the audio that they were computed from.</param>
/// <param name="DurationMs">The duration of the track in ms.</param>
/// <param name="Features">The features.</param>
public sealed record TrackAudioFeatures(string PlayableId, string Revision, int DurationMs, AudioFeatures Features);

/// <summary>How a track sounds.</summary>
/// <param name="PlayableId">The track.</param>
/// <param name="Features">The features.</param>
public sealed record TrackSound(string PlayableId, AudioFeatures Features);

/// <summary>The table <c>TrackAudioFeatures</c>.</summary>
public static class AudioFeatureRows
{
    private const int PageLength = 1000;

    private static readonly Table Table = Schema.Current.Table("TrackAudioFeatures");

    private static readonly Statement ById = new(
        $"""
        SELECT TrackAudioFeatures.PlayableId, TrackAudioFeatures.Revision, Playables.DurationMs, Tempo, PitchClass, Mode, TimeSignature,
          Loudness, Energy, Danceability, Valence, Acousticness, Instrumentalness, Speechiness, Liveness, Embedding
        FROM TrackAudioFeatures JOIN Playables ON Playables.PlayableId = TrackAudioFeatures.PlayableId
        WHERE TrackAudioFeatures.PlayableId IN ({Statement.List("id", CatalogReader.MaxIds)})
          AND TrackAudioFeatures.Version = @version AND TrackAudioFeatures.Revision = Playables.Revision
        """,
        [.. Statement.ListParameters("id", CatalogReader.MaxIds, ColumnType.String), ("version", ColumnType.Int64)]);

    private static readonly Statement Sounds = new(
        """
        SELECT PlayableId, Tempo, PitchClass, Mode, TimeSignature, Loudness, Energy, Danceability, Valence, Acousticness, Instrumentalness,
          Speechiness, Liveness, Embedding
        FROM TrackAudioFeatures
        WHERE PlayableId > @after AND Version = @version ORDER BY PlayableId LIMIT @limit
        """,
        ("after", ColumnType.String), ("version", ColumnType.Int64), ("limit", ColumnType.Int64));

    /// <summary>
    /// Returns the features of up to <see cref="CatalogReader.MaxIds"/> tracks by id, in one read. Tracks without features of this version,
    /// and those whose audio has changed since, are missing.
    /// </summary>
    public static async Task<Dictionary<string, TrackAudioFeatures>> FindAsync(
        IDatabase database, IReadOnlyCollection<string> ids, CancellationToken ct)
    {
        var parameters = new Parameters { { "version", AudioFeatures.Version } }.AddList("id", [.. ids], CatalogReader.MaxIds);
        return await database.QueryAsync(ById, parameters, Staleness.Recent, ct)
            .Select(Read).ToDictionaryAsync(track => track.PlayableId, StringComparer.Ordinal, ct);
    }

    /// <summary>Returns the features of all tracks, in the order of their ids, a page at a time.</summary>
    public static async IAsyncEnumerable<TrackSound> SoundsAsync(
        IDatabase database, [EnumeratorCancellation] CancellationToken ct)
    {
        for (string? after = ""; after is not null;)
        {
            var parameters = new Parameters { { "after", after }, { "version", AudioFeatures.Version }, { "limit", PageLength } };
            var page = await database.QueryAsync(Sounds, parameters, Staleness.Recent, ct).ToListAsync(ct);
            foreach (var row in page) yield return new TrackSound(row.String("PlayableId"), ReadFeatures(row));
            after = page.Count < PageLength ? null : page[^1].String("PlayableId");
        }
    }

    /// <summary>Returns the mutation that writes the features of a track. The track must exist or be written before.</summary>
    public static Mutation Write(string playableId, string revision, AudioFeatures features) => Mutation.Upsert(
        Table,
        ("PlayableId", playableId), ("Version", AudioFeatures.Version), ("Revision", revision), ("Tempo", features.Tempo),
        ("PitchClass", features.Key), ("Mode", features.Mode), ("TimeSignature", features.TimeSignature), ("Loudness", features.Loudness),
        ("Energy", features.Energy), ("Danceability", features.Danceability), ("Valence", features.Valence),
        ("Acousticness", features.Acousticness), ("Instrumentalness", features.Instrumentalness),
        ("Speechiness", features.Speechiness), ("Liveness", features.Liveness), ("Embedding", features.Embedding.ToArray()));

    /// <summary>Returns the mutation that deletes the features of a track.</summary>
    public static Mutation Delete(string playableId) => Mutation.Delete(Table, new Key(playableId));

    private static TrackAudioFeatures Read(Row row) => new(
        row.String("PlayableId"),
        row.String("Revision"),
        row.Int32("DurationMs"),
        ReadFeatures(row));

    private static AudioFeatures ReadFeatures(Row row) => new(
        row.Float64("Tempo"),
        row.Int32("PitchClass"),
        row.Int32("Mode"),
        row.Int32("TimeSignature"),
        row.Float64("Loudness"),
        row.Float64("Energy"),
        row.Float64("Danceability"),
        row.Float64("Valence"),
        row.Float64("Acousticness"),
        row.Float64("Instrumentalness"),
        row.Float64("Speechiness"),
        row.Float64("Liveness"),
        AudioEmbedding.FromBytes(row.Bytes("Embedding")));
}
