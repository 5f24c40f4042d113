using Microsoft.Extensions.Options;

namespace Spotify.Hosting.Messages;

/// <summary>The project of the topics and the limits of publishing. Section <c>PubSub</c>.</summary>
public sealed class PubSubOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "PubSub";

    /// <summary>The environment variable of the emulator's address, the same as for Google's tools.</summary>
    public const string EmulatorVariable = "PUBSUB_EMULATOR_HOST";

    /// <summary>The project of the topics.</summary>
    public string? Project { get; set; }

    /// <summary>The time for publishing a batch including retries; 1 s to 10 min.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Host and port of an emulator, which needs no credentials; null: Pub/Sub. From <see cref="EmulatorVariable"/>.</summary>
    public string? EmulatorHost { get; set; }
}

/// <summary>The validator of <see cref="PubSubOptions"/>. Reports all problems at once.</summary>
public sealed class PubSubOptionsValidator : IValidateOptions<PubSubOptions>
{
    private static readonly (TimeSpan Min, TimeSpan Max) Deadlines = (TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PubSubOptions options) => OptionsProblems.ToResult(Problems(options));

    private static IEnumerable<string> Problems(PubSubOptions options)
    {
        if (!OptionsProblems.IsProject(options.Project))
            yield return $"PubSub:Project must be the id of a project, not '{options.Project}'.";
        if (options.Deadline < Deadlines.Min || options.Deadline > Deadlines.Max)
            yield return $"PubSub:Deadline must be {Deadlines.Min} to {Deadlines.Max}, not {options.Deadline}.";
        if (options.EmulatorHost is { Length: > 0 } host && !OptionsProblems.IsHostAndPort(host))
            yield return $"{PubSubOptions.EmulatorVariable} must be HOST:PORT, not '{host}'.";
    }
}
