using System.Collections;

namespace Spotify.Domain.Playlists;

/// <summary>A set of positions in a list, from 0, stored as runs: <c>2+3,9+1</c> is the set of 2, 3, 4 and 9.</summary>
public sealed class PositionSet : IReadOnlyCollection<int>
{
    private readonly int[] starts;
    private readonly int[] lengths;

    // The total length of all earlier runs.
    private readonly int[] before;

    private PositionSet(List<(int Start, int Length)> runs)
    {
        starts = [.. runs.Select(run => run.Start)];
        lengths = [.. runs.Select(run => run.Length)];
        before = new int[runs.Count];
        foreach (var (i, run) in runs.Index())
        {
            before[i] = Count;
            Count += run.Length;
        }
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>The runs in ascending order. There is a gap between any two.</summary>
    public IEnumerable<(int Start, int Length)> Runs => starts.Zip(lengths);

    /// <summary>Returns the positions of one run; an empty set if its length is 0.</summary>
    public static PositionSet Run(int start, int length) => new(length > 0 ? [(start, length)] : []);

    /// <summary>Returns the set of positions, which may be in any order and repeated.</summary>
    public static PositionSet Of(IEnumerable<int> positions)
    {
        var runs = new List<(int Start, int Length)>();
        foreach (var position in positions.Order())
        {
            if (runs.Count > 0 && runs[^1] is var (start, length) && position <= start + length)
                runs[^1] = (start, Math.Max(length, position - start + 1));
            else
                runs.Add((position, 1));
        }

        return new PositionSet(runs);
    }

    /// <summary>Reads a set from its <see cref="ToString"/> form.</summary>
    public static PositionSet Parse(string text) => new(
    [
        .. text.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(run => run.Split('+'))
            .Select(run => (int.Parse(run[0], null), int.Parse(run[1], null))),
    ]);

    /// <summary>Returns whether the set contains a position.</summary>
    public bool Contains(int position) => Find(position) is var run and >= 0 && position < starts[run] + lengths[run];

    /// <summary>Returns the number of positions in the set below a position.</summary>
    public int CountBelow(int position) =>
        Find(position) is var run and >= 0 ? before[run] + Math.Min(lengths[run], position - starts[run]) : 0;

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => Runs.SelectMany(run => Enumerable.Range(run.Start, run.Length)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', Runs.Select(run => FormattableString.Invariant($"{run.Start}+{run.Length}")));

    /// <summary>Returns the index of the last run that starts at or before a position; -1 if there is none.</summary>
    private int Find(int position)
    {
        var at = Array.BinarySearch(starts, position);
        return at >= 0 ? at : ~at - 1;
    }
}
