using Microsoft.Extensions.Options;

namespace Spotify.Hosting.Training;

/// <summary>The bounds of the training in a Cloud Run job, which follow from its memory. Section <c>Training</c>.</summary>
public sealed class TrainingLimits
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Training";

    /// <summary>The largest number of tracks of the model, 1 to 10,000,000.</summary>
    public int MaxTracks { get; set; } = 100_000;

    /// <summary>The largest number of interactions, 1 to 1,000,000,000.</summary>
    public int MaxInteractions { get; set; } = 10_000_000;

    /// <summary>Whether BigQuery ML fits the factor model. It requires a slot reservation.</summary>
    public bool BigQueryMl { get; set; }

    /// <summary>The directory of the new and the published model. On Cloud Run it is in memory.</summary>
    public string Directory { get; set; } = Path.Combine(Path.GetTempPath(), "training");
}

/// <summary>The validator of <see cref="TrainingLimits"/>. Reports all problems at once.</summary>
public sealed class TrainingLimitsValidator : IValidateOptions<TrainingLimits>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TrainingLimits options) => OptionsProblems.ToResult(Problems(options));

    private static IEnumerable<string> Problems(TrainingLimits options)
    {
        if (options.MaxTracks is < 1 or > 10_000_000) yield return $"Training:MaxTracks must be 1 to 10000000, not {options.MaxTracks}.";
        if (options.MaxInteractions is < 1 or > 1_000_000_000)
            yield return $"Training:MaxInteractions must be 1 to 1000000000, not {options.MaxInteractions}.";
        if (options.Directory.Length == 0) yield return "Training:Directory is missing.";
    }
}
