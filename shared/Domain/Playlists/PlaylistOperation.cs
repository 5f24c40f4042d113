using System.Globalization;

namespace Spotify.Domain.Playlists;

/// <summary>
/// An operation on the items of a playlist, which maps positions before the operation to positions after it. Positions refer to items or
/// to gaps. Gap <c>g</c> is directly before the item at <c>g</c> and moves with it; if the item is removed, the gap is before the next
/// item. The last gap is after the last item and stays at the end.
/// </summary>
public abstract record PlaylistOperation
{
    /// <summary>Returns the position after the operation of the item at a position before it; null if the item was removed.</summary>
    public abstract int? MapItem(int position);

    /// <summary>Returns the position of a gap after the operation.</summary>
    /// <param name="gap">The gap, from 0 to <paramref name="length"/>.</param>
    /// <param name="length">The number of items before the operation.</param>
    public int MapGap(int gap, int length) => gap == length ? LengthAfter(length) : MapInnerGap(gap);

    /// <summary>Returns the number of items after the operation.</summary>
    public abstract int LengthAfter(int length);

    /// <summary>Reads an operation from its <c>ToString</c> form.</summary>
    public static PlaylistOperation Parse(string text) => (text[0], text[1..].Split('>')) switch
    {
        ('i', [var count, var before]) => new ItemInsertion(Number(before), Number(count)),
        ('r', [var positions]) => new ItemRemoval(PositionSet.Parse(positions)),
        ('m', [var positions, var before]) => new ItemMove(PositionSet.Parse(positions), Number(before)),
        _ => throw new FormatException($"'{text}' is not a playlist operation."),
    };

    private protected virtual int MapInnerGap(int gap) => MapItem(gap)!.Value;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>The insertion of items into a gap.</summary>
/// <param name="Before">The gap.</param>
/// <param name="Count">The number of items.</param>
public sealed record ItemInsertion(int Before, int Count) : PlaylistOperation
{
    /// <inheritdoc/>
    public override int? MapItem(int position) => position < Before ? position : position + Count;

    /// <inheritdoc/>
    public override int LengthAfter(int length) => length + Count;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"i{Count}>{Before}");
}

/// <summary>The removal of items.</summary>
/// <param name="Positions">The positions of the items.</param>
public sealed record ItemRemoval(PositionSet Positions) : PlaylistOperation
{
    /// <inheritdoc/>
    public override int? MapItem(int position) => Positions.Contains(position) ? null : MapInnerGap(position);

    /// <inheritdoc/>
    public override int LengthAfter(int length) => length - Positions.Count;

    /// <inheritdoc/>
    public override string ToString() => $"r{Positions}";

    private protected override int MapInnerGap(int gap) => gap - Positions.CountBelow(gap);
}

/// <summary>The move of items into a gap, in their present order.</summary>
/// <param name="Positions">The positions of the items.</param>
/// <param name="Before">The gap.</param>
public sealed record ItemMove(PositionSet Positions, int Before) : PlaylistOperation
{
    /// <inheritdoc/>
    public override int? MapItem(int position)
    {
        var (below, target) = (Positions.CountBelow(position), Before - Positions.CountBelow(Before));
        if (Positions.Contains(position)) return target + below;
        return position - below < target ? position - below : position - below + Positions.Count;
    }

    /// <inheritdoc/>
    public override int LengthAfter(int length) => length;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"m{Positions}>{Before}");
}
