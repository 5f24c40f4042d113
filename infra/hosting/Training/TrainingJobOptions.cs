using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Spotify.Hosting.Training;

/// <summary>The Cloud Run job that trains, and how it is called. Section <c>TrainingJobs</c>.</summary>
public sealed class TrainingJobOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "TrainingJobs";

    /// <summary>The full name of the job: <c>projects/{project}/locations/{region}/jobs/{name}</c>.</summary>
    public string Job { get; set; } = "";

    /// <summary>The time for a call, above 0, up to 1 min.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A test server to call instead of Cloud Run, without credentials, such as <c>http://127.0.0.1:8123</c>.</summary>
    public string? Endpoint { get; set; }
}

/// <summary>The validator of <see cref="TrainingJobOptions"/>. Reports all problems at once.</summary>
public sealed partial class TrainingJobOptionsValidator : IValidateOptions<TrainingJobOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TrainingJobOptions options) => OptionsProblems.ToResult(Problems(options));

    private static IEnumerable<string> Problems(TrainingJobOptions options)
    {
        if (!NamePattern().IsMatch(options.Job))
            yield return $"TrainingJobs:Job must be projects/…/locations/…/jobs/…, not '{options.Job}'.";
        if (options.Deadline <= TimeSpan.Zero || options.Deadline > TimeSpan.FromMinutes(1))
            yield return $"TrainingJobs:Deadline must be above 0, up to 1 minute, not {options.Deadline}.";
        if (options.Endpoint is { } endpoint && !Uri.TryCreate(endpoint, UriKind.Absolute, out _))
            yield return $"TrainingJobs:Endpoint must be an address, not '{endpoint}'.";
    }

    [GeneratedRegex(@"\Aprojects/[^/?#]+/locations/[^/?#]+/jobs/[^/?#]+\z")]
    private static partial Regex NamePattern();
}
