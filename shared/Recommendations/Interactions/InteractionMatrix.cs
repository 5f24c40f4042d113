namespace Spotify.Recommendations.Interactions;

/// <summary>A sparse matrix of interactions: for each row the columns in ascending order, with one weight each.</summary>
public sealed class InteractionMatrix
{
    private readonly long[] starts;
    private readonly int[] columns;
    private readonly float[] weights;

    private InteractionMatrix(int columnCount, long[] starts, int[] columns, float[] weights)
    {
        ColumnCount = columnCount;
        (this.starts, this.columns, this.weights) = (starts, columns, weights);
    }

    /// <summary>The number of rows.</summary>
    public int RowCount => starts.Length - 1;

    /// <summary>The number of columns.</summary>
    public int ColumnCount { get; }

    /// <summary>The number of weights.</summary>
    public int Count => columns.Length;

    /// <summary>
    /// Builds a matrix with a row per listener and a column per track. Repeated pairs are added up; sums of 0 are left out.
    /// </summary>
    /// <param name="listeners">The number of listeners.</param>
    /// <param name="tracks">The number of tracks.</param>
    /// <param name="interactions">The interactions, in any order.</param>
    /// <exception cref="ArgumentException">
    /// A row is out of range, a weight is infinite or NaN, or the weights of a pair add up to infinity.
    /// </exception>
    public static InteractionMatrix Build(int listeners, int tracks, ReadOnlySpan<Interaction> interactions)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(listeners);
        ArgumentOutOfRangeException.ThrowIfNegative(tracks);
        var starts = new long[listeners + 1];
        foreach (var (listener, track, weight) in interactions)
        {
            if ((uint)listener >= (uint)listeners || (uint)track >= (uint)tracks || !float.IsFinite(weight))
                throw new ArgumentException($"The interaction ({listener}, {track}, {weight}) is invalid.", nameof(interactions));
            starts[listener + 1]++;
        }

        var (columns, weights) = (new int[interactions.Length], new float[interactions.Length]);
        var next = Add(starts);
        foreach (var (listener, track, weight) in interactions)
        {
            var position = next[listener]++;
            (columns[position], weights[position]) = (track, weight);
        }

        var count = 0;
        for (var row = 0; row < listeners; row++)
        {
            var (start, end) = ((int)starts[row], (int)next[row]);
            Array.Sort(columns, weights, start, end - start);
            starts[row] = count;
            for (var i = start; i < end;)
            {
                var (column, sum) = (columns[i], 0f);
                for (; i < end && columns[i] == column; i++) sum += weights[i];
                if (!float.IsFinite(sum))
                    throw new ArgumentException($"The weights of ({row}, {column}) add up to infinity.", nameof(interactions));
                if (sum != 0) (columns[count], weights[count++]) = (column, sum);
            }
        }

        starts[listeners] = count;
        Array.Resize(ref columns, count);
        Array.Resize(ref weights, count);
        return new InteractionMatrix(tracks, starts, columns, weights);
    }

    /// <summary>Returns the columns of a row, in ascending order.</summary>
    public ReadOnlySpan<int> Columns(int row) => columns.AsSpan((int)starts[row], Length(row));

    /// <summary>Returns the weights of a row, in the order of its columns.</summary>
    public ReadOnlySpan<float> Weights(int row) => weights.AsSpan((int)starts[row], Length(row));

    /// <summary>Returns the number of weights of a row.</summary>
    public int Length(int row) => (int)(starts[row + 1] - starts[row]);

    /// <summary>Returns a matrix with other weights in the same places. It shares memory with this one.</summary>
    public InteractionMatrix Transform(Func<float, float> transform) =>
        new(ColumnCount, starts, columns, Array.ConvertAll(weights, weight => transform(weight)));

    /// <summary>Returns the matrix with rows and columns exchanged.</summary>
    public InteractionMatrix Transpose()
    {
        var transposedStarts = new long[ColumnCount + 1];
        foreach (var column in columns) transposedStarts[column + 1]++;
        var next = Add(transposedStarts);
        var (rows, transposedWeights) = (new int[Count], new float[Count]);
        for (var row = 0; row < RowCount; row++)
        {
            for (var i = starts[row]; i < starts[row + 1]; i++)
            {
                var position = next[columns[i]]++;
                (rows[position], transposedWeights[position]) = (row, weights[i]);
            }
        }

        return new InteractionMatrix(RowCount, transposedStarts, rows, transposedWeights);
    }

    // Turns the lengths of rows, each at the index after its row's, into their starts. Returns a copy of the starts.
    private static long[] Add(long[] lengths)
    {
        for (var row = 1; row < lengths.Length; row++) lengths[row] += lengths[row - 1];
        return lengths[..^1];
    }
}
