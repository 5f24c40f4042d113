using Spotify.Audio;
using Spotify.Audio.Features;
using Spotify.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>A track that lacks encodings or features.</summary>
/// <param name="Source">The file to encode.</param>
/// <param name="Revision">The revision of the track's audio.</param>
/// <param name="DurationMs">The duration in ms.</param>
/// <param name="Popularity">The popularity, 0 to 100.</param>
/// <param name="Missing">The rungs to encode.</param>
/// <param name="LacksFeatures">Whether to extract the audio features.</param>
public sealed record IncompleteTrack(
    Source Source, string Revision, int DurationMs, int Popularity, IReadOnlyList<Rung> Missing, bool LacksFeatures);

/// <summary>
/// The encoding of the qualities that playable tracks lack, and the extraction of features from tracks that were imported before there were
/// any. The catalog rows determine what is missing, so the work continues after an interruption.
/// </summary>
/// <param name="database">The catalog.</param>
/// <param name="store">The store of audio.</param>
/// <param name="encoder">The encoder.</param>
/// <param name="ladder">The qualities that tracks should have.</param>
public sealed class LadderCompletion(IDatabase database, IObjectStore store, IMediaEncoder encoder, LadderSelection ladder)
{
    private const int PageLength = 1000;

    private static readonly Table Playables = Schema.Current.Table("Playables");

    private const string Select =
        """
        SELECT Sources.SourceId, Sources.Path, Sources.PlayableId, Sources.SizeBytes, Sources.ModifiedAt, Sources.FileHash,
          Sources.AudioHash, Sources.Lossless, Playables.Revision, Playables.Encodings, Playables.DurationMs, Playables.Popularity,
          TrackAudioFeatures.Version AS FeatureVersion, TrackAudioFeatures.Revision AS FeatureRevision
        FROM Sources JOIN Playables ON Playables.PlayableId = Sources.PlayableId
        LEFT JOIN TrackAudioFeatures ON TrackAudioFeatures.PlayableId = Playables.PlayableId
        """;

    private static readonly Statement Page = new(
        $"{Select} WHERE Sources.SourceId > @after ORDER BY Sources.SourceId LIMIT @limit",
        ("after", ColumnType.String), ("limit", ColumnType.Int64));

    private static readonly Statement At = new($"{Select} WHERE Sources.SourceId = @id", ("id", ColumnType.String));

    private readonly SharedAudio shared = new(database, store);

    /// <summary>Returns the tracks with files in a folder that lack encodings or features, the most popular first.</summary>
    /// <param name="folder">The absolute path of the folder.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<IReadOnlyList<IncompleteTrack>> FindAsync(string folder, CancellationToken ct)
    {
        var prefix = Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar;
        var found = new Dictionary<string, IncompleteTrack>(StringComparer.Ordinal);
        for (string? after = ""; after is not null;)
        {
            var parameters = new Parameters { { "after", after }, { "limit", PageLength } };
            after = null;
            await foreach (var row in database.QueryAsync(Page, parameters, null, ct))
            {
                after = row.String("SourceId");
                if (Of(row) is not { } track || !track.Source.File.Path.StartsWith(prefix, StringComparison.Ordinal)) continue;
                found.TryAdd(track.Source.PlayableId, track);
            }
        }

        return
        [
            .. found.Values
                .OrderByDescending(track => track.Popularity).ThenBy(track => track.Source.File.Path, StringComparer.Ordinal),
        ];
    }

    /// <summary>Returns the track of a file. Null if the file is not imported or its track lacks nothing.</summary>
    /// <param name="path">The absolute path of the file.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<IncompleteTrack?> FindTrackAsync(string path, CancellationToken ct)
    {
        var rows = await database.QueryAsync(At, new Parameters { { "id", Source.IdOf(path) } }, null, ct).ToListAsync(ct);
        return rows.Count == 0 ? null : Of(rows[0]);
    }

