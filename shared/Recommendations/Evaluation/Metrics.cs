using System.Globalization;

namespace Spotify.Recommendations.Evaluation;

/// <summary>The quality of a model's recommendations: means over the listeners with something to predict.</summary>
/// <param name="Users">The number of listeners.</param>
/// <param name="PrecisionAt10">The share of the first 10 recommendations that are right.</param>
/// <param name="RecallAt20">The share of the tracks to predict that are among the first 20 recommendations.</param>
/// <param name="NdcgAt20">The normalized discounted cumulative gain of the first 20 recommendations, with a gain of 1 or 0.</param>
/// <param name="HitAt20">The share of the listeners with a right recommendation among the first 20.</param>
/// <param name="Coverage">The share of all tracks that are among anyone's first 20 recommendations.</param>
public readonly record struct Metrics(
    int Users, double PrecisionAt10, double RecallAt20, double NdcgAt20, double HitAt20, double Coverage)
{
    /// <summary>The number of recommendations the metrics look at.</summary>
    public const int Cutoff = 20;

    /// <summary>Returns the metrics as one line in the invariant culture.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"users {Users} precision@10 {PrecisionAt10:F4} recall@20 {RecallAt20:F4} ndcg@20 {NdcgAt20:F4} "
        + $"hit@20 {HitAt20:F4} coverage {Coverage:F2}");
}
