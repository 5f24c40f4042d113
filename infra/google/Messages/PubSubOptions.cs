using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Spotify.Google.Objects;

namespace Spotify.Google.Messages;

/// <summary>Where the topics are, and how long publishing may take. Section <c>PubSub</c>.</summary>
public sealed class PubSubOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "PubSub";

    /// <summary>The environment variable that leads to an emulator, as in all of Google's tools.</summary>
    public const string EmulatorVariable = "PUBSUB_EMULATOR_HOST";

    /// <summary>The project that has the topics.</summary>
    public string? Project { get; set; }

    /// <summary>The most time that publishing a batch may take, its repetitions included; 1 s to 10 min.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Host and port of an emulator, which asks for no credentials; null: Pub/Sub itself. From <see cref="EmulatorVariable"/>.</summary>
    public string? EmulatorHost { get; set; }
}

/// <summary>Says at start what is wrong with <see cref="PubSubOptions"/>, all of it at once.</summary>
public sealed partial class PubSubOptionsValidator : IValidateOptions<PubSubOptions>
{
    private static readonly (TimeSpan Least, TimeSpan Most) Deadlines = (TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PubSubOptions options)
    {
        List<string> problems = [.. Problems(options)];
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(PubSubOptions options)
    {
        if (!ProjectPattern().IsMatch(options.Project ?? ""))
            yield return $"{PubSubOptions.Section}:{nameof(options.Project)} must be the id of a project, not '{options.Project}'.";
        if (options.Deadline < Deadlines.Least || options.Deadline > Deadlines.Most)
            yield return $"{PubSubOptions.Section}:{nameof(options.Deadline)} must be {Deadlines.Least} to {Deadlines.Most}, not {options.Deadline}.";
        if (options.EmulatorHost is { Length: > 0 } host && !HostPattern().IsMatch(host)) yield return $"{PubSubOptions.EmulatorVariable} must be HOST:PORT, not '{host}'.";
    }

    // Old ones have their domain before a colon.
    [GeneratedRegex(@"^([a-z0-9.-]+:)?[a-z][a-z0-9-]{2,62}\z")]
    private static partial Regex ProjectPattern();

    [GeneratedRegex(@"^[^:/\s]+:[0-9]{1,5}\z")]
    private static partial Regex HostPattern();
}
