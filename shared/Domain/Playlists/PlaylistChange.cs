namespace Spotify.Domain.Playlists;

/// <summary>The change from one version of a playlist to the next.</summary>
/// <param name="ItemsBefore">The number of items before the change.</param>
/// <param name="Operations">The operations on the items, in order; empty if only other data changed.</param>
public sealed record PlaylistChange(int ItemsBefore, IReadOnlyList<PlaylistOperation> Operations)
{
    /// <summary>The number of changes that are stored for each playlist.</summary>
    public const int Kept = 100;

    /// <summary>The operations in their stored form.</summary>
    public string OperationsText => string.Join(';', Operations);

    /// <summary>Reads a change from its stored form.</summary>
    public static PlaylistChange Parse(int itemsBefore, string operations) =>
        new(itemsBefore, [.. operations.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(PlaylistOperation.Parse)]);

    /// <summary>Returns the position after the change of the item at a position before it; null if the item was removed.</summary>
    public int? MapItem(int position)
    {
        int? mapped = position;
        foreach (var operation in Operations)
            if (mapped is { } at) mapped = operation.MapItem(at);
        return mapped;
    }

    /// <summary>Returns the position of a gap after the change.</summary>
    public int MapGap(int gap)
    {
        var length = ItemsBefore;
        foreach (var operation in Operations) (gap, length) = (operation.MapGap(gap, length), operation.LengthAfter(length));
        return gap;
    }
}
