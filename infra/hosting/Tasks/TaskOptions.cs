using Microsoft.Extensions.Options;

namespace Spotify.Hosting.Tasks;

/// <summary>The queues, and the functions that their tasks call. Section <c>Tasks</c>.</summary>
public sealed class TaskOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Tasks";

    /// <summary>The project of the queues.</summary>
    public string Project { get; set; } = "";

    /// <summary>The region of the queues, such as <c>europe-west1</c>.</summary>
    public string Location { get; set; } = "";

    /// <summary>The address of the function that takes the tasks of queues that are not in <see cref="Urls"/>; https.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>The address of the function that takes a queue's tasks, by the queue's name; https.</summary>
    public IReadOnlyDictionary<string, string> Urls { get; set; } = new Dictionary<string, string>();

    /// <summary>
    /// The ids of the Cloud Tasks queues of a queue, in order of their shards, by the queue's name. Without them, shard i is
    /// <c>{name}-{i}</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string[]> Shards { get; set; } = new Dictionary<string, string[]>();

    /// <summary>The e-mail address of the service account whose OIDC token the tasks carry.</summary>
    public string ServiceAccount { get; set; } = "";

    /// <summary>The audience of the token; null: the function's address.</summary>
    public string? Audience { get; set; }

    /// <summary>The time for adding one task including retries; above 0, up to 10 min.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The number of tasks of a call that are added in parallel, 1 to 100. Each task is a request.</summary>
    public int Parallelism { get; set; } = 16;

    /// <summary>The number of tries of a request that fails with a transient error, 1 to 20.</summary>
    public int MaxTries { get; set; } = 5;

    /// <summary>
    /// The maximum wait before the second try, 0 or more. Doubles with each further try. The actual wait is a random part of the maximum.
    /// </summary>
    public TimeSpan MinBackoff { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The maximum wait before any try.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A test server to call instead of Cloud Tasks, without TLS and credentials, such as <c>http://127.0.0.1:8123</c>.</summary>
    public string? Endpoint { get; set; }
}

/// <summary>The validator of <see cref="TaskOptions"/>. Reports all problems at once.</summary>
public sealed class TaskOptionsValidator : IValidateOptions<TaskOptions>
{
    private const string BaseUrlRule = "must be https with a host and nothing else, such as https://tasks.example";

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TaskOptions options) => OptionsProblems.ToResult(Problems(options));

    private static IEnumerable<string> Problems(TaskOptions options)
    {
        if (!IsId(options.Project)) yield return $"Tasks:Project must be the id of the queues' project, not '{options.Project}'.";
        if (!IsId(options.Location))
            yield return $"Tasks:Location must be the region of the queues, such as europe-west1, not '{options.Location}'.";
        if (!options.ServiceAccount.Contains('@'))
            yield return $"Tasks:ServiceAccount must be the e-mail address of a service account, not '{options.ServiceAccount}'.";
        if (options.BaseUrl is null && options.Urls.Count == 0)
            yield return "Tasks:BaseUrl must be the address of the function that takes the tasks; it and Tasks:Urls are missing.";
        if (options.BaseUrl is { } url && !IsBaseUrl(url)) yield return $"Tasks:BaseUrl {BaseUrlRule}, not '{url}'.";
        foreach (var (queue, address) in options.Urls)
            if (!IsBaseUrl(address)) yield return $"Tasks:Urls:{queue} {BaseUrlRule}, not '{address}'.";
        foreach (var (queue, ids) in options.Shards)
            if (!ids.All(IsId)) yield return $"Tasks:Shards:{queue} must be ids of Cloud Tasks queues, not '{string.Join(", ", ids)}'.";
        if (options.Audience is "") yield return "Tasks:Audience must not be empty; without the setting it is the function's address.";
        if (options.Deadline <= TimeSpan.Zero || options.Deadline > TimeSpan.FromMinutes(10))
            yield return $"Tasks:Deadline must be above 0, up to 10 minutes, not {options.Deadline}.";
        if (options.Parallelism is < 1 or > 100) yield return $"Tasks:Parallelism must be 1 to 100, not {options.Parallelism}.";
        if (options.MaxTries is < 1 or > 20) yield return $"Tasks:MaxTries must be 1 to 20, not {options.MaxTries}.";
        if (options.MinBackoff < TimeSpan.Zero || options.MinBackoff > options.MaxBackoff)
            yield return $"Tasks:MinBackoff must be 0 or more and at most Tasks:MaxBackoff, not {options.MinBackoff}.";
        if (options.Endpoint is { } endpoint && !Uri.TryCreate(endpoint, UriKind.Absolute, out _))
            yield return $"Tasks:Endpoint must be an address, not '{endpoint}'.";
    }

    private static bool IsId(string text) =>
        text.Length > 0 && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or ':' or '.');

    // Tasks carry a token, so addresses must be https, except for loopback, which cannot be intercepted.
    private static bool IsBaseUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
        && url.PathAndQuery == "/"
        && url.Fragment.Length == 0
        && url.UserInfo.Length == 0;
}
