using Spotify.Audio;
using Spotify.Audio.Tags;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Ingest;

/// <summary>
/// Takes one file of music into the catalog: tags, cover, loudness, every encoding with its seek index; then, when all of that is
/// stored, one transaction that makes it known. Whatever happens before leaves the catalog as it was.
/// </summary>
/// <param name="findCover">The cover that lies beside a file, for files that hold none; null if there is none.</param>
public sealed class TrackIngest(
    IDatabase database, IObjectStore store, IMediaEncoder encoder, TimeProvider time, Func<string, CancellationToken, Task<EmbeddedPicture?>> findCover)
{
    private readonly TrackCatalog catalog = new(database, time);
    private readonly ObjectRemovals removals = new(database, store, time);
    private readonly CoverImages covers = new(store, encoder);

    /// <summary>Does what was planned for a file.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="directory">An empty directory to work in.</param>
    /// <param name="within">What else belongs into the transaction that makes it known, before anything of it; when it throws, nothing is known.</param>
    /// <returns>What was left out or passed over, a sentence each. When the task completes, the track is durable.</returns>
    /// <exception cref="IngestException">The file is broken; nothing of it was taken in.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(SourcePlan plan, string directory, CancellationToken ct, Func<ITransaction, Task>? within = null)
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
        var tags = ReadTags(path, ct);
        warnings.AddRange(tags.Ignored);

        // The audio before the cover, because that is what files are refused for.
        var audio = plan.Action == SourceAction.Encode ? await StoreAudioAsync(plan, directory, warnings, ct) : null;
        var image = await StoreCoverAsync(tags.Cover, path, directory, warnings, ct);
        await catalog.WriteAsync(new TrackEntry(plan, TrackDescription.Of(tags, path), image, audio), ct, within);
        return warnings;
    }

    private static AudioTags ReadTags(string path, CancellationToken ct) => SourceFile.Reading(path, () =>
    {
        using var file = File.OpenRead(path);
        if (file.Length == 0) throw new IngestException("The file is empty.");
        try
        {
            AudioCompleteness.Check(file, ct);
            return AudioTagReader.Read(file, cancellationToken: ct);
        }
        catch (InvalidAudioException e)
        {
            throw new IngestException(e.Message, e);
        }
    });

    private async Task<TrackAudio> StoreAudioAsync(SourcePlan plan, string directory, List<string> warnings, CancellationToken ct)
    {
        var file = plan.Source.File;
        var source = await encoder.ProbeAsync(file.Path, ct);
        var rungs = source.Rungs;
        var decoded = await encoder.EncodeAsync(file.Path, source, rungs, directory, ct);
        var durationMs = decoded.Duration.TotalMilliseconds;
        if (durationMs == 0) throw new IngestException("It holds no sound.");
        if (source.Declared is { } declared && decoded.Duration.ToTimeSpan() + source.Slack < declared)
            throw new IngestException($"It is cut short or damaged: {durationMs} ms of its {(long)declared.TotalMilliseconds} ms can be decoded.");
        if (durationMs > int.MaxValue) throw new IngestException("It is longer than any track may be.");
        warnings.AddRange(decoded.Complaints);

        var encoded = EncodedAudio.Read(rungs, directory, durationMs, ct);
        if (SourceFile.Stat(file.Path) != file) throw new IngestException("It was changed while it was read; import it again.") { MayPass = true };

        var revision = await removals.ReserveAsync(plan.Source.PlayableId, plan.Source.ContentHash, ct);
        var encodings = await encoded.StoreAsync(store, Revision.Prefix(plan.Source.PlayableId, revision), ct);
        return new TrackAudio(revision, (int)durationMs, encodings, decoded.GainDb, decoded.TruePeakDb);
    }

    private async Task<string?> StoreCoverAsync(EmbeddedPicture? embedded, string path, string directory, List<string> warnings, CancellationToken ct)
    {
        foreach (var find in new[] { () => Task.FromResult(embedded), () => findCover(path, ct) })
        {
            try
            {
                if (await find() is { } picture) return await covers.StoreAsync(picture, directory, ct);
            }
            catch (IngestException e)
            {
                warnings.Add($"A cover was left out: {e.Message}");
            }
        }

        return null;
    }
}
