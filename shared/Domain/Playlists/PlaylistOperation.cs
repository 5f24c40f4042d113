using System.Globalization;

namespace Spotify.Domain.Playlists;

/// <summary>
/// What a change does to the positions of a playlist. Positions and gaps of the list before it are carried to the list after it; gap
/// <c>g</c> is the place just before the item at <c>g</c>, and the gap after the last item stays there. Where that item goes, the gap
/// goes; where it is removed, the gap is before what follows it.
/// </summary>
public abstract record PlaylistOperation
{
    /// <summary>Where the item at a position is afterwards; null if it is no longer there.</summary>
    public abstract int? CarryItem(int position);

    /// <summary>Where a gap is afterwards.</summary>
    /// <param name="gap">The gap, from 0 to <paramref name="length"/>.</param>
    /// <param name="length">How many items there are before.</param>
    public int CarryGap(int gap, int length) => gap == length ? LengthAfter(length) : CarryInnerGap(gap);

    /// <summary>How many items there are afterwards.</summary>
    public abstract int LengthAfter(int length);

    /// <summary>Reads what an operation's <c>ToString</c> writes.</summary>
    public static PlaylistOperation Parse(string text) => (text[0], text[1..].Split('>')) switch
    {
        ('i', [var count, var before]) => new ItemInsertion(Number(before), Number(count)),
        ('r', [var positions]) => new ItemRemoval(PositionSet.Parse(positions)),
        ('m', [var positions, var before]) => new ItemMove(PositionSet.Parse(positions), Number(before)),
        _ => throw new FormatException($"'{text}' is no operation."),
    };

    private protected virtual int CarryInnerGap(int gap) => CarryItem(gap)!.Value;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>Puts items into a gap.</summary>
/// <param name="Before">The gap.</param>
/// <param name="Count">How many.</param>
public sealed record ItemInsertion(int Before, int Count) : PlaylistOperation
{
    /// <inheritdoc/>
    public override int? CarryItem(int position) => position < Before ? position : position + Count;

    /// <inheritdoc/>
    public override int LengthAfter(int length) => length + Count;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"i{Count}>{Before}");
}

/// <summary>Takes items away.</summary>
/// <param name="Positions">Where they are.</param>
public sealed record ItemRemoval(PositionSet Positions) : PlaylistOperation
{
    /// <inheritdoc/>
    public override int? CarryItem(int position) => Positions.Contains(position) ? null : CarryInnerGap(position);

    /// <inheritdoc/>
    public override int LengthAfter(int length) => length - Positions.Count;

    /// <inheritdoc/>
    public override string ToString() => $"r{Positions}";

    private protected override int CarryInnerGap(int gap) => gap - Positions.CountBelow(gap);
}

/// <summary>Gathers items, in the order they are in, in a gap.</summary>
/// <param name="Positions">Where they are.</param>
/// <param name="Before">The gap.</param>
public sealed record ItemMove(PositionSet Positions, int Before) : PlaylistOperation
{
    /// <inheritdoc/>
    public override int? CarryItem(int position)
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
