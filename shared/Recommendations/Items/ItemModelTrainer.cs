using System.Runtime.InteropServices;
using Spotify.Recommendations.Interactions;

namespace Spotify.Recommendations.Items;

/// <summary>
/// The training of item models: the regularized least-squares prediction of each covered track's weights from those of the other
/// covered tracks (Steck 2019), on power-transformed weights that are normalized per listener and track.
/// </summary>
public static unsafe class ItemModelTrainer
{
    /// <summary>Trains a model. The result depends on neither chance nor the number of threads.</summary>
    /// <param name="interactions">A row per listener, a column per track. Negative weights are ignored.</param>
    /// <param name="features">
    /// A row per feature that tracks share, such as a genre, an album or a playlist, a column per track. Each counts as a listener of its
    /// tracks with the weight <see cref="ItemModelOptions.FeatureWeight"/> (Jeunen, Van Balen, Goethals, "Closed-Form Models for
    /// Collaborative Filtering with Side-Information", 2020). null: none.
    /// </param>
    /// <param name="options">The settings.</param>
    /// <param name="threads">The number of threads, at least 1.</param>
    /// <param name="progress">Receives the progress.</param>
    /// <param name="ct">Cancels the training.</param>
    /// <returns>The model; null if fewer than two tracks have a listener.</returns>
    /// <exception cref="ArgumentException">A setting is invalid.</exception>
    public static ItemModel? Fit(
        InteractionMatrix interactions,
        InteractionMatrix? features,
        ItemModelOptions options,
        int threads,
        IProgress<TrainingProgress>? progress,
        CancellationToken ct)
    {
        options.Validate();
        var covered = Covered(interactions, options.Tracks);
        if (covered.Length < 2) return null;
        var (byListener, trackScales, importance) = Normalized(interactions, features, covered, options);
        using var matrix = new SymmetricMatrix(covered.Length);
        var total = matrix.Steps + 2;
        FillGram(matrix, byListener, options.Regularization, threads, ct);
        progress?.Report(new TrainingProgress("item model", 1, total));
        matrix.Invert(threads, step => progress?.Report(new TrainingProgress("item model", 1 + step, total)), ct);
        var model = Sparse(matrix, covered, trackScales, importance, interactions.ColumnCount, options, threads, ct);
        progress?.Report(new TrainingProgress("item model", total, total));
        return model;
    }

    /// <summary>Returns the tracks with the most listeners, in the order of their rows.</summary>
    internal static int[] Covered(InteractionMatrix interactions, int count)
    {
        var listeners = new int[interactions.ColumnCount];
        for (var row = 0; row < interactions.RowCount; row++)
        {
            var columns = interactions.Columns(row);
            var weights = interactions.Weights(row);
            for (var i = 0; i < columns.Length; i++)
                if (weights[i] > 0) listeners[columns[i]]++;
        }

        return [.. Enumerable.Range(0, listeners.Length).Where(track => listeners[track] > 0)
            .OrderByDescending(track => listeners[track]).Take(count).Order()];
    }

    private static (InteractionMatrix ByListener, float[] TrackScales, float[] Importance) Normalized(
        InteractionMatrix interactions, InteractionMatrix? features, int[] covered, ItemModelOptions options)
    {
        var positions = new int[interactions.ColumnCount];
        Array.Fill(positions, -1);
        for (var i = 0; i < covered.Length; i++) positions[covered[i]] = i;
        var entries = new List<Interaction>(interactions.Count + (features?.Count ?? 0));
        AddRows(interactions, 0, 1);
        if (features is not null && options.FeatureWeight > 0) AddRows(features, interactions.RowCount, options.FeatureWeight);
        var sums = new double[covered.Length];
        foreach (var (_, track, weight) in entries) sums[track] += weight * weight;
        var scales = Array.ConvertAll(sums, sum => Scale(sum, options.TrackExponent));
        var normalized = entries.ConvertAll(entry => entry with { Weight = entry.Weight * scales[entry.Track] });
        var rows = interactions.RowCount + (features?.RowCount ?? 0);
        var matrix = InteractionMatrix.Build(rows, covered.Length, CollectionsMarshal.AsSpan(normalized));
        return (matrix, scales, Array.ConvertAll(sums, sum => (float)Math.Sqrt(sum)));

        void AddRows(InteractionMatrix matrix, int firstRow, float rowWeight)
        {
            for (var row = 0; row < matrix.RowCount; row++)
            {
                var columns = matrix.Columns(row);
                var weights = matrix.Weights(row);
                var first = entries.Count;
                var squares = 0d;
                for (var i = 0; i < columns.Length; i++)
                {
                    if (!(weights[i] > 0) || positions[columns[i]] < 0) continue;
                    var value = options.Transform(weights[i]);
                    entries.Add(new Interaction(firstRow + row, positions[columns[i]], value));
                    squares += value * value;
                }

                var scale = rowWeight * Scale(squares, options.ListenerExponent);
                for (var i = first; i < entries.Count; i++) entries[i] = entries[i] with { Weight = entries[i].Weight * scale };
            }
        }
    }

