using Spotify.Domain;
using Spotify.Functions.Playback;

namespace Spotify.Functions.Licenses.Issuing;

/// <summary>An item that a page of a request covers.</summary>
/// <param name="Uri">The URI.</param>
/// <param name="Item">The item; null if the catalog no longer has it.</param>
internal sealed record ContentEntry(SpotifyUri Uri, PlaybackItem? Item)
{
    /// <summary>Whether the listener asks for the item itself.</summary>
    public bool IsRequested { get; set; }

    /// <summary>The collections of the request that have the item, with its first position on the page.</summary>
    public Dictionary<SpotifyUri, int> Positions { get; } = [];
}

/// <summary>A collection that a page of a request covers, at least in part.</summary>
/// <param name="Uri">The URI.</param>
/// <param name="Version">The version of the playlist, read before its items; 0 for albums and audiobooks.</param>
/// <param name="IsComplete">Whether the page ends after the last item of the collection.</param>
internal sealed record ContentCollection(SpotifyUri Uri, long Version, bool IsComplete);

/// <summary>A page of the contents of a request.</summary>
internal sealed class ContentPage
{
    private readonly Dictionary<string, ContentEntry> byId = new(StringComparer.Ordinal);

    /// <summary>The items: up to <see cref="OfflineTracks.MaxItems"/>, each once.</summary>
    public List<ContentEntry> Entries { get; } = [];

    /// <summary>The collections.</summary>
    public List<ContentCollection> Collections { get; } = [];

    /// <summary>The items and collections that do not exist, or that the listener may not see.</summary>
    public List<SpotifyUri> Missing { get; } = [];

    /// <summary>The position after the page; null if it is the last.</summary>
    public IssueCursor? Next { get; set; }

    /// <summary>Returns the entry of an item, which is added on first use.</summary>
    public ContentEntry Add(SpotifyUri uri, PlaybackItem? item)
    {
        if (byId.TryGetValue(uri.Id, out var entry)) return entry;
        byId[uri.Id] = entry = new ContentEntry(uri, item);
        Entries.Add(entry);
        return entry;
    }
}
