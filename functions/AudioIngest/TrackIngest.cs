using Spotify.Audio;
using Spotify.Audio.Tags;
using Spotify.Domain.Ports;
using Spotify.Functions.ObjectRemovals;

namespace Spotify.Functions.AudioIngest;

/// <summary>
/// The import of a music file: reads its tags, stores its cover, its encodings, their seek indexes and its analysis, and then writes the
/// track to the catalog in one transaction. The catalog is unchanged if anything fails before.
/// </summary>
/// <param name="database">The catalog.</param>
/// <param name="store">The store of audio and images.</param>
/// <param name="encoder">The encoder.</param>
/// <param name="time">The clock.</param>
/// <param name="findCover">Returns the cover in the folder of a file, or null. Used for files without an embedded picture.</param>
/// <param name="selectRungs">Returns the rungs to encode before a track is published.</param>
public sealed class TrackIngest(
    IDatabase database,
    IObjectStore store,
    IMediaEncoder encoder,
    TimeProvider time,
    Func<string, CancellationToken, Task<EmbeddedPicture?>> findCover,
    Func<SourceAudio, IReadOnlyList<Rung>> selectRungs)
{
    private readonly TrackCatalog catalog = new(database, time);
    private readonly ObjectRemovalService removals = new(database, store, time);
    private readonly CoverImages covers = new(store, encoder);
    private readonly SharedAudio shared = new(database, store);

    /// <summary>Executes the plan for a file. The result is durable when the task completes.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="directory">An empty directory for temporary files.</param>
    /// <param name="ct">Cancels the import.</param>
    /// <param name="within">Runs first in the transaction that writes the track. If it throws, nothing is written.</param>
    /// <returns>Warnings about skipped tags, skipped covers and decoding errors, one sentence each.</returns>
    /// <exception cref="IngestException">The file cannot be imported. The catalog is unchanged.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(
        SourcePlan plan, string directory, CancellationToken ct, Func<ITransaction, Task>? within = null)
    {
        if (plan.Action is SourceAction.Refresh or SourceAction.Attach)
        {
            await database.TransactAsync(
                async transaction =>
                {
                    if (within is not null) await within(transaction);
                    transaction.Add(plan.Source.Write());
                    return true;
                },
                ct);
            return [];
        }

        var warnings = new List<string>();
        var path = plan.Source.File.Path;
        var read = ReadTags(path, warnings, ct);
        var source = plan.Action == SourceAction.Encode || read is null ? await encoder.ProbeAsync(path, ct) : null;
        var tags = read ?? source!.Tags;

        // The audio comes before the cover, because only invalid audio makes the import fail.
        var audio = plan.Action == SourceAction.Encode ? await StoreAudioAsync(plan, source!, directory, warnings, ct) : null;
        var image = await StoreCoverAsync(tags.Cover, path, directory, warnings, ct);
        await catalog.WriteAsync(new TrackEntry(plan, TrackDescription.Of(tags, path), image, audio), ct, within);
        return warnings;
    }

    /// <summary>Returns the tags, or null and a warning if they cannot be read.</summary>
    private static AudioTags? ReadTags(string path, List<string> warnings, CancellationToken ct) => SourceFile.Read(() =>
    {
        using var file = File.OpenRead(path);
        if (file.Length == 0) throw new IngestException("The file is empty.");
        CheckCompleteness(file, ct);
        try
        {
            var tags = AudioTagReader.Read(file, cancellationToken: ct);
            warnings.AddRange(tags.Ignored);
            return tags;
        }
        catch (InvalidAudioException e)
        {
            warnings.Add($"The tags cannot be read: {e.Message}");
            return null;
        }
    });

    private static void CheckCompleteness(Stream file, CancellationToken ct)
    {
        try
        {
            AudioCompleteness.Check(file, ct);
        }
        catch (InvalidAudioException e)
        {
            throw new IngestException(e.Message, e);
        }
    }

    private async Task<TrackAudio> StoreAudioAsync(
        SourcePlan plan, SourceAudio source, string directory, List<string> warnings, CancellationToken ct)
    {
        var (track, file) = (plan.Source.PlayableId, plan.Source.File);
        if (await shared.FindAsync(plan.Source, ct) is var (other, audio))
        {
            var copy = await removals.ReserveAsync(track, plan.Source.Content.AudioHash, ct);
            var (from, to) = (Revision.Prefix(other, audio.Revision), Revision.Prefix(track, copy));
            await shared.CopyAsync(from, to, audio.Encodings, ct);
            if (audio.Features is not null) await TrackSoundFeatures.CopyAsync(store, from, to, ct);
            return audio with { Revision = copy };
        }

        var rungs = selectRungs(source);
        var decoded = await encoder.EncodeAsync(file.Path, source, rungs, directory, withSamples: true, ct);
        var durationMs = decoded.Duration.TotalMilliseconds;
        if (durationMs == 0) throw new IngestException("The file has no audio.");
        if (source.Declared is { } declared && decoded.Duration.ToTimeSpan() + source.Slack < declared)
            throw new IngestException(
                $"The file is cut short or damaged: only {durationMs} ms of {(long)declared.TotalMilliseconds} ms can be decoded.");
        if (durationMs > int.MaxValue) throw new IngestException($"The audio is longer than {int.MaxValue} ms.");
        warnings.AddRange(decoded.Errors);

        var encoded = await EncodedAudio.ReadAsync(encoder, rungs, directory, decoded, ct);
        if (SourceFile.Stat(file.Path) != file)
            throw new IngestException("The file was changed during the import; import it again.") { IsTransient = true };

        var revision = await removals.ReserveAsync(track, plan.Source.Content.AudioHash, ct);
        var prefix = Revision.Prefix(track, revision);
        var encodings = await encoded.StoreAsync(store, prefix, ct);
        var features = await TrackSoundFeatures.StoreAsync(directory, decoded, store, prefix, ct);
        return new TrackAudio(revision, (int)durationMs, encodings, decoded.GainDb, decoded.TruePeakDb, features);
    }

    private async Task<string?> StoreCoverAsync(
        EmbeddedPicture? embedded, string path, string directory, List<string> warnings, CancellationToken ct)
    {
        foreach (var find in new[] { () => Task.FromResult(embedded), () => findCover(path, ct) })
        {
            try
            {
                if (await find() is { } picture) return await covers.StoreAsync(picture, directory, ct);
            }
            catch (IngestException e)
            {
                warnings.Add($"A cover was skipped: {e.Message}");
            }
        }

        return null;
    }
}
