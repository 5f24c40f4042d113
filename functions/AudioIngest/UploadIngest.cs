using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Spotify.Audio;
using Spotify.Audio.Tags;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.ObjectRemovals;

namespace Spotify.Functions.AudioIngest;

/// <summary>
/// The import of the objects of a bucket, in the same way as the files of a folder. An object is identified by the path
/// <c>{root}/{bucket}/{object}</c>, to which it is downloaded for processing. A track is published with one encoding; each other quality is
/// encoded by a task of its own. Tasks can be delivered repeatedly, concurrently and late, because an upload is recorded as completed in
/// the transaction that writes its track, and the track's row determines which qualities it lacks. Processes one task at a time.
/// </summary>
/// <param name="uploads">The upload bucket.</param>
/// <param name="database">The catalog.</param>
/// <param name="store">The store of audio and images.</param>
/// <param name="encoder">The encoder.</param>
/// <param name="queue">The queue of the tasks.</param>
/// <param name="time">The clock.</param>
/// <param name="options">The options.</param>
/// <param name="logger">The log of outcomes.</param>
public sealed partial class UploadIngest(
    [FromKeyedServices(UploadIngest.Uploads)] IObjectStore uploads,
    IDatabase database,
    IObjectStore store,
    IMediaEncoder encoder,
    ITaskQueue queue,
    TimeProvider time,
    IOptions<IngestOptions> options,
    ILogger<UploadIngest> logger)
    : IDisposable
{
    /// <summary>The key of the service that stores the objects of the upload bucket.</summary>
    public const string Uploads = "uploads";

    // A plan is outdated only if another upload with the same content or of the same track was completed at the same time.
    private const int MaxPlans = 10;

    // The maximum number of objects that are searched for a cover, because the top-level folder lists the whole bucket.
    private const int MaxListed = 5000;

    private readonly SemaphoreSlim oneAtATime = new(1, 1);
    private readonly UploadPaths paths = new(options.Value);
    private readonly UploadClaims claims = new(database, time, options.Value);
    private readonly ObjectRemovalService removals = new(database, store, time);
    private readonly LadderCompletion completion = new(database, store, encoder, LadderSelection.All);
    private readonly TrackIngest ingest = new(
        database, store, encoder, time, new Covers(uploads, new UploadPaths(options.Value)).FindAsync, FirstRung(options.Value));

    /// <summary>Handles a task of <c>audio-ingest</c>. The effects are durable when the task completes, and safe to repeat.</summary>
    /// <exception cref="PoisonMessageException">The task is for a quality that does not exist.</exception>
    /// <exception cref="Exception">A transient error. The task must be repeated.</exception>
    public async Task HandleAsync(UploadTask task, CancellationToken ct)
    {
        var upload = new Upload(task.Bucket, task.Name, task.Generation);
        if (task.Encoding is not { } encoding)
        {
            var result = await ImportAsync(upload, ct);
            if (result.Outcome == UploadOutcome.Busy) throw new IngestException(string.Join(' ', result.Notes)) { IsTransient = true };
            return;
        }

        var rung = encoding == UploadTask.Features ? null
            : QualityLadder.FindByFileName(encoding) ?? throw new PoisonMessageException($"There is no quality {encoding}.");
        await EncodeAsync(upload, rung, ct);
    }

    /// <summary>Imports an upload with one encoding, and adds a task for each other quality of its track.</summary>
    /// <returns>
    /// The result, which is durable when the task completes. Only <see cref="UploadOutcome.Busy"/> requires a repetition.
    /// </returns>
    /// <exception cref="Exception">A transient error. The task must be repeated.</exception>
    public async Task<UploadResult> ImportAsync(Upload upload, CancellationToken ct)
    {
        var result = Log(upload, await ProcessAsync(upload, ct));
        // A repetition adds the tasks that an instance could not add before it stopped.
        if (result.Outcome is UploadOutcome.Imported or UploadOutcome.Updated or UploadOutcome.Duplicate or UploadOutcome.Unchanged
            or UploadOutcome.Repeated) await EnqueueMissingAsync(upload, ct);
        if (result.Outcome == UploadOutcome.Imported) await SweepAsync(ct);
        return result;
    }

    /// <summary>
    /// Adds a quality to the track of an imported upload, or its features. Does nothing if the track has it, or the upload was replaced.
    /// </summary>
    /// <param name="upload">The upload.</param>
    /// <param name="rung">The quality; null for the features.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <returns>The result, which is durable when the task completes.</returns>
    /// <exception cref="Exception">A transient error. The task must be repeated.</exception>
    public async Task<UploadResult> EncodeAsync(Upload upload, Rung? rung, CancellationToken ct)
    {
        await oneAtATime.WaitAsync(ct);
        try
        {
            return Log(upload, await TryEncodeAsync(upload, rung, ct));
        }
        catch (Exception e) when (e is UploadRefusedException or IngestException { IsTransient: false })
        {
            return Log(upload, new UploadResult(UploadOutcome.Failed, $"{rung?.FileName ?? UploadTask.Features}: {e.Message}"));
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => oneAtATime.Dispose();

    private static Func<SourceAudio, IReadOnlyList<Rung>> FirstRung(IngestOptions options) => source =>
    {
        var duration = source.Declared ?? source.Estimate;
        return duration <= options.MaxDuration || duration is null
            ? [LadderSelection.All.First(source)]
            : throw new UploadRefusedException(string.Create(
                CultureInfo.InvariantCulture,
                $"The audio lasts {duration.Value.TotalHours:0.0} hours; the longest that can be encoded in the time of a task lasts "
                    + $"{options.MaxDuration.TotalHours:0.0} hours. Upload it in parts."));
    };

    private async Task<UploadResult> TryEncodeAsync(Upload upload, Rung? rung, CancellationToken ct)
    {
        var name = rung?.FileName ?? UploadTask.Features;
        if (await claims.IsReplacedAsync(upload, ct)) return new UploadResult(UploadOutcome.Replaced, "A later version was uploaded.");
        if (await completion.FindTrackAsync(paths.PathOf(upload.Name), ct) is not { } track
            || !(rung is null ? track.LacksFeatures : track.Missing.Contains(rung)))
            return new UploadResult(UploadOutcome.Repeated, $"The track has {name}, or was deleted.");

        using var workspace = new UploadWorkspace(upload, options.Value);
        if (await workspace.DownloadAsync(uploads, ct) is not { } file)
            return new UploadResult(UploadOutcome.Gone, "The object was deleted.");
        if (await file.HashAsync(ct) != track.Source.Content.FileHash)
            return new UploadResult(UploadOutcome.Replaced, "A later version was uploaded.");
        // Each task does one thing, so that it ends in time.
        var incomplete = track with
        {
            Source = track.Source with { File = file }, Missing = rung is null ? [] : [rung], LacksFeatures = rung is null,
        };
        return await completion.RunAsync(incomplete, workspace.CreateDirectory(), ct)
            ? new UploadResult(UploadOutcome.Encoded, name)
            : new UploadResult(UploadOutcome.Replaced, "The track was changed or deleted during the encoding.");
    }

    private async Task EnqueueMissingAsync(Upload upload, CancellationToken ct)
    {
        if (await completion.FindTrackAsync(paths.PathOf(upload.Name), ct) is not { } track) return;
        var missing = track.Missing.Select(rung => rung.FileName);
        if (track.LacksFeatures) missing = missing.Append(UploadTask.Features);
        await queue.EnqueueAsync(AudioIngestFunction.Definition.Queue!, [.. missing.Select(name => UploadTask.Of(upload, name))], ct);
    }

    private UploadResult Log(Upload upload, UploadResult result)
    {
        var (name, notes) = (PrintableText.Of(upload.Name), PrintableText.Of(string.Join(' ', result.Notes)));
        if (result.Outcome is UploadOutcome.Failed or UploadOutcome.Refused) LogFailed(name, upload.Generation, result.Outcome, notes);
        else LogCompleted(name, upload.Generation, result.Outcome, notes);
        return result;
    }

    private async Task<UploadResult> ProcessAsync(Upload upload, CancellationToken ct)
    {
        if (upload.Bucket != options.Value.UploadBucket)
        {
            return new UploadResult(
                UploadOutcome.Refused, $"The object is in the bucket {upload.Bucket}, not in {options.Value.UploadBucket}.");
        }

        if (!upload.HasValidName)
        {
            var rejected = new UploadResult(
                UploadOutcome.Refused,
                "The name is not a valid path: segments must not be empty, '.', '..' or too long, "
                    + "and must not have backslashes or control characters.");
            await claims.RejectAsync(upload, rejected, ct);
            return rejected;
        }

        await oneAtATime.WaitAsync(ct);
        try
        {
            var (claim, result) = await claims.ClaimAsync(upload, ct);
            return claim is null ? result! : await TryAsync(claim, ct);
        }
        catch (ClaimLostException e)
        {
            return new UploadResult(UploadOutcome.Busy, e.Message);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    private async Task<UploadResult> TryAsync(UploadClaim claim, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(options.Value.TryLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return await PublishAsync(claim, either.Token);
        }
        catch (UploadRefusedException e)
        {
            return await claims.CompleteAsync(claim, new UploadResult(UploadOutcome.Refused, e.Message), ct);
        }
        catch (IngestException e) when (!e.IsTransient)
        {
            return await claims.CompleteAsync(claim, new UploadResult(UploadOutcome.Failed, e.Message), ct);
        }
        catch (Exception e) when (e is not ClaimLostException)
        {
            var isTooLate = limit.IsCancellationRequested && !ct.IsCancellationRequested;
            var reason = isTooLate ? $"The import took longer than {options.Value.TryLimit}."
                : e is IngestException or ConstraintException ? e.Message
                : null;
            await ReleaseAsync(claim, reason);
            if (isTooLate) throw new TimeoutException(reason, e);
            throw;
        }
    }

    private async Task<UploadResult> PublishAsync(UploadClaim claim, CancellationToken ct)
    {
        using var workspace = new UploadWorkspace(claim.Upload, options.Value);
        if (await workspace.DownloadAsync(uploads, ct) is not { } file)
            return await claims.CompleteAsync(claim, new UploadResult(UploadOutcome.Gone, "The object was deleted."), ct);

        var content = await file.ReadAsync(encoder, ct);
        for (var attempt = 1; ; attempt++)
        {
            var known = await Source.RelevantAsync(
                (statement, parameters) => database.QueryAsync(statement, parameters, null, ct), file.Path, content.AudioHash);
            var plan = SourcePlanner.Plan(known, [(file, content)], await ExistenceAsync(known, ct)).Single();
            var result = new UploadResult(OutcomeOf(plan.Action), plan.SameAs is { } other ? $"The same as {other}." : null);
            try
            {
                var notes = await ingest.RunAsync(plan, workspace.CreateDirectory(), ct, async transaction =>
                {
                    await claims.CompleteAsync(transaction, claim, result);
                    var current = await Source.RelevantAsync(transaction.QueryAsync, file.Path, content.AudioHash);
                    if (!known.SetEquals(current)) throw new PlanOutdatedException();
                });
                return result with { Notes = [.. result.Notes, .. notes] };
            }
            catch (PlanOutdatedException) when (attempt < MaxPlans)
            {
                LogOutdated(PrintableText.Of(claim.Upload.Name));
            }
        }
    }

    /// <summary>
    /// Returns a function that returns whether a source still exists. Sources outside this bucket cannot be checked and are assumed to
    /// exist.
    /// </summary>
    private async Task<Func<string, bool>> ExistenceAsync(IEnumerable<Source> known, CancellationToken ct)
    {
        var deleted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var source in known)
            if (paths.ObjectAt(source.File.Path) is { } name && await uploads.FindAsync(name, ct) is null) deleted.Add(source.File.Path);
        return path => !deleted.Contains(path);
    }

    private static UploadOutcome OutcomeOf(SourceAction action) => action switch
    {
        SourceAction.Encode => UploadOutcome.Imported,
        SourceAction.Update => UploadOutcome.Updated,
        SourceAction.Attach => UploadOutcome.Duplicate,
        _ => UploadOutcome.Unchanged,
    };

    /// <summary>Releases a claim. Best effort, because the lease expires anyway.</summary>
    private async Task ReleaseAsync(UploadClaim claim, string? reason)
    {
        try
        {
            await claims.ReleaseAsync(claim, reason, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogUnreleased(e, PrintableText.Of(claim.Upload.Name));
        }
    }

    /// <summary>Removes expired revisions. Errors are only logged, because the upload is complete and the next one tries again.</summary>
    private async Task SweepAsync(CancellationToken ct)
    {
        try
        {
            await removals.SweepAsync(ct);
        }
        catch (Exception e)
        {
            LogUnswept(e);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Name} (generation {Generation}): {Outcome}. {Notes}")]
    private partial void LogCompleted(string name, long generation, UploadOutcome outcome, string notes);

    [LoggerMessage(LogLevel.Warning, "{Name} (generation {Generation}): {Outcome}. {Notes}")]
    private partial void LogFailed(string name, long generation, UploadOutcome outcome, string notes);

    [LoggerMessage(LogLevel.Information, "Planning {Name} again, because other uploads were completed in the meantime.")]
    private partial void LogOutdated(string name);

    [LoggerMessage(LogLevel.Warning, "The claim on {Name} could not be released. It will expire.")]
    private partial void LogUnreleased(Exception e, string name);

    [LoggerMessage(LogLevel.Warning, "Expired revisions could not be removed. The next upload tries again.")]
    private partial void LogUnswept(Exception e);

    /// <summary>The error for a plan whose sources were changed by other uploads.</summary>
    private sealed class PlanOutdatedException() : Exception("Other uploads of the same content kept changing the plan.");

    /// <summary>
    /// The covers in the folders of the bucket. They are searched after the audio is encoded, so that a cover that is uploaded together
    /// with the audio has arrived.
    /// </summary>
    private sealed class Covers(IObjectStore uploads, UploadPaths paths)
    {
        public async Task<EmbeddedPicture?> FindAsync(string path, CancellationToken ct)
        {
            var audio = paths.ObjectAt(path)!;
            var folder = audio[..(audio.LastIndexOf('/') + 1)];
            var files = await uploads.ListAsync(folder, ct).Take(MaxListed)
                .Where(found => !found.Name.AsSpan(folder.Length).Contains('/'))
                .ToDictionaryAsync(found => found.Name[folder.Length..], found => found.Size, StringComparer.Ordinal, ct);
            if (FolderCover.Choose(files.Keys) is not { } name) return null;
            FolderCover.CheckSize(name, files[name]);
            try
            {
                await using var content = await uploads.OpenReadAsync(folder + name, null, ct);
                using var bytes = new MemoryStream();
                await content.CopyToAsync(bytes, ct);
                return FolderCover.Picture(name, bytes.ToArray());
            }
            catch (FileNotFoundException)
            {
                return null;
            }
            catch (InvalidDataException e)
            {
                throw new IngestException(e.Message, e);
            }
        }
    }
}
