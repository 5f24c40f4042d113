namespace Spotify.Functions.Playback.Cdn;

/// <summary>The result of a failure report.</summary>
public enum FailureReportResult
{
    /// <summary>The failure is counted.</summary>
    Counted,

    /// <summary>The report is valid, but the CDN did not cause the status: the object is missing, or the URL had expired.</summary>
    NotCounted,

    /// <summary>The status is not an HTTP status.</summary>
    InvalidStatus,

    /// <summary>The URL has no valid signature, so this service did not issue it.</summary>
    NotGranted,

    /// <summary>The URL expired too long ago.</summary>
    TooOld,

    /// <summary>The URL was issued to another user.</summary>
    OtherClient,

    /// <summary>The URL does not belong to a configured CDN.</summary>
    UnknownCdn,
}
