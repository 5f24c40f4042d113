using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>
/// The encodings of tracks with the same audio, which are copied instead of encoded again: a recording can be on several albums, in files
/// that differ only in their tags.
/// </summary>
internal sealed class SharedAudio(IDatabase database, IObjectStore store)
{
    // Revisions of later generations are rare, and only cost another encoding.
    private const int Generations = 8;

    private static readonly Statement TracksWithAudio = new(
        """
        SELECT DISTINCT Playables.PlayableId, Playables.Revision, Playables.Encodings, Playables.DurationMs, Playables.GainDb,
          Playables.PeakDb
        FROM Sources JOIN Playables ON Playables.PlayableId = Sources.PlayableId
        WHERE Sources.AudioHash = @hash AND Playables.PlayableId <> @track
        LIMIT 20
        """,
        ("hash", ColumnType.String), ("track", ColumnType.String));

    /// <summary>Returns the audio of another track that was encoded from the same audio with the same settings, or null.</summary>
    /// <returns>The track's id and its audio.</returns>
    public async Task<(string PlayableId, TrackAudio Audio)?> FindAsync(Source source, CancellationToken ct)
    {
        var hash = source.Content.AudioHash;
        var revisions = Enumerable.Range(0, Generations).Select(generation => Revision.Of(hash, generation)).ToHashSet();
        var parameters = new Parameters { { "hash", hash }, { "track", source.PlayableId } };
        var tracks = await database.QueryAsync(TracksWithAudio, parameters, null, ct).ToListAsync(ct);
        var found = tracks
            .Where(row => revisions.Contains(row.StringOrNull("Revision") ?? ""))
            .Select(row => ((string, TrackAudio)?)(row.String("PlayableId"), new TrackAudio(
                row.String("Revision"),
                row.Int32("DurationMs"),
                EncodingList.Parse(row.String("Encodings")),
                row.Float64("GainDb"),
                row.Float64OrNull("PeakDb"),
                Features: null)))
            .MaxBy(track => track!.Value.Item2.Encodings.Count);
        if (found is not var (id, audio)) return null;
        var features = await AudioFeatureRows.FindAsync(database, [id], ct);
        return (id, audio with { Features = features.GetValueOrDefault(id)?.Features });
    }

    /// <summary>Copies encodings and seek indexes. Of native FLAC only the index, because its audio is remuxed on request.</summary>
    /// <param name="from">The prefix of the existing objects.</param>
    /// <param name="to">The prefix of the copies.</param>
    /// <param name="encodings">The encodings.</param>
    /// <param name="ct">Cancels the work.</param>
    public async Task CopyAsync(string from, string to, IEnumerable<AudioEncoding> encodings, CancellationToken ct)
    {
        foreach (var encoding in encodings)
        {
            if (encoding.Codec != Codec.NativeFlac) await CopyAsync(encoding.FileName, encoding.Codec.ContentType);
            await CopyAsync(EncodedAudio.IndexName(encoding.FileName), EncodedAudio.IndexType);
        }

        async Task CopyAsync(string name, string type)
        {
            await using var content = await store.OpenReadAsync(from + name, null, ct);
            await store.WriteAsync(to + name, content, new WriteOptions(type, Immutable: true), ct);
        }
    }
}
