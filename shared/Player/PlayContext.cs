using System.Diagnostics.CodeAnalysis;
using Spotify.Domain;

namespace Spotify.Player;

/// <summary>A context: a list in the catalog or of the listener.</summary>
/// <param name="Uri">The URI, such as <c>spotify:playlist:…</c> or <c>spotify:user:…:collection</c>.</param>
/// <param name="Type">The type in responses: album, artist, audiobook, collection, playlist or show.</param>
public sealed record PlayContext(string Uri, string Type)
{
    /// <summary>The type of a listener's liked songs.</summary>
    public const string Collection = "collection";

    /// <summary>
    /// Parses the URI of a context. Returns false if the format is invalid, entities of the type are no contexts, or the liked songs are
    /// another listener's. Whether the context exists is not checked.
    /// </summary>
    /// <param name="uri">
    /// The URI of an album, artist, audiobook, playlist or show; <c>spotify:collection</c> or <c>spotify:user:{id}:collection</c> for the
    /// listener's liked songs.
    /// </param>
    /// <param name="userId">The listener.</param>
    /// <param name="context">The context. The URI of liked songs has the listener's id.</param>
    public static bool TryParse(string? uri, string userId, [NotNullWhen(true)] out PlayContext? context)
    {
        context = null;
        if (uri == "spotify:collection" || uri == CollectionUri(userId))
        {
            context = new PlayContext(CollectionUri(userId), Collection);
            return true;
        }

        if (!SpotifyUri.TryParse(uri, out var parsed) || !IsContext(parsed.Type)) return false;
        context = new PlayContext(parsed.ToString(), SpotifyUri.WireName(parsed.Type));
        return true;
    }

    /// <summary>
    /// Returns the part of the key of an occurrence that does not change while the item is in the context. Keys of an artist's tracks
    /// begin with the popularity, which changes.
    /// </summary>
    public string StableKey(string key) => Type == "artist" ? key[(key.IndexOf(':', StringComparison.Ordinal) + 1)..] : key;

    /// <summary>Returns the URI of a listener's liked songs.</summary>
    public static string CollectionUri(string userId) => $"spotify:user:{userId}:collection";

    /// <summary>Returns whether entities of a type are contexts.</summary>
    public static bool IsContext(EntityType type) =>
        type is EntityType.Album or EntityType.Artist or EntityType.Audiobook or EntityType.Playlist or EntityType.Show;
}
