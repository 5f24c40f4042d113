using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Ingest;

/// <summary>The right to work on an upload, for a time.</summary>
/// <param name="Upload">The upload.</param>
/// <param name="Until">When the right ends; it tells this claim from later ones.</param>
internal sealed record UploadClaim(Upload Upload, DateTimeOffset Until);

/// <summary>Another has claimed the upload meanwhile: this try took longer than it may.</summary>
internal sealed class ClaimLostException() : Exception("It took so long that another took it over.");

/// <summary>
/// Who works on which upload, and what was done, so that deliveries may repeat, overlap and come in any order. A claim is for a time: an
/// instance that dies leaves one that runs out.
/// </summary>
internal sealed class UploadClaims(IDatabase database, TimeProvider time, IngestOptions options)
{
    // Reasons repeat what programs said of the file.
    private const int MaxReasonLength = 4096;

    private static readonly Table Uploads = Schema.Current.Table("Uploads");

    /// <summary>Claims an upload; where there is nothing to do, or not now, says why.</summary>
    public Task<(UploadClaim? Claim, UploadResult? Result)> ClaimAsync(Upload upload, CancellationToken ct) =>
        database.TransactAsync<(UploadClaim?, UploadResult?)>(
            async transaction =>
            {
                var now = time.GetUtcNow();
                var row = await transaction.ReadAsync(Uploads, new Key(upload.Id));
                if (row?.TimestampOrNull("ClaimedUntil") > now) return (null, new UploadResult(UploadOutcome.Busy, "Another delivery of it is being worked on."));

                // What is read is always the newest version, and that has a delivery of its own.
                var begun = row?.Int64("Generation");
                if (begun > upload.Generation) return (null, new UploadResult(UploadOutcome.Repeated, "A later version of it has arrived."));
                if (begun == upload.Generation && !row!.IsNull("CompletedAt")) return (null, new UploadResult(UploadOutcome.Repeated, "It was done before."));

                var tries = begun == upload.Generation ? row!.Int64("Tries") : 0;
                if (tries >= options.MaxTries)
                {
                    var result = new UploadResult(UploadOutcome.Failed, $"It was given up after {tries} tries that ended in nothing. {row!.StringOrNull("Reason")}".TrimEnd());
                    transaction.Add(Done(upload, result, now));
                    return (null, result);
                }

                var until = Instant.Truncate(now + options.Lease);
                transaction.Add(Write(upload, ("Tries", tries + 1), ("ClaimedUntil", until), ("CompletedAt", null), ("Outcome", null), ("Reason", null)));
                return (new UploadClaim(upload, until), null);
            },
            ct);

    /// <summary>Enters what became of an upload, within the transaction that makes it so.</summary>
    /// <exception cref="ClaimLostException">The claim is no longer this one's.</exception>
    public async Task CompleteAsync(ITransaction transaction, UploadClaim claim, UploadResult result)
    {
        if (!await IsHeldAsync(transaction, claim)) throw new ClaimLostException();
        transaction.Add(Done(claim.Upload, result, time.GetUtcNow()));
    }

    /// <summary>Enters what became of an upload whose import changes nothing else.</summary>
    /// <exception cref="ClaimLostException">The claim is no longer this one's.</exception>
    public Task<UploadResult> CompleteAsync(UploadClaim claim, UploadResult result, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            await CompleteAsync(transaction, claim, result);
            return result;
        },
        ct);

    /// <summary>Enters that an upload was refused before anyone worked on it.</summary>
    public Task RefuseAsync(Upload upload, UploadResult result, CancellationToken ct) => database.CommitAsync([Done(upload, result, time.GetUtcNow())], ct);

    /// <summary>Gives a claim back, so that the next delivery need not wait until it runs out.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="reason">Why the try ended in nothing, where that is the upload's doing; null where it is not.</param>
    public Task ReleaseAsync(UploadClaim claim, string? reason, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            if (!await IsHeldAsync(transaction, claim)) return false;
            var tries = (await transaction.ReadAsync(Uploads, new Key(claim.Upload.Id)))!.Int64("Tries");
            transaction.Add(Write(claim.Upload, ("Tries", reason is null ? tries - 1 : tries), ("ClaimedUntil", null), ("Reason", Fit(reason))));
            return true;
        },
        ct);

    private static async Task<bool> IsHeldAsync(ITransaction transaction, UploadClaim claim) =>
        (await transaction.ReadAsync(Uploads, new Key(claim.Upload.Id)))?.TimestampOrNull("ClaimedUntil") == claim.Until;

    private static Mutation Done(Upload upload, UploadResult result, DateTimeOffset now) => Write(
        upload,
        ("Tries", 0), ("ClaimedUntil", null), ("CompletedAt", Instant.Truncate(now)), ("Outcome", result.Outcome.ToString().ToLowerInvariant()),
        ("Reason", Fit(result.Notes.Count == 0 ? null : string.Join(' ', result.Notes))));

    private static Mutation Write(Upload upload, params (string, object?)[] values) => Mutation.Upsert(
        Uploads, [("UploadId", upload.Id), ("Bucket", upload.Bucket), ("Name", PrintableText.Of(upload.Name)), ("Generation", upload.Generation), .. values]);

    private static string? Fit(string? reason) => reason is null ? null : PrintableText.Of(reason.Length > MaxReasonLength ? reason[..MaxReasonLength] : reason);
}
