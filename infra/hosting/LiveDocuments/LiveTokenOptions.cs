using Microsoft.Extensions.Options;

namespace Spotify.Hosting.LiveDocuments;

/// <summary>The tokens with which clients listen to live documents, and the service that signs them. Section <c>LiveTokens</c>.</summary>
public sealed class LiveTokenOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "LiveTokens";

    /// <summary>The project of the database and of the listeners' accounts.</summary>
    public string Project { get; set; } = "";

    /// <summary>The API key with which clients exchange a token. Not a secret.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>The e-mail address of the service account that signs: that of the function.</summary>
    public string ServiceAccount { get; set; } = "";

    /// <summary>The time for signing a token including retries; above 0, up to 1 min.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The maximum number of tries of a call, 1 to 20.</summary>
    public int MaxTries { get; set; } = 4;

    /// <summary>
    /// The maximum wait before the second try, 0 or more. Doubles with each further try. The actual wait is a random part of the maximum.
    /// </summary>
    public TimeSpan MinBackoff { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The maximum wait before any try.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A test server to call instead of the IAM Service Account Credentials API, without credentials, such as
    /// <c>http://127.0.0.1:8123</c>.
    /// </summary>
    public string? Endpoint { get; set; }
}

/// <summary>The validator of <see cref="LiveTokenOptions"/>. Reports all problems at once.</summary>
public sealed class LiveTokenOptionsValidator : IValidateOptions<LiveTokenOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, LiveTokenOptions options) => OptionsProblems.ToResult(Problems(options));

    private static IEnumerable<string> Problems(LiveTokenOptions options)
    {
        if (!OptionsProblems.IsProject(options.Project))
            yield return $"LiveTokens:Project must be the id of a project, not '{options.Project}'.";
        if (options.ApiKey.Length == 0) yield return "LiveTokens:ApiKey is missing.";
        if (!IsEmail(options.ServiceAccount))
            yield return $"LiveTokens:ServiceAccount must be the e-mail address of a service account, not '{options.ServiceAccount}'.";
        if (options.Deadline <= TimeSpan.Zero || options.Deadline > TimeSpan.FromMinutes(1))
            yield return $"LiveTokens:Deadline must be above 0, up to 1 minute, not {options.Deadline}.";
        if (options.MaxTries is < 1 or > 20) yield return $"LiveTokens:MaxTries must be 1 to 20, not {options.MaxTries}.";
        if (options.MinBackoff < TimeSpan.Zero || options.MinBackoff > options.MaxBackoff)
            yield return $"LiveTokens:MinBackoff must be 0 or more and at most LiveTokens:MaxBackoff, not {options.MinBackoff}.";
        if (options.Endpoint is { } endpoint && !Uri.TryCreate(endpoint, UriKind.Absolute, out _))
            yield return $"LiveTokens:Endpoint must be an address, not '{endpoint}'.";
    }

    // The address is part of a path.
    private static bool IsEmail(string text) =>
        text.Contains('@') && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '@' or '-' or '.' or '_');
}
