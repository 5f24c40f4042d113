using System.Globalization;

namespace Spotify.Player;

/// <summary>The source of new items with unique ids.</summary>
internal sealed class Uids(long next)
{
    /// <summary>The number of the next id.</summary>
    public long Next { get; private set; } = next;

    /// <summary>Returns a new id.</summary>
    public string New() => Next++.ToString(CultureInfo.InvariantCulture);

    /// <summary>Creates an item of a context.</summary>
    public PlayerItem FromContext(ContextItem item) => new(New(), item.Uri, Math.Max(item.DurationMs, 0), ItemSource.Context, item.Key);

    /// <summary>Creates an item from elsewhere.</summary>
    public PlayerItem From(ItemSource source, ContextItem item) => new(New(), item.Uri, Math.Max(item.DurationMs, 0), source);
}
