namespace Spotify.Recommendations.Content;

/// <summary>A playlist, as a source of what belongs together.</summary>
/// <param name="Title">The title; may be empty.</param>
/// <param name="Tracks">The rows of its tracks, in any order.</param>
public sealed record PlaylistContents(string Title, IReadOnlyList<int> Tracks);
