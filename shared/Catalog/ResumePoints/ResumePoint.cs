using Spotify.Domain.Data;

namespace Spotify.Catalog.ResumePoints;

/// <summary>The newest position of a listener in an episode or chapter.</summary>
/// <param name="PlayableId">The id of the episode or chapter.</param>
/// <param name="PositionMs">The position in milliseconds, 0 or more; 0 if fully played, so that it then starts again.</param>
/// <param name="FullyPlayed">Whether the listener has played it to the end.</param>
/// <param name="UpdatedAt">When the listener was at the position.</param>
public sealed record ResumePoint(string PlayableId, long PositionMs, bool FullyPlayed, DateTimeOffset UpdatedAt)
{
    // In percent. Credits and announcements at the end are often skipped.
    private const long PlayedPercent = 98;

    private const long MaxRemainingMs = 30_000;

    /// <summary>
    /// Returns the resume point of a listener at a position. Fully played is an item that ended or of which 98 % were reached, or whose
    /// last 30 seconds were reached, if these are not more than its second half.
    /// </summary>
    /// <param name="playableId">The id of the episode or chapter.</param>
    /// <param name="positionMs">The position in milliseconds. Outside of the item: its start or end.</param>
    /// <param name="durationMs">The duration in milliseconds; null or 0 if unknown, and then only the end makes it fully played.</param>
    /// <param name="ended">Whether it was played to its end.</param>
    /// <param name="at">When the listener was at the position.</param>
    public static ResumePoint At(string playableId, long positionMs, long? durationMs, bool ended, DateTimeOffset at)
    {
        var position = Math.Max(0, positionMs);
        var isPlayed = ended || (durationMs is > 0 and var duration && IsPlayed(Math.Min(position, duration), duration));
        return isPlayed ? Played(playableId, at) : new ResumePoint(playableId, position, false, at);
    }

    /// <summary>Returns the resume point of an item that was fully played.</summary>
    public static ResumePoint Played(string playableId, DateTimeOffset at) => new(playableId, 0, true, at);

    /// <summary>Returns the resume point of an item that was never played, or that the listener marks as such.</summary>
    public static ResumePoint Unplayed(string playableId, DateTimeOffset at) => new(playableId, 0, false, at);

    internal static ResumePoint FromRow(Row row) =>
        new(row.String("PlayableId"), row.Int64("PositionMs"), row.Bool("FullyPlayed"), row.Timestamp("UpdatedAt"));

    private static bool IsPlayed(long position, long duration) =>
        (Int128)position * 100 >= (Int128)duration * PlayedPercent
        || (duration - position < MaxRemainingMs && position >= duration - position);
}
