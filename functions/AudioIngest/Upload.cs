using Spotify.Domain;
using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>An object that was uploaded to a bucket.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Name">The object name. Chosen by the uploader, so it is untrusted.</param>
/// <param name="Generation">The object version. Later versions of an object have greater numbers.</param>
public sealed record Upload(string Bucket, string Name, long Generation)
{
    /// <summary>The key of the row in Uploads, a hash of bucket and name. All versions of an object share a row.</summary>
    public string Id => SpotifyId.FromName($"upload:{Bucket}/{Name}");

    /// <summary>Whether the file or one of its folders is hidden. The import of a folder skips hidden files too.</summary>
    internal bool IsHidden => Name.Split('/').Any(segment => segment.StartsWith('.'));

    /// <summary>
    /// Whether the name is a valid relative file path: without control characters, <c>.</c> and <c>..</c> segments, and too long segments.
    /// </summary>
    internal bool HasValidName => ObjectName.IsValid(Name) && !Name.Any(char.IsControl);
}

/// <summary>The outcomes of importing an upload.</summary>
public enum UploadOutcome
{
    /// <summary>Imported as a new track, or as new audio of its track.</summary>
    Imported,

    /// <summary>The tags were edited or the file was moved. The description of its track was updated.</summary>
    Updated,

    /// <summary>Recognized as a copy of an imported file with another name.</summary>
    Duplicate,

    /// <summary>The content is unchanged.</summary>
    Unchanged,

    /// <summary>The file is invalid. It is not retried until it is uploaded again.</summary>
    Failed,

    /// <summary>Rejected because of its bucket or name.</summary>
    Refused,

    /// <summary>Skipped because it is not audio or is hidden.</summary>
    Ignored,

    /// <summary>Deleted before it was read.</summary>
    Gone,

    /// <summary>This version or a later one was already processed.</summary>
    Repeated,

    /// <summary>Being processed by another worker. The event must be delivered again later.</summary>
    Busy,
}

/// <summary>The result of importing an upload.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Notes">The reason for the outcome, or warnings; one sentence each.</param>
public sealed record UploadResult(UploadOutcome Outcome, IReadOnlyList<string> Notes)
{
    /// <summary>Creates a result with at most one reason.</summary>
    public UploadResult(UploadOutcome outcome, string? reason = null) : this(outcome, reason is null ? [] : [reason])
    {
    }
}
