using System.Globalization;

namespace Spotify.Recommendations.Evaluation;

/// <summary>The quality of a model.</summary>
/// <param name="Model">The name of the model.</param>
/// <param name="Metrics">The quality.</param>
/// <param name="Duration">The time of the training of all models and of this model's recommendations.</param>
public sealed record EvaluationResult(string Model, Metrics Metrics, TimeSpan Duration)
{
    /// <summary>Returns the result as one line in the invariant culture.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Model}: {Metrics} seconds {Duration.TotalSeconds:F1}");
}