    private static float Scale(double squares, float exponent) => squares > 0 ? (float)Math.Pow(squares, -exponent / 2) : 0;

    private static void FillGram(
        SymmetricMatrix matrix, InteractionMatrix byListener, float regularization, int threads, CancellationToken ct)
    {
        var byTrack = byListener.Transpose();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = ct };
        Parallel.For(0, matrix.Count, parallel, track =>
        {
            var listeners = byTrack.Columns(track);
            var weights = byTrack.Weights(track);
            for (var i = 0; i < listeners.Length; i++)
            {
                var others = byListener.Columns(listeners[i]);
                var otherWeights = byListener.Weights(listeners[i]);
                for (var j = 0; j < others.Length && others[j] <= track; j++)
                    *matrix.At(track, others[j]) += weights[i] * otherWeights[j];
            }
        });
        var (sum, squares) = (0d, 0d);
        for (var track = 0; track < matrix.Count; track++)
        {
            double element = *matrix.At(track, track);
            (sum, squares) = (sum + element, squares + (element * element));
        }

        var added = (float)(regularization * squares / sum);
        for (var track = 0; track < matrix.Count; track++) *matrix.At(track, track) += added;
    }

    // The weight of track i in the prediction of track j is −Pij / Pjj, for the inverse P. It is scaled back to weights as listened.
    private static ItemModel Sparse(
        SymmetricMatrix inverse,
        int[] covered,
        float[] scales,
        float[] importance,
        int tracks,
        ItemModelOptions options,
        int threads,
        CancellationToken ct)
    {
        var count = Math.Min(options.Neighbours, covered.Length - 1);
        var sources = new int[covered.Length][];
        var values = new float[covered.Length][];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = ct };
        Parallel.For(0, covered.Length, parallel, () => (new float[covered.Length], new float[covered.Length]), (target, _, buffers) =>
        {
            var (row, magnitudes) = buffers;
            inverse.CopyRow(target, row);
            var factor = -1 / (row[target] * scales[target]);
            for (var source = 0; source < row.Length; source++) row[source] *= factor * scales[source];
            row[target] = 0;
            for (var source = 0; source < row.Length; source++) magnitudes[source] = -MathF.Abs(row[source] * importance[source]);
            Array.Sort(magnitudes);
            var threshold = -magnitudes[count - 1];
            var kept = new int[count];
            var position = 0;
            for (var source = 0; source < row.Length && position < count; source++)
                if (MathF.Abs(row[source] * importance[source]) >= threshold && row[source] != 0) kept[position++] = source;
            sources[target] = kept[..position];
            values[target] = Array.ConvertAll(sources[target], source => row[source]);
            return buffers;
        }, _ => { });
        return BySource(covered, sources, values, tracks, options);
    }

    private static ItemModel BySource(int[] covered, int[][] sources, float[][] values, int tracks, ItemModelOptions options)
    {
        var starts = new int[tracks + 1];
        foreach (var source in sources.SelectMany(one => one)) starts[covered[source] + 1]++;
        for (var track = 0; track < tracks; track++) starts[track + 1] += starts[track];
        var (neighbours, influences) = (new int[starts[^1]], new float[starts[^1]]);
        var next = starts[..^1];
        for (var target = 0; target < covered.Length; target++)
        {
            for (var i = 0; i < sources[target].Length; i++)
            {
                var position = next[covered[sources[target][i]]]++;
                (neighbours[position], influences[position]) = (covered[target], values[target][i]);
            }
        }

        return new ItemModel(options, starts, neighbours, influences);
    }
}
