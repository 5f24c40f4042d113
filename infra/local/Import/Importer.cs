using System.Collections.Concurrent;
using System.Diagnostics;
using Spotify.Domain.Ports;
using Spotify.Functions.AudioIngest;
using Spotify.Functions.ObjectRemovals;

namespace Spotify.Local.Import;

/// <summary>The options of an import.</summary>
/// <param name="Ladder">The qualities to encode.</param>
/// <param name="Prune">Whether to remove the tracks whose files were deleted from the folder.</param>
/// <param name="Workers">The number of files that are processed at the same time, each of which takes a core.</param>
internal sealed record ImportOptions(LadderSelection Ladder, bool Prune, int Workers);

/// <summary>
/// The import of a folder of music. Skips unchanged files without opening them. Publishes each track with one encoding, and then encodes
/// the other qualities, those of the most popular tracks first. A file is durable when its result is reported, and what is missing is read
/// from the catalog, so an interrupted import can be continued.
/// </summary>
internal sealed class Importer(
    IDatabase database,
    IObjectStore store,
    IMediaEncoder encoder,
    TimeProvider time,
    ImportWorkspace workspace,
    IImportProgress progress,
    ImportOptions options)
{
    // The number of files per worker that are hashed and planned together.
    private const int BatchPerWorker = 64;

    private readonly TrackIngest ingest = new(
        database, store, encoder, time, (path, _) => Task.FromResult(FolderCover.Find(path)), source => [options.Ladder.First(source)]);
    private readonly LadderCompletion completion = new(database, store, encoder, options.Ladder);
    private readonly TrackRemoval removal = new(database, time);
    private readonly ObjectRemovalService removals = new(database, store, time);
    private readonly ConcurrentDictionary<string, ImportedFile> results = new(StringComparer.Ordinal);
    private Dictionary<string, Source> known = [];
    private string root = "";

    /// <summary>The results so far, ordered by path.</summary>
    public IReadOnlyList<ImportedFile> Results =>
        [.. results.OrderBy(result => result.Key, StringComparer.Ordinal).Select(result => result.Value)];

    /// <summary>Imports a folder. After a cancellation, <see cref="Results"/> contains the imported files.</summary>
    public async Task RunAsync(MusicFolder folder, string directory, CancellationToken ct)
    {
        root = Path.GetFullPath(directory);
        await removals.SweepAsync(ct);
        known = await Source.AllAsync(database, ct).ToDictionaryAsync(source => source.File.Path, StringComparer.Ordinal, ct);
        var paths = folder.Files().ToList();
        foreach (var (path, reason) in folder.Unreadable) Report(path, ImportOutcome.Failed, [reason]);

        progress.Begin("Importing", paths.Count);
        var files = Changed(paths);
        var added = files.Where(file => !known.ContainsKey(file.Path)).ToList();
        await ImportAsync([.. files.Where(file => known.ContainsKey(file.Path))], ct);
        var isEstimated = await EstimateAsync(added, ct);
        foreach (var batch in added.Where(file => !results.ContainsKey(file.Path)).Chunk(BatchPerWorker * options.Workers))
            await ImportAsync(batch, ct);
        if (options.Prune) await PruneAsync(paths, folder, ct);
        await CompleteAsync(isEstimated, ct);
        await removals.SweepAsync(ct);
    }

    private ParallelOptions Parallelism(CancellationToken ct) => new() { MaxDegreeOfParallelism = options.Workers, CancellationToken = ct };

    /// <summary>Returns the files that are new or may have changed.</summary>
    private List<SourceFile> Changed(IReadOnlyList<string> paths)
    {
        var changed = new List<SourceFile>();
        foreach (var path in paths)
        {
            try
            {
                var file = SourceFile.Stat(path);
                if (known.GetValueOrDefault(path)?.File != file) changed.Add(file);
                else Skip(path);
            }
            catch (IngestException e)
            {
                progress.Advance(Report(path, ImportOutcome.Failed, [e.Message]));
            }
        }

        return changed;

        void Skip(string path)
        {
            Report(path, ImportOutcome.Unchanged, []);
            progress.Advance(null);
        }
    }

    /// <summary>Imports a sample of the new files, and shows an estimate for all of them.</summary>
    /// <returns>Whether an estimate was shown.</returns>
    private async Task<bool> EstimateAsync(IReadOnlyList<SourceFile> added, CancellationToken ct)
    {
        var estimate = await ImportEstimate.OfAsync(encoder, options, added, ct);
        foreach (var (file, audio) in estimate.Samples)
        {
            var start = Stopwatch.GetTimestamp();
            await ImportAsync([file], ct);
            if (results[file.Path].Outcome != ImportOutcome.Imported) continue;
            progress.Say(estimate.Describe(audio, Stopwatch.GetElapsedTime(start), workspace.FreeBytes));
            return true;
        }

        return false;
    }

    /// <summary>Hashes, plans and imports files.</summary>
    private async Task ImportAsync(IReadOnlyCollection<SourceFile> files, CancellationToken ct)
    {
        var contents = new ConcurrentBag<(SourceFile, SourceContent)>();
        await Parallel.ForEachAsync(files, Parallelism(ct), async (file, cancel) =>
        {
            try
            {
                contents.Add((file, await file.ReadAsync(encoder, cancel)));
            }
            catch (IngestException e)
            {
                progress.Advance(Report(file.Path, ImportOutcome.Failed, [e.Message]));
            }
        });
        var plans = SourcePlanner.Plan(known.Values, contents, File.Exists);
        await Parallel.ForEachAsync(
            plans.Where(plan => plan.Action != SourceAction.Attach),
            Parallelism(ct),
            async (plan, cancel) => await ImportAsync(plan, cancel));

        // A duplicate fails if the import of its original failed.
        foreach (var plan in plans.Where(plan => plan.Action == SourceAction.Attach))
        {
            if (results.TryGetValue(plan.SameAs!, out var other) && other.Outcome == ImportOutcome.Failed)
                progress.Advance(Report(plan.Source.File.Path, ImportOutcome.Failed, [$"It is the same as {other.Path}.", .. other.Notes]));
            else await ImportAsync(plan, ct);
        }

        foreach (var plan in plans.Where(plan => results[plan.Source.File.Path].Outcome != ImportOutcome.Failed))
        {
            foreach (var stale in plan.Stale) known.Remove(stale.File.Path);
            known[plan.Source.File.Path] = plan.Source;
        }
    }

    private async Task ImportAsync(SourcePlan plan, CancellationToken ct)
    {
        var path = plan.Source.File.Path;
        try
        {
            using var work = workspace.Rent();
            var notes = await ingest.RunAsync(plan, work.Path, ct);
            progress.Advance(plan.Action switch
            {
                SourceAction.Encode => Report(path, ImportOutcome.Imported, notes),
                SourceAction.Attach => Report(path, ImportOutcome.Duplicate, [$"The same as {Relative(plan.SameAs!)}."]),
                SourceAction.Update => Report(path, ImportOutcome.Updated, notes),
                _ => Report(path, ImportOutcome.Unchanged, notes),
            });
        }
        catch (IngestException e)
        {
            progress.Advance(Report(path, ImportOutcome.Failed, [e.Message]));
        }
    }

    /// <summary>Removes the sources in the folder whose files do not exist any more.</summary>
    private async Task PruneAsync(IReadOnlyList<string> paths, MusicFolder folder, CancellationToken ct)
    {
        var deleted = known.Values.Where(source => IsBelow(source.File.Path, root) && !File.Exists(source.File.Path)).ToList();
        if (deleted.Count > 0 && paths.Count == 0)
        {
            progress.Say($"Nothing was pruned, because {root} has no music. Is its disk mounted?");
            return;
        }

        // Files in folders that cannot be read seem not to exist.
        deleted.RemoveAll(source => folder.Unreadable.Any(unreadable => IsBelow(source.File.Path, unreadable.Path)));
        if (deleted.Count > 0) progress.Begin("Pruning", deleted.Count);
        foreach (var source in deleted)
        {
            await removal.RunAsync(source, ct);
            known.Remove(source.File.Path);
            progress.Advance(Report(source.File.Path, ImportOutcome.Pruned, []));
        }
    }

    /// <summary>Encodes what the tracks of the folder lack.</summary>
    private async Task CompleteAsync(bool isEstimated, CancellationToken ct)
    {
        // A deleted file stays in the catalog without features, until it is pruned.
        List<IncompleteTrack> tracks =
            [.. (await completion.FindAsync(root, ct)).Where(track => track.Missing.Count > 0 || File.Exists(track.Source.File.Path))];
        if (tracks.Count > 0) progress.Begin("Encoding", tracks.Count);
        var start = Stopwatch.GetTimestamp();
        var shown = isEstimated ? 1 : 0;
        await Parallel.ForEachAsync(tracks, Parallelism(ct), async (track, cancel) =>
        {
            progress.Advance(await CompleteAsync(track, cancel));
            if (!ImportEstimate.IsSample(track, tracks) || Interlocked.Exchange(ref shown, 1) != 0) return;
            var rest = (double)tracks.Sum(other => (long)other.DurationMs) / options.Workers / track.DurationMs;
            progress.Say(ImportEstimate.Describe(tracks.Count, Stopwatch.GetElapsedTime(start) * rest));
        });
    }

    private async Task<ImportedFile> CompleteAsync(IncompleteTrack track, CancellationToken ct)
    {
        var path = track.Source.File.Path;
        try
        {
            using var work = workspace.Rent();
            return await completion.RunAsync(track, work.Path, ct)
                ? new ImportedFile(Relative(path), ImportOutcome.Completed, [])
                : Report(path, ImportOutcome.Incomplete, ["The track was changed meanwhile; import the file again."]);
        }
        catch (IngestException e)
        {
            return Report(path, ImportOutcome.Incomplete, [e.Message]);
        }
    }

    private ImportedFile Report(string path, ImportOutcome outcome, IReadOnlyList<string> notes) =>
        results[path] = new ImportedFile(Relative(path), outcome, notes);

    private string Relative(string path) => Path.GetRelativePath(root, path);

    private static bool IsBelow(string path, string folder) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
