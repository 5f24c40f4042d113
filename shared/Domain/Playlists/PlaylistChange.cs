namespace Spotify.Domain.Playlists;

/// <summary>One step from a version of a playlist to the next.</summary>
/// <param name="ItemsBefore">How many items there were before it.</param>
/// <param name="Operations">What it did to them, in order; nothing where it changed something else.</param>
public sealed record PlaylistChange(int ItemsBefore, IReadOnlyList<PlaylistOperation> Operations)
{
    /// <summary>How many changes of a playlist are kept.</summary>
    public const int Kept = 100;

    /// <summary>The operations as the database keeps them.</summary>
    public string OperationsText => string.Join(';', Operations);

    /// <summary>The change of which the database keeps that.</summary>
    public static PlaylistChange Parse(int itemsBefore, string operations) =>
        new(itemsBefore, [.. operations.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(PlaylistOperation.Parse)]);

    /// <summary>Where the item at a position is afterwards; null if it is no longer there.</summary>
    public int? CarryItem(int position)
    {
        int? carried = position;
        foreach (var operation in Operations)
            if (carried is { } at) carried = operation.CarryItem(at);
        return carried;
    }

    /// <summary>Where a gap is afterwards.</summary>
    public int CarryGap(int gap)
    {
        var length = ItemsBefore;
        foreach (var operation in Operations) (gap, length) = (operation.CarryGap(gap, length), operation.LengthAfter(length));
        return gap;
    }
}
