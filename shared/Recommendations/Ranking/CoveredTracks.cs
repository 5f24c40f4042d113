using Spotify.Recommendations.Items;

namespace Spotify.Recommendations.Ranking;

/// <summary>
/// The tracks that an item model covers, numbered from 0, so that the scores of a listener take memory for these tracks only, which fits
/// into the processor's cache.
/// </summary>
internal sealed class CoveredTracks
{
    private readonly ItemModel model;
    private readonly int[] rows;
    private readonly int[] neighbours;

    public CoveredTracks(ItemModel model)
    {
        this.model = model;
        var numbers = new int[model.Tracks];
        foreach (var row in model.AllNeighbours) numbers[row] = 1;
        for (var row = 0; row < numbers.Length; row++)
            if (!model.Neighbours(row).IsEmpty) numbers[row] = 1;
        rows = [.. Enumerable.Range(0, numbers.Length).Where(row => numbers[row] == 1)];
        for (var number = 0; number < rows.Length; number++) numbers[rows[number]] = number;
        neighbours = Array.ConvertAll(model.AllNeighbours.ToArray(), row => numbers[row]);
    }

    /// <summary>The number of covered tracks.</summary>
    public int Count => rows.Length;

    /// <summary>Returns the row of a covered track.</summary>
    public int Row(int number) => rows[number];

    /// <summary>Returns the number of a track; negative if it is not covered.</summary>
    public int Number(int row) => Array.BinarySearch(rows, row);

    /// <summary>Returns the numbers of the tracks whose score a track influences.</summary>
    public ReadOnlySpan<int> Neighbours(int row) => neighbours.AsSpan(model.Starts[row]..model.Starts[row + 1]);
}
