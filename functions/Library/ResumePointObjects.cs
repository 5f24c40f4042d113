namespace Spotify.Functions.Library;

/// <summary>The body of a request to set resume points.</summary>
/// <param name="ResumePoints">The resume points, 1 to 50.</param>
internal sealed record ResumePointChanges(IReadOnlyList<ResumePointChange?>? ResumePoints);

/// <summary>A resume point to set. Needs a position, <c>fully_played</c> or both.</summary>
/// <param name="Uri">The URI of an episode or chapter.</param>
/// <param name="ResumePositionMs">The position in milliseconds, 0 or more; null for the start. Ignored if fully played.</param>
/// <param name="FullyPlayed">Whether it is fully played; null if that follows from the position.</param>
internal sealed record ResumePointChange(string? Uri, long? ResumePositionMs, bool? FullyPlayed);

/// <summary>The resume points of a user.</summary>
/// <param name="ResumePoints">The resume points, in the order of the URIs in the request.</param>
internal sealed record ResumePointList(IReadOnlyList<ResumePointOfItem> ResumePoints);

/// <summary>The resume point of an episode or chapter.</summary>
/// <param name="Uri">The URI.</param>
/// <param name="FullyPlayed">Whether it was fully played.</param>
/// <param name="ResumePositionMs">The position in milliseconds; 0 if it was fully played or never played.</param>
/// <param name="UpdatedAt">When the user was there or set it; null if it was never played.</param>
internal sealed record ResumePointOfItem(string Uri, bool FullyPlayed, long ResumePositionMs, string? UpdatedAt);
