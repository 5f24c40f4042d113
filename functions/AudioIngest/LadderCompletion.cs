using Spotify.Audio;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>A track that lacks encodings.</summary>
/// <param name="Source">The file to encode.</param>
/// <param name="Revision">The revision of the track's audio.</param>
/// <param name="DurationMs">The duration in ms.</param>
/// <param name="Popularity">The popularity, 0 to 100.</param>
public sealed record IncompleteTrack(Source Source, string Revision, int DurationMs, int Popularity);

/// <summary>
/// The encoding of the qualities that playable tracks lack. The catalog rows determine what is missing, so the work continues after an
/// interruption.
/// </summary>
/// <param name="database">The catalog.</param>
/// <param name="store">The store of audio.</param>
/// <param name="encoder">The encoder.</param>
/// <param name="ladder">The qualities that tracks should have.</param>
public sealed class LadderCompletion(IDatabase database, IObjectStore store, IMediaEncoder encoder, LadderSelection ladder)
{
    private const int PageLength = 1000;

    private static readonly Table Playables = Schema.Current.Table("Playables");

    private static readonly Statement Page = new(
        """
        SELECT Sources.SourceId, Sources.Path, Sources.PlayableId, Sources.SizeBytes, Sources.ModifiedAt, Sources.FileHash,
          Sources.AudioHash, Sources.Lossless, Playables.Revision, Playables.Encodings, Playables.DurationMs, Playables.Popularity
        FROM Sources JOIN Playables ON Playables.PlayableId = Sources.PlayableId
        WHERE Sources.SourceId > @after ORDER BY Sources.SourceId LIMIT @limit
        """,
        ("after", ColumnType.String), ("limit", ColumnType.Int64));

    private readonly SharedAudio shared = new(database, store);

    /// <summary>Returns the tracks with files in a folder that lack encodings, the most popular first.</summary>
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
                var source = Source.Of(row);
                if (row.StringOrNull("Revision") is not { } revision || !source.File.Path.StartsWith(prefix, StringComparison.Ordinal)
                    || ladder.IsComplete(EncodingList.Parse(row.String("Encodings")), source.Content.IsLossless)) continue;
                found.TryAdd(
                    source.PlayableId, new IncompleteTrack(source, revision, row.Int32("DurationMs"), row.Int32("Popularity")));
            }
        }

        return
        [
            .. found.Values
                .OrderByDescending(track => track.Popularity).ThenBy(track => track.Source.File.Path, StringComparer.Ordinal),
        ];
    }

    /// <summary>Encodes what a track lacks. The encodings are durable when the task completes.</summary>
    /// <param name="track">The track.</param>
    /// <param name="directory">An empty directory for temporary files.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <exception cref="IngestException">The file was changed, or cannot be encoded. The track is unchanged.</exception>
    public async Task RunAsync(IncompleteTrack track, string directory, CancellationToken ct)
    {
        var (id, path) = (track.Source.PlayableId, track.Source.File.Path);
        var source = await encoder.ProbeAsync(path, ct);
        var stored = EncodingList.Parse(Current(await database.ReadAsync(Playables, new Key(id), null, ct)).String("Encodings"));
        var missing = ladder.Of(source).Where(rung => !IsIn(stored, rung)).ToList();
        var prefix = Revision.Prefix(id, track.Revision);
        var added = new List<AudioEncoding>();
        if (await shared.FindAsync(track.Source, ct) is var (other, audio))
        {
            added.AddRange(audio.Encodings.Where(encoding => missing.RemoveAll(rung => IsIn([encoding], rung)) > 0));
            if (added.Exists(one => one.Codec == Codec.Flac))
                added.AddRange(audio.Encodings.Where(encoding => encoding.Codec == Codec.NativeFlac));
            await shared.CopyAsync(Revision.Prefix(other, audio.Revision), prefix, added, ct);
        }

        if (missing.Count > 0)
        {
            var decoded = await encoder.EncodeAsync(path, source, missing, directory, ct);
            var encoded = await EncodedAudio.ReadAsync(encoder, missing, directory, decoded, ct);
            if (SourceFile.Stat(path) != track.Source.File)
                throw new IngestException("The file was changed after its import; import it again.") { IsTransient = true };
            added.AddRange(await encoded.StoreAsync(store, prefix, ct));
        }

        await database.TransactAsync(
            async transaction =>
            {
                var current = Current(await transaction.ReadAsync(Playables, new Key(id)));
                var all = EncodingList.Parse(current.String("Encodings")).Concat(added).DistinctBy(encoding => encoding.FileName);
                var ordered = all.OrderBy(encoding => (encoding.Codec, encoding.Quality));
                transaction.Add(Mutation.Update(Playables, ("PlayableId", id), ("Encodings", EncodingList.Format(ordered))));
                return true;
            },
            ct);

        Row Current(Row? row) => row?.StringOrNull("Revision") == track.Revision
            ? row!
            : throw new IngestException("The track was changed meanwhile; import the file again.") { IsTransient = true };
    }

    private static bool IsIn(IEnumerable<AudioEncoding> encodings, Rung rung) =>
        encodings.Any(encoding => encoding.Codec == rung.Codec && encoding.Quality == rung.Quality);
}
