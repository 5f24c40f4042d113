namespace Spotify.Local.Queues;

/// <summary>
/// The limits of the messages that wait, beyond which the bus pushes back: on disk for each subscription, and in memory for the next
/// commit.
/// </summary>
public sealed record BacklogLimits
{
    /// <summary>The maximum number of messages that wait for a subscription.</summary>
    public long Messages { get; init; } = 1_000_000;

    /// <summary>The maximum size of the bodies that wait for a subscription, in bytes.</summary>
    public long Bytes { get; init; } = 2L << 30;

    /// <summary>The maximum number of publishes that wait for a commit.</summary>
    public int Uncommitted { get; init; } = 4096;

    /// <summary>The maximum size of the bodies that wait for a commit, in bytes.</summary>
    public long UncommittedBytes { get; init; } = 64 << 20;

    /// <summary>Returns whether a subscription may not have so many messages.</summary>
    internal bool Exclude(long messages, long bytes) => messages > Messages || bytes > Bytes;
}
