using Spotify.Recommendations.Training;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Ranking;

/// <summary>Tracks and their scores for a listener. Used again for the next listener, so that nothing is allocated.</summary>
/// <param name="model">The model.</param>
/// <param name="options">The settings.</param>
internal sealed class CandidateSet(TrainedModel model, RankingOptions options)
{
    /// <summary>The number of signals.</summary>
    public const int Signals = 5;

    private readonly EnsembleOptions ensemble = options.Ensemble ?? model.Ensemble;
    private readonly RowMap indexes = new();
    private int[] rows = new int[1024];
    private int[] order = new int[1024];
    private float[] scores = new float[1024];
    private float[] sortKeys = new float[1024];
    private float[] signals = new float[Signals * 1024];

    /// <summary>The number of candidates.</summary>
    public int Count { get; private set; }

    /// <summary>The candidates, the best first. Their positions refer to the other methods.</summary>
    public ReadOnlySpan<int> Order => order.AsSpan(0, Count);

    /// <summary>Returns the row of a candidate.</summary>
    public int Row(int candidate) => rows[candidate];

    /// <summary>Returns the score of a candidate.</summary>
    public float Score(int candidate) => scores[candidate];

    /// <summary>Returns a signal of a candidate: the number of standard deviations above the mean; NaN if it is missing.</summary>
    public float Signal(SignalKind signal, int candidate) => signals[((int)signal * rows.Length) + candidate];

    /// <summary>Removes all candidates.</summary>
    public void Clear()
    {
        indexes.Clear();
        Count = 0;
    }

    /// <summary>Returns whether a track is a candidate.</summary>
    public bool Contains(int row) => indexes.Contains(row);

    /// <summary>Finds the position of a candidate.</summary>
    public bool TryFind(int row, out int candidate) => indexes.TryGetValue(row, out candidate);

    /// <summary>Adds a track. Returns false if it is there.</summary>
    public bool TryAdd(int row)
    {
        if (!indexes.TryAdd(row, Count)) return false;
        if (Count == rows.Length)
        {
            Array.Resize(ref rows, Count * 2);
            order = new int[Count * 2];
            scores = new float[Count * 2];
            sortKeys = new float[Count * 2];
            signals = new float[Signals * Count * 2];
        }

        rows[Count++] = row;
        return true;
    }

    /// <summary>Computes the scores and the order.</summary>
    /// <param name="profile">The listener.</param>
    /// <param name="items">The listener's scores of the item model.</param>
    /// <param name="popularity">The popularity in the listener's market.</param>
    /// <param name="newTracks">The tracks whose popularity is unknown.</param>
    public void Rank(ListenerProfile profile, ItemScores items, MarketPopularity popularity, NewTracks newTracks)
    {
        Signal(SignalKind.Items).Fill(float.NaN);
        Signal(SignalKind.Audio).Fill(float.NaN);
        var signalScores = new SignalScores
        {
            Factors = Dots(SignalKind.Factors, model.FactorIndex.Vectors, profile.Factors),
            Items = items.Any ? Signal(SignalKind.Items) : [],
            Content = Dots(SignalKind.Content, model.Content, profile.Content),
            Audio = model.Audio is null ? [] : Dots(SignalKind.Audio, model.Audio, profile.Audio),
            Popularity = Signal(SignalKind.Popularity),
        };
        for (var i = 0; i < signalScores.Items.Length; i++) signalScores.Items[i] = items[rows[i]];
        for (var i = 0; i < Count; i++)
        {
            var value = popularity.Of(rows[i]);
            signalScores.Popularity[i] = value == 0 && newTracks.Contains(rows[i]) ? float.NaN : value;
        }

        ScoreMixer.Mix(signalScores, WeightsFor(profile), scores.AsSpan(0, Count));
        Sort();
    }

    /// <summary>Adds random numbers to the scores, so that the order differs from one list to the next.</summary>
    public void Perturb(Random random)
    {
        for (var i = 0; i < Count; i++) scores[i] += 3 * (random.NextSingle() - 0.5f);
        Sort();
    }

    /// <summary>Adds numbers to the scores, one per candidate. A track about which nothing is known is far below the average.</summary>
    public void Adjust(ReadOnlySpan<float> additions)
    {
        const float Unknown = -5;
        for (var i = 0; i < Count; i++) scores[i] = Math.Max(scores[i], Unknown) + additions[i];
        Sort();
    }

    private void Sort()
    {
        for (var i = 0; i < Count; i++) (order[i], sortKeys[i]) = (i, -scores[i]);
        sortKeys.AsSpan(0, Count).Sort(order.AsSpan(0, Count));
    }

    private Span<float> Signal(SignalKind signal) => signals.AsSpan((int)signal * rows.Length, Count);

    private Span<float> Dots(SignalKind signal, VectorTable vectors, ReadOnlySpan<float> query)
    {
        var values = Signal(signal);
        if (query.IsEmpty)
        {
            values.Fill(float.NaN);
            return [];
        }

        vectors.Dot(rows.AsSpan(0, Count), query, values);
        for (var i = 0; i < values.Length; i++)
        {
            // Exactly 0 is the product with a zero vector: nothing is known about the track.
            if (values[i] == 0 || SaysNothing(signal, rows[i], values[i])) values[i] = float.NaN;
        }

        return values;
    }

    // A track without genres may resemble nothing that the listener likes because hardly anything is known about it.
    private bool SaysNothing(SignalKind signal, int row, float value) =>
        signal == SignalKind.Content && value < 0.2f && model.Tracks.Genres(row).IsEmpty;

    // The fewer tracks the history has, the less it says about the listener, and the more counts what is popular where they are.
    private EnsembleOptions WeightsFor(ListenerProfile profile)
    {
        var known = profile.Evidence;
        var half = options.NewListenerPlays;
        if (half == 0 || known > half * 10) return ensemble;
        var share = known * known / ((known * known) + (half * half));
        var personal = ensemble.Collaborative + ensemble.Content + ensemble.Audio;
        return ensemble with
        {
            Collaborative = ensemble.Collaborative * share,
            Content = ensemble.Content * share,
            Audio = ensemble.Audio * share,
            Popularity = ensemble.Popularity + (personal * (1 - share)),
        };
    }
}

/// <summary>The signals of candidates.</summary>
internal enum SignalKind
{
    /// <summary>The factor model.</summary>
    Factors,

    /// <summary>The item model.</summary>
    Items,

    /// <summary>Content.</summary>
    Content,

    /// <summary>Sound.</summary>
    Audio,

    /// <summary>Popularity.</summary>
    Popularity,
}
