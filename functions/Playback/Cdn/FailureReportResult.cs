namespace Spotify.Functions.Playback.Cdn;

/// <summary>What became of a failure report.</summary>
public enum FailureReportResult
{
    /// <summary>It counts against the CDN.</summary>
    Counted,

    /// <summary>It is genuine, but the status is not the CDN's doing: the file is missing, or the URL had expired.</summary>
    NotCounted,

    /// <summary>The status is none of HTTP's.</summary>
    InvalidStatus,

    /// <summary>The URL is not signed, or its signature is wrong: it was never handed out.</summary>
    NotGranted,

    /// <summary>The URL expired too long ago.</summary>
    TooOld,

    /// <summary>The URL was handed out to someone else.</summary>
    OtherClient,

    /// <summary>The URL is of no CDN that is configured (any more).</summary>
    UnknownCdn,
}
