using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Spotify.Audio.Tags;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Ingest;

/// <summary>
/// Takes in what is uploaded to a bucket, object by object, as the import of a folder does file by file: an object is known as the file
/// <c>{root}/{bucket}/{object}</c>, and lies there while it is worked on. Deliveries may repeat, overlap and come late: the work is done
/// once, and the transaction that makes a track known is also the one that enters the upload as done. It works on one at a time.
/// </summary>
/// <param name="uploads">The bucket.</param>
/// <param name="database">The catalog.</param>
/// <param name="store">Where audio and images go.</param>
/// <param name="encoder">What makes the encodings.</param>
/// <param name="time">The clock.</param>
/// <param name="options">The options.</param>
/// <param name="logger">Where outcomes are logged.</param>
public sealed partial class UploadIngest(
    IObjectStore uploads, IDatabase database, IObjectStore store, IMediaEncoder encoder, TimeProvider time, IOptions<IngestOptions> options, ILogger<UploadIngest> logger)
    : IDisposable
{
    // Each fails only because another upload with the same content, or of the same track, has just been done.
    private const int MaxPlans = 10;

    // Of a folder's objects no more than these are looked through for a cover: a bucket's own "folder" is the whole bucket.
    private const int MaxListed = 5000;

    private readonly SemaphoreSlim working = new(1, 1);
    private readonly UploadPlaces places = new(options.Value);
    private readonly UploadClaims claims = new(database, time, options.Value);
    private readonly ObjectRemovals removals = new(database, store, time);
    private readonly TrackIngest ingest = new(database, store, encoder, time, new Covers(uploads, new UploadPlaces(options.Value)).FindAsync);

    /// <summary>Does what an arrived object asks for.</summary>
    /// <returns>What became of it; when the task completes that is durable. Only <see cref="UploadOutcome.Busy"/> asks for another delivery.</returns>
    /// <exception cref="Exception">Something else failed that may be well again later: to be delivered again.</exception>
    public async Task<UploadResult> RunAsync(Upload upload, CancellationToken ct)
    {
        var result = await DecideAsync(upload, ct);
        var (name, notes) = (PrintableText.Of(upload.Name), PrintableText.Of(string.Join(' ', result.Notes)));
        if (result.Outcome is UploadOutcome.Failed or UploadOutcome.Refused) LogRefused(name, upload.Generation, result.Outcome, notes);
        else LogDone(name, upload.Generation, result.Outcome, notes);
        if (result.Outcome == UploadOutcome.Imported) await SweepAsync(ct);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => working.Dispose();

    private async Task<UploadResult> DecideAsync(Upload upload, CancellationToken ct)
    {
        if (upload.Bucket != options.Value.UploadBucket) return new UploadResult(UploadOutcome.Refused, $"It is in the bucket {upload.Bucket}, not in {options.Value.UploadBucket}.");
        if (!MusicFiles.IsAudio(upload.Name)) return new UploadResult(UploadOutcome.Ignored, "It is no audio.");
        if (!upload.IsNameable)
        {
            var refused = new UploadResult(
                UploadOutcome.Refused, "Its name cannot be a file's: segments separated by slashes, none empty, '.', '..' or too long, no backslash or control character.");
            await claims.RefuseAsync(upload, refused, ct);
            return refused;
        }

        if (upload.IsHidden) return new UploadResult(UploadOutcome.Ignored, "It is hidden.");

        await working.WaitAsync(ct);
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
            working.Release();
        }
    }

    private async Task<UploadResult> TryAsync(UploadClaim claim, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(options.Value.TryLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return await ImportAsync(claim, either.Token);
        }
        catch (IngestException e) when (!e.MayPass)
        {
            return await claims.CompleteAsync(claim, new UploadResult(UploadOutcome.Failed, e.Message), ct);
        }
        catch (Exception e) when (e is not ClaimLostException)
        {
            var late = limit.IsCancellationRequested && !ct.IsCancellationRequested;
            var reason = late ? $"It took longer than {options.Value.TryLimit}." : e is IngestException or ConstraintException ? e.Message : null;
            await ReleaseAsync(claim, reason);
            if (late) throw new TimeoutException(reason, e);
            throw;
        }
    }

    private async Task<UploadResult> ImportAsync(UploadClaim claim, CancellationToken ct)
    {
        using var scratch = new UploadScratch(places, claim.Upload);
        if (!await DownloadAsync(claim.Upload.Name, scratch.FilePath, ct)) return await claims.CompleteAsync(claim, new UploadResult(UploadOutcome.Gone, "It is not there any more."), ct);

        var file = SourceFile.Stat(scratch.FilePath);
        var contentHash = await file.HashAsync(ct);
        for (var attempt = 1; ; attempt++)
        {
            var known = await Source.RelevantAsync((statement, parameters) => database.QueryAsync(statement, parameters, null, ct), file.Path, contentHash);
            var plan = SourcePlanner.Plan(known, [(file, contentHash)], await PresentAsync(known, ct)).Single();
            var result = new UploadResult(OutcomeOf(plan.Action), plan.SameAs is { } other ? $"The same as {other}." : null);
            try
            {
                var notes = await ingest.RunAsync(plan, scratch.Rent(), ct, async transaction =>
                {
                    await claims.CompleteAsync(transaction, claim, result);
                    if (!known.SetEquals(await Source.RelevantAsync(transaction.QueryAsync, file.Path, contentHash))) throw new PlanOutdatedException();
                });
                return result with { Notes = [.. result.Notes, .. notes] };
            }
            catch (PlanOutdatedException) when (attempt < MaxPlans)
            {
                LogOutdated(PrintableText.Of(claim.Upload.Name));
            }
        }
    }

    /// <returns>Whether there was an object.</returns>
    private async Task<bool> DownloadAsync(string name, string path, CancellationToken ct)
    {
        if (await uploads.FindAsync(name, ct) is not { } found) return false;
        if (found.Size > options.Value.MaxBytes) throw new IngestException($"It is larger than {options.Value.MaxBytes} bytes.");
        try
        {
            await using (var content = await uploads.OpenReadAsync(name, null, ct))
            await using (var file = File.Create(path)) await content.CopyToAsync(file, ct);
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (InvalidDataException e)
        {
            throw new IngestException(e.Message, e);
        }

        File.SetLastWriteTimeUtc(path, found.Modified.UtcDateTime);
        return true;
    }

    /// <summary>Which of the sources' files are there. Those of other places than this bucket are not ours to miss.</summary>
    private async Task<Func<string, bool>> PresentAsync(IEnumerable<Source> known, CancellationToken ct)
    {
        var gone = new HashSet<string>(StringComparer.Ordinal);
        foreach (var source in known)
            if (places.ObjectAt(source.File.Path) is { } name && await uploads.FindAsync(name, ct) is null) gone.Add(source.File.Path);
        return path => !gone.Contains(path);
    }

    private static UploadOutcome OutcomeOf(SourceAction action) => action switch
    {
        SourceAction.Encode => UploadOutcome.Imported,
        SourceAction.Move => UploadOutcome.Moved,
        SourceAction.Attach => UploadOutcome.Duplicate,
        _ => UploadOutcome.Unchanged,
    };

    /// <summary>Gives a claim back if that can be done: where it cannot, it runs out.</summary>
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

    /// <summary>Removes revisions whose time has come. The upload is done: what goes wrong here is the next one's.</summary>
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
    private partial void LogDone(string name, long generation, UploadOutcome outcome, string notes);

    [LoggerMessage(LogLevel.Warning, "{Name} (generation {Generation}): {Outcome}. {Notes}")]
    private partial void LogRefused(string name, long generation, UploadOutcome outcome, string notes);

    [LoggerMessage(LogLevel.Information, "What {Name} is to become was decided anew: other uploads were done meanwhile.")]
    private partial void LogOutdated(string name);

    [LoggerMessage(LogLevel.Warning, "The claim on {Name} could not be given back; it runs out by itself.")]
    private partial void LogUnreleased(Exception e, string name);

    [LoggerMessage(LogLevel.Warning, "Old revisions could not be removed; another try follows the next upload.")]
    private partial void LogUnswept(Exception e);

    /// <summary>Other uploads have changed what this one's plan was made of.</summary>
    private sealed class PlanOutdatedException() : Exception("Other uploads of the same content went on being done.");

    /// <summary>The covers that lie beside audio in the bucket. They are looked for when the audio is encoded: what is uploaded together has arrived by then.</summary>
    private sealed class Covers(IObjectStore uploads, UploadPlaces places)
    {
        public async Task<EmbeddedPicture?> FindAsync(string path, CancellationToken ct)
        {
            var audio = places.ObjectAt(path)!;
            var folder = audio[..(audio.LastIndexOf('/') + 1)];
            var beside = await uploads.ListAsync(folder, ct).Take(MaxListed)
                .Where(found => !found.Name.AsSpan(folder.Length).Contains('/'))
                .ToDictionaryAsync(found => found.Name[folder.Length..], found => found.Size, StringComparer.Ordinal, ct);
            if (FolderCover.Choose(beside.Keys) is not { } name) return null;
            FolderCover.CheckSize(name, beside[name]);
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
