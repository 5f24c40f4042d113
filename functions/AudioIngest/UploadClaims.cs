using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>A lease on an upload.</summary>
/// <param name="Upload">The upload.</param>
/// <param name="Until">The end of the lease, which also identifies the claim.</param>
internal sealed record UploadClaim(Upload Upload, DateTimeOffset Until);

/// <summary>The error of a worker whose lease has expired and been taken over by another worker.</summary>
internal sealed class ClaimLostException() : Exception("The attempt took so long that another worker took over.");

/// <summary>
/// Leases and outcomes of uploads (the table Uploads), so that tasks can be delivered repeatedly, concurrently and in any order. The lease
/// of an instance that stops expires.
/// </summary>
internal sealed class UploadClaims(IDatabase database, TimeProvider time, IngestOptions options)
{
    // Reasons include messages of external programs.
    private const int MaxReasonLength = 4096;

    private static readonly Table Uploads = Schema.Current.Table("Uploads");

    /// <summary>Claims an upload. Returns a result instead of a claim if there is nothing to do, or another worker has a lease.</summary>
    public Task<(UploadClaim? Claim, UploadResult? Result)> ClaimAsync(Upload upload, CancellationToken ct) =>
        database.TransactAsync<(UploadClaim?, UploadResult?)>(
            async transaction =>
            {
                var now = time.GetUtcNow();
                var row = await transaction.ReadAsync(Uploads, new Key(upload.Id));
                if (row?.TimestampOrNull("ClaimedUntil") > now)
                    return (null, new UploadResult(UploadOutcome.Busy, "Another delivery is being processed."));

                // Reads always return the newest version, which has its own task.
                var started = row?.Int64("Generation");
                if (started > upload.Generation)
                    return (null, new UploadResult(UploadOutcome.Replaced, "A later version was uploaded."));
                if (started == upload.Generation && !row!.IsNull("CompletedAt"))
                    return (null, new UploadResult(UploadOutcome.Repeated, "The upload was already processed."));

                var tries = started == upload.Generation ? row!.Int64("Tries") : 0;
                if (tries >= options.MaxTries)
                {
                    var reason = $"The import failed after {tries} attempts without an outcome. {row!.StringOrNull("Reason")}".TrimEnd();
                    var result = new UploadResult(UploadOutcome.Failed, reason);
                    transaction.Add(Complete(upload, result, now));
                    return (null, result);
                }

                var until = Instant.Truncate(now + options.Lease);
                transaction.Add(Write(
                    upload, ("Tries", tries + 1), ("ClaimedUntil", until), ("CompletedAt", null), ("Outcome", null), ("Reason", null)));
                return (new UploadClaim(upload, until), null);
            },
            ct);

    /// <summary>Returns whether the import of a later version of an object has started.</summary>
    public async Task<bool> IsReplacedAsync(Upload upload, CancellationToken ct) =>
        (await database.ReadAsync(Uploads, new Key(upload.Id), null, ct))?.Int64("Generation") > upload.Generation;

    /// <summary>Records the result of an upload in the transaction that writes the track.</summary>
    /// <exception cref="ClaimLostException">The lease was taken over by another worker.</exception>
    public async Task CompleteAsync(ITransaction transaction, UploadClaim claim, UploadResult result)
    {
        if (!await IsHeldAsync(transaction, claim)) throw new ClaimLostException();
        transaction.Add(Complete(claim.Upload, result, time.GetUtcNow()));
    }

    /// <summary>Records the result of an upload that writes no track.</summary>
    /// <exception cref="ClaimLostException">The lease was taken over by another worker.</exception>
    public Task<UploadResult> CompleteAsync(UploadClaim claim, UploadResult result, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            await CompleteAsync(transaction, claim, result);
            return result;
        },
        ct);

    /// <summary>Records that an upload was rejected without a claim.</summary>
    public Task RejectAsync(Upload upload, UploadResult result, CancellationToken ct) =>
        database.CommitAsync([Complete(upload, result, time.GetUtcNow())], ct);

    /// <summary>Releases a claim, so that the next delivery does not have to wait for the end of the lease.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="reason">
    /// Why the attempt had no outcome, if the upload may be the cause. Null if it is not, in which case the attempt is not counted.
    /// </param>
    /// <param name="ct">Cancels the transaction.</param>
    public Task ReleaseAsync(UploadClaim claim, string? reason, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            if (!await IsHeldAsync(transaction, claim)) return false;
            var tries = (await transaction.ReadAsync(Uploads, new Key(claim.Upload.Id)))!.Int64("Tries");
            transaction.Add(Write(
                claim.Upload, ("Tries", reason is null ? tries - 1 : tries), ("ClaimedUntil", null), ("Reason", Fit(reason))));
            return true;
        },
        ct);

    private static async Task<bool> IsHeldAsync(ITransaction transaction, UploadClaim claim) =>
        (await transaction.ReadAsync(Uploads, new Key(claim.Upload.Id)))?.TimestampOrNull("ClaimedUntil") == claim.Until;

    private static Mutation Complete(Upload upload, UploadResult result, DateTimeOffset now) => Write(
        upload,
        ("Tries", 0),
        ("ClaimedUntil", null),
        ("CompletedAt", Instant.Truncate(now)),
        ("Outcome", result.Outcome.ToString().ToLowerInvariant()),
        ("Reason", Fit(result.Notes.Count == 0 ? null : string.Join(' ', result.Notes))));

    private static Mutation Write(Upload upload, params (string, object?)[] values) => Mutation.Upsert(
        Uploads,
        [
            ("UploadId", upload.Id),
            ("Bucket", upload.Bucket),
            ("Name", PrintableText.Of(upload.Name)),
            ("Generation", upload.Generation),
            .. values,
        ]);

    private static string? Fit(string? reason) =>
        reason is null ? null : PrintableText.Of(reason.Length > MaxReasonLength ? reason[..MaxReasonLength] : reason);
}
