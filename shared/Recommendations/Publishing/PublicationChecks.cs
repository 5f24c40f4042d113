using static System.FormattableString;

namespace Spotify.Recommendations.Publishing;

/// <summary>The numbers of a model that are compared at publication.</summary>
/// <param name="Tracks">The number of tracks.</param>
/// <param name="Measurements">The measurements.</param>
public sealed record ModelFigures(int Tracks, ModelMeasurements Measurements);

/// <summary>The checks before a model replaces another.</summary>
/// <param name="options">The limits.</param>
public sealed class PublicationChecks(PublicationOptions options)
{
    /// <summary>Returns what is wrong with a model, in one sentence each. Empty if it may be published.</summary>
    /// <param name="model">The model.</param>
    /// <param name="published">The published model; null if there is none.</param>
    /// <param name="drift">The share of recommendations that change, 0 to 1; null if unknown.</param>
    /// <exception cref="ArgumentException">A limit is out of its range.</exception>
    public IReadOnlyList<string> Failures(ModelFigures model, ModelFigures? published, double? drift)
    {
        options.Validate();
        var failures = new List<string>();
        if (model.Tracks == 0) failures.Add("The model has no tracks.");
        if (published is null) return failures;

        var (now, before) = (model.Measurements, published.Measurements);
        var isMeasured = Math.Min(now.Listeners, before.Listeners) >= options.MinListeners;
        if (isMeasured && now.Recall < before.Recall * options.MinRecallShare)
            failures.Add(Invariant($"Recall@20 is {now.Recall:0.0000}, below {options.MinRecallShare} of {before.Recall:0.0000}."));
        if (now.Coverage < before.Coverage * options.MinCoverageShare)
            failures.Add(Invariant($"Coverage is {now.Coverage:0.0000}, below {options.MinCoverageShare} of {before.Coverage:0.0000}."));
        if (model.Tracks < published.Tracks * options.MinTrackShare)
            failures.Add(Invariant($"The number of tracks is {model.Tracks}, below {options.MinTrackShare} of {published.Tracks}."));
        if (drift > options.MaxDrift) failures.Add(Invariant($"Drift is {drift:0.0000}, above {options.MaxDrift}."));
        return failures;
    }
}
