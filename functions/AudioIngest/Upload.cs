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

    /// <summary>Whether the object is to be imported: it is audio and not hidden. The import of a folder skips hidden files too.</summary>
    internal bool IsMusic => MusicFiles.IsAudio(Name)
        && !Name.Split('/').Any(segment => segment.StartsWith('.') && segment is not ("." or ".."));

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

    /// <summary>Another quality of the track was encoded.</summary>
    Encoded,

    /// <summary>The file is invalid. It is not retried until it is uploaded again.</summary>
    Failed,

    /// <summary>Rejected because of its bucket, name, size or duration.</summary>
    Refused,

    /// <summary>The object or its track was deleted.</summary>
    Gone,

    /// <summary>A later version was uploaded, which has a task of its own.</summary>
    Replaced,

    /// <summary>Already done.</summary>
    Repeated,

    /// <summary>Being processed by another worker. The task must be repeated later.</summary>
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