    /// <summary>
    /// Encodes the missing rungs of a track, except those that were added in the meantime, and extracts missing features. The results are
    /// durable when the task completes. Runs for other rungs of the track may be active at the same time.
    /// </summary>
    /// <param name="track">The track.</param>
    /// <param name="directory">An empty directory for temporary files.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <returns>False if the track was deleted or has other audio now. It is unchanged.</returns>
    /// <exception cref="IngestException">The file was changed, or cannot be encoded. The track is unchanged.</exception>
    public async Task<bool> RunAsync(IncompleteTrack track, string directory, CancellationToken ct)
    {
        var (id, path) = (track.Source.PlayableId, track.Source.File.Path);
        var source = await encoder.ProbeAsync(path, ct);
        if (Stored(await database.ReadAsync(Playables, new Key(id), null, ct)) is not { } stored) return false;
        var missing = source.Rungs.Where(rung => track.Missing.Any(one => one.FileName == rung.FileName) && !IsIn(stored, rung)).ToList();
        var prefix = Revision.Prefix(id, track.Revision);
        var added = new List<AudioEncoding>();
        AudioFeatures? features = null;
        if (await shared.FindAsync(track.Source, ct) is var (other, audio))
        {
            added.AddRange(audio.Encodings.Where(encoding => missing.RemoveAll(rung => IsIn([encoding], rung)) > 0));
            if (added.Exists(one => one.Codec == Codec.Flac))
                added.AddRange(audio.Encodings.Where(encoding => encoding.Codec == Codec.NativeFlac));
            await shared.CopyAsync(Revision.Prefix(other, audio.Revision), prefix, added, ct);
            if (track.LacksFeatures && audio.Features is not null)
            {
                await TrackSoundFeatures.CopyAsync(store, Revision.Prefix(other, audio.Revision), prefix, ct);
                features = audio.Features;
            }
        }

        var extracts = track.LacksFeatures && features is null;
        if (missing.Count > 0 || extracts)
        {
            var decoded = await encoder.EncodeAsync(path, source, missing, directory, extracts, ct);
            var encoded = await EncodedAudio.ReadAsync(encoder, missing, directory, decoded, ct);
            if (SourceFile.Stat(path) != track.Source.File)
                throw new IngestException("The file was changed after its import; import it again.") { IsTransient = true };
            added.AddRange(await encoded.StoreAsync(store, prefix, ct));
            if (extracts) features = await TrackSoundFeatures.StoreAsync(directory, decoded, store, prefix, ct);
        }

        return await database.TransactAsync(
            async transaction =>
            {
                if (Stored(await transaction.ReadAsync(Playables, new Key(id))) is not { } current) return false;
                var all = current.Concat(added).DistinctBy(encoding => encoding.FileName);
                var ordered = all.OrderBy(encoding => (encoding.Codec, encoding.Quality));
                transaction.Add(Mutation.Update(Playables, ("PlayableId", id), ("Encodings", EncodingList.Format(ordered))));
                if (features is not null) transaction.Add(AudioFeatureRows.Write(id, track.Revision, features));
                return true;
            },
            ct);

        IReadOnlyList<AudioEncoding>? Stored(Row? row) =>
            row?.StringOrNull("Revision") == track.Revision ? EncodingList.Parse(row!.String("Encodings")) : null;
    }

    private IncompleteTrack? Of(Row row)
    {
        var source = Source.Of(row);
        if (row.StringOrNull("Revision") is not { } revision) return null;
        var missing = ladder.Missing(EncodingList.Parse(row.String("Encodings")), source.Content.IsLossless);
        // Features of a later version are those of another process, which is newer.
        var hasFeatures = row.Int64OrNull("FeatureVersion") >= AudioFeatures.Version && row.StringOrNull("FeatureRevision") == revision;
        return missing.Count > 0 || !hasFeatures
            ? new IncompleteTrack(source, revision, row.Int32("DurationMs"), row.Int32("Popularity"), missing, !hasFeatures)
            : null;
    }

    private static bool IsIn(IEnumerable<AudioEncoding> encodings, Rung rung) =>
        encodings.Any(encoding => encoding.FileName == rung.FileName);
}
