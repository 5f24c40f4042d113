using Microsoft.Extensions.Options;
using Spotify.Domain.Signing;

namespace Spotify.Functions.Playback.Cdn;

/// <summary>A receiver of clients' reports of failed downloads.</summary>
/// <remarks>
/// <para>
/// A report has the signed URL, which proves that the client was sent to the CDN, so that others cannot make a CDN look unhealthy. The URL
/// identifies the CDN. In Cloud CDN's format the host is signed, so the base URL identifies the CDN; URLs with an unknown base belong to
/// the CDN without a base URL. In the partner format the host is not signed but the key name is, so the key must not belong to another
/// partner, and the user in the URL must be the one who reports.
/// </para>
/// <para>Reports are accepted for some time after the expiry, because the download may have started before it.</para>
/// </remarks>
public sealed class FailureReports(IOptions<CdnOptions> options, CdnHealth health, SigningKeys keys, TimeProvider clock)
{
    private readonly CdnOptions options = options.Value;

    /// <summary>Verifies a report, and counts it if the CDN caused the failure.</summary>
    /// <param name="userId">The user who reports.</param>
    /// <param name="url">The signed URL that could not be fetched.</param>
    /// <param name="status">
    /// The HTTP status; null if there was no response because the connection failed, was interrupted or timed out.
    /// </param>
    public FailureReportResult Accept(string userId, string url, int? status)
    {
        if (status is < 100 or > 599) return FailureReportResult.InvalidStatus;
        var now = clock.GetUtcNow();
        if (Verify(url, now) is not { } found) return FailureReportResult.NotGranted;
        var (format, verdict) = found;
        if (verdict.UserId is not null && verdict.UserId != userId) return FailureReportResult.OtherClient;
        if (now - verdict.ExpiresAt > options.ReportGrace) return FailureReportResult.TooOld;
        if (FindCdn(url, format, verdict) is not { } cdn) return FailureReportResult.UnknownCdn;
        if (!IsCausedByCdn(status, verdict)) return FailureReportResult.NotCounted;
        health.RecordFailure(cdn.Name, userId);
        return FailureReportResult.Counted;
    }

    /// <summary>Returns true for no response, a server error, or the rejection of a valid URL.</summary>
    private static bool IsCausedByCdn(int? status, SignatureVerdict verdict) => status switch
    {
        null or 408 or 429 or >= 500 => true,
        401 or 403 => verdict.IsValid,
        _ => false,
    };

    private (IUrlSigner Format, SignatureVerdict Verdict)? Verify(string url, DateTimeOffset now)
    {
        var ring = keys.Ring;
        foreach (var format in CdnFormats.All)
        {
            var verdict = format.Verify("", url, ring, now);
            if (verdict.IsAuthentic) return (format, verdict);
        }

        return null;
    }

    private CdnDefinition? FindCdn(string url, IUrlSigner format, SignatureVerdict verdict)
    {
        var cdn = options.All.FirstOrDefault(candidate => candidate.BaseUrl is { } own && IsUnder(url, own))
            ?? options.All.FirstOrDefault(candidate => candidate.BaseUrl is null && candidate.Format == format.Format);
        if (cdn is null || cdn.Format != format.Format) return null;
        var keyIsAnothers = format is PartnerCdnSigner
            && options.All.Any(other => other != cdn && other.Format == format.Format && other.KeyName == verdict.KeyName);
        return keyIsAnothers ? null : cdn;
    }

    private static bool IsUnder(string url, string baseUrl)
    {
        var length = baseUrl.TrimEnd('/').Length;
        return url.StartsWith(baseUrl.AsSpan(0, length), StringComparison.Ordinal) && url.Length > length && url[length] == '/';
    }
}
