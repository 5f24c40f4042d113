using Microsoft.Extensions.Options;

namespace Spotify.Hosting.LiveDocuments;

/// <summary>The Firestore database of live documents, and how it is called. Section <c>LiveDocuments</c>.</summary>
public sealed class LiveDocumentOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "LiveDocuments";

    /// <summary>The environment variable of the emulator's address, the same as for Google's tools.</summary>
    public const string EmulatorVariable = "FIRESTORE_EMULATOR_HOST";

    /// <summary>The project of the database, which is the default one.</summary>
    public string Project { get; set; } = "";

    /// <summary>The time for a call including retries; above 0, up to 1 min.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The maximum wait before the second try, 0 or more. Doubles with each further try. The actual wait is a random part of the maximum.
    /// </summary>
    public TimeSpan MinBackoff { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The maximum wait before any try.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Host and port of an emulator, which needs no credentials; null: Firestore. From <see cref="EmulatorVariable"/>.</summary>
    public string? EmulatorHost { get; set; }
}

/// <summary>The validator of <see cref="LiveDocumentOptions"/>. Reports all problems at once.</summary>
public sealed class LiveDocumentOptionsValidator : IValidateOptions<LiveDocumentOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, LiveDocumentOptions options) => OptionsProblems.ToResult(Problems(options));

    private static IEnumerable<string> Problems(LiveDocumentOptions options)
    {
        if (!OptionsProblems.IsProject(options.Project))
            yield return $"LiveDocuments:Project must be the id of a project, not '{options.Project}'.";
        if (options.Deadline <= TimeSpan.Zero || options.Deadline > TimeSpan.FromMinutes(1))
            yield return $"LiveDocuments:Deadline must be above 0, up to 1 minute, not {options.Deadline}.";
        if (options.MinBackoff < TimeSpan.Zero || options.MinBackoff > options.MaxBackoff)
            yield return $"LiveDocuments:MinBackoff must be 0 or more and at most LiveDocuments:MaxBackoff, not {options.MinBackoff}.";
        if (options.EmulatorHost is { Length: > 0 } host && !OptionsProblems.IsHostAndPort(host))
            yield return $"{LiveDocumentOptions.EmulatorVariable} must be HOST:PORT, not '{host}'.";
    }
}
