namespace Spotify.Player;

/// <summary>An item that is, was or will be played.</summary>
/// <param name="Uid">
/// An id that is unique in the document, in base 10. An item that begins again gets a new one, so that each report of an end counts once.
/// </param>
/// <param name="Uri">The URI of the track, episode or chapter.</param>
/// <param name="DurationMs">The duration in milliseconds; 0 if unknown.</param>
/// <param name="Source">Where the item comes from.</param>
/// <param name="Key">The key of the item in its context; null if it comes from elsewhere.</param>
public sealed record PlayerItem(string Uid, string Uri, long DurationMs, ItemSource Source, string? Key = null);

/// <summary>The sources of items.</summary>
public enum ItemSource
{
    /// <summary>The context, or the list of URIs of a command to play.</summary>
    Context,

    /// <summary>The listener's queue.</summary>
    Queue,

    /// <summary>The radio after the end of the context.</summary>
    Autoplay,
}
