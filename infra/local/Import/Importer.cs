using System.Collections.Concurrent;
using Spotify.Domain.Ports;
using Spotify.Functions.AudioIngest;
using Spotify.Functions.ObjectRemovals;

namespace Spotify.Local.Import;

/// <summary>
/// The import of a folder of music. Skips unchanged files without opening them. Hashes and plans the others together, then imports one file
/// per worker at a time, each of which takes a core. A file is durable when its result is reported, so an interrupted import can be
/// continued.
/// </summary>
internal sealed class Importer(
    IDatabase database,
    IObjectStore store,
    IMediaEncoder encoder,
    TimeProvider time,
    ImportWorkspace workspace,
    IImportProgress progress,
    int workers)
{
    private readonly TrackIngest ingest = new(database, store, encoder, time, (path, _) => Task.FromResult(FolderCover.Find(path)));
    private readonly ObjectRemovalService removals = new(database, store, time);
    private readonly ConcurrentDictionary<string, ImportedFile> results = new(StringComparer.Ordinal);
    private string root = "";

    /// <summary>The results so far, ordered by path.</summary>
    public IReadOnlyList<ImportedFile> Results =>
        [.. results.OrderBy(result => result.Key, StringComparer.Ordinal).Select(result => result.Value)];

    /// <summary>Imports a folder. After a cancellation, <see cref="Results"/> contains the imported files.</summary>
    public async Task RunAsync(MusicFolder folder, string directory, CancellationToken ct)
    {
        root = Path.GetFullPath(directory);
        await removals.SweepAsync(ct);
        var known = await Source.AllAsync(database, ct).ToListAsync(ct);
        var plans = SourcePlanner.Plan(known, await ReadAsync(folder, known, ct), File.Exists);
        await ImportAsync(plans, ct);
        await removals.SweepAsync(ct);
    }

    private ParallelOptions Options(CancellationToken ct) => new() { MaxDegreeOfParallelism = workers, CancellationToken = ct };

    /// <summary>Returns the new and changed files with their contents.</summary>
    private async Task<IReadOnlyCollection<(SourceFile File, SourceContent Content)>> ReadAsync(
        MusicFolder folder, List<Source> known, CancellationToken ct)
    {
        var before = known.ToDictionary(source => source.File.Path, source => source.File, StringComparer.Ordinal);
        var hashed = new ConcurrentBag<(SourceFile, SourceContent)>();
        var paths = folder.Files().ToList();
        progress.Begin("Reading", paths.Count);
        foreach (var (path, reason) in folder.Unreadable) Report(path, ImportOutcome.Failed, [reason]);
        await Parallel.ForEachAsync(paths, Options(ct), async (path, cancel) =>
        {
            try
            {
                var file = SourceFile.Stat(path);
                if (before.GetValueOrDefault(path) == file) Report(path, ImportOutcome.Unchanged, []);
                else hashed.Add((file, await file.ReadAsync(encoder, cancel)));
                progress.Advance(null);
            }
            catch (IngestException e)
            {
                progress.Advance(Report(path, ImportOutcome.Failed, [e.Message]));
            }
        });
        return hashed;
    }

    private async Task ImportAsync(IReadOnlyList<SourcePlan> plans, CancellationToken ct)
    {
        progress.Begin("Importing", plans.Count);
        await Parallel.ForEachAsync(
            plans.Where(plan => plan.Action != SourceAction.Attach), Options(ct), async (plan, cancel) => await ImportAsync(plan, cancel));

        // A duplicate fails if the import of its original failed.
        foreach (var plan in plans.Where(plan => plan.Action == SourceAction.Attach))
        {
            if (results.TryGetValue(plan.SameAs!, out var other) && other.Outcome == ImportOutcome.Failed)
                progress.Advance(Report(plan.Source.File.Path, ImportOutcome.Failed, [$"It is the same as {other.Path}.", .. other.Notes]));
            else await ImportAsync(plan, ct);
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

    private ImportedFile Report(string path, ImportOutcome outcome, IReadOnlyList<string> notes) =>
        results[path] = new ImportedFile(Relative(path), outcome, notes);

    private string Relative(string path) => Path.GetRelativePath(root, path);
}
