using Microsoft.Extensions.Options;
using Spotify.Domain.Signing;

namespace Spotify.Functions.Playback.Cdn;

/// <summary>
/// Failures to fetch audio, as clients report them. A report carries the signed URL itself, which proves that it was handed out: anyone can
/// say that a CDN is down, but only clients that were sent there can be believed. The URL also says which CDN is meant. In Cloud CDN's
/// format the host is signed, so the base tells; URLs with a base that is no one's belong to the CDN that has none of its own. In the
/// partner format the host is not signed but the key's name is, so a key that belongs to another partner refutes the base; and the user
/// must be the one who reports. The fetch may have begun while the URL was good, hence the grace after its expiry.
/// </summary>
public sealed class FailureReports(IOptions<CdnOptions> options, CdnHealth health, SigningKeys keys, TimeProvider clock)
{
    private readonly CdnOptions options = options.Value;

    /// <summary>Judges a report and, if it is to be believed, counts it.</summary>
    /// <param name="userId">Who reports, as authenticated.</param>
    /// <param name="url">The signed URL that could not be fetched, as it was handed out.</param>
    /// <param name="status">The HTTP status received; null if there was none: the connection failed, broke off or timed out.</param>
    public FailureReportResult Accept(string userId, string url, int? status)
    {
        if (status is < 100 or > 599) return FailureReportResult.InvalidStatus;
        var now = clock.GetUtcNow();
        if (Verify(url, now) is not { } found) return FailureReportResult.NotGranted;
        var (format, verdict) = found;
        if (verdict.UserId is not null && verdict.UserId != userId) return FailureReportResult.OtherClient;
        if (now - verdict.ExpiresAt > options.ReportGrace) return FailureReportResult.TooOld;
        if (FindCdn(url, format, verdict) is not { } cdn) return FailureReportResult.UnknownCdn;
        if (!IsCdnsDoing(status, verdict)) return FailureReportResult.NotCounted;
        health.RecordFailure(cdn.Name, userId);
        return FailureReportResult.Counted;
    }

    /// <summary>No answer, an error of the server's, or a refusal of a URL that is good.</summary>
    private static bool IsCdnsDoing(int? status, SignatureVerdict verdict) => status switch
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
