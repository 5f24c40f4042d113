namespace Spotify.Player;

/// <summary>An item of a context or of a list of URIs.</summary>
/// <param name="Key">
/// The key of this occurrence of the item in its context, by which a later read continues. Of a playlist: its order key; of liked songs:
/// its sort key; else the id.
/// </param>
/// <param name="Uri">The URI of the track, episode or chapter.</param>
/// <param name="DurationMs">The duration in milliseconds; 0 if unknown.</param>
/// <param name="Artist">The id of the main artist, by which lists of URIs are shuffled; null if unknown.</param>
public sealed record ContextItem(string Key, string Uri, long DurationMs, string? Artist = null);
