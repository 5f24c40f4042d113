using Spotify.Domain;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Ingest;

/// <summary>An object that has arrived in a bucket.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Name">The object's name: whatever the uploader has called it.</param>
/// <param name="Generation">Which version it is: a later one of the same name has a greater number.</param>
public sealed record Upload(string Bucket, string Name, long Generation)
{
    /// <summary>The key of its row, a hash of bucket and name: the versions of an object are one upload after the other.</summary>
    public string Id => SpotifyId.FromName($"upload:{Bucket}/{Name}");

    /// <summary>Whether it lies hidden, as a folder's own data do: what a folder of music would pass over too.</summary>
    internal bool IsHidden => Name.Split('/').Any(segment => segment.StartsWith('.'));

    /// <summary>Whether the name can be that of a file, below whatever directory: no control characters, no segments that lead elsewhere, none too long.</summary>
    internal bool IsNameable => ObjectName.IsValid(Name) && !Name.Any(char.IsControl);
}

/// <summary>What became of an object that arrived.</summary>
public enum UploadOutcome
{
    /// <summary>It is a new track, or new audio of one.</summary>
    Imported,

    /// <summary>Its track was elsewhere in the bucket before.</summary>
    Moved,

    /// <summary>Its content is a track already, under another name.</summary>
    Duplicate,

    /// <summary>Its content is what it was.</summary>
    Unchanged,

    /// <summary>It is broken: nothing of it was taken in, and nothing will be until it is uploaded anew.</summary>
    Failed,

    /// <summary>It is not taken from where it is, or under that name.</summary>
    Refused,

    /// <summary>It is no audio.</summary>
    Ignored,

    /// <summary>It was removed before it was looked at.</summary>
    Gone,

    /// <summary>It, or a later version, was done before.</summary>
    Repeated,

    /// <summary>Someone else is at work on it: to be delivered again later.</summary>
    Busy,
}

/// <summary>What became of an object that arrived.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Notes">The reason, or what was left out; a sentence each.</param>
public sealed record UploadResult(UploadOutcome Outcome, IReadOnlyList<string> Notes)
{
    /// <summary>An outcome with one reason, or none.</summary>
    public UploadResult(UploadOutcome outcome, string? reason = null) : this(outcome, reason is null ? [] : [reason])
    {
    }
}
