using Microsoft.Extensions.Options;
using Spotify.Google.Objects;

namespace Spotify.Google.Tasks;

/// <summary>Where queues are, whom their tasks go to and as whom: the section <c>Tasks</c>.</summary>
public sealed class TaskOptions
{
    /// <summary>The project that has the queues.</summary>
    public string Project { get; set; } = "";

    /// <summary>Their region, such as <c>europe-west1</c>.</summary>
    public string Location { get; set; } = "";

    /// <summary>The address of the function that takes the tasks of queues that are not in <see cref="Urls"/>; https.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>The address of the function that takes a queue's tasks, by the queue's name; https.</summary>
    public IReadOnlyDictionary<string, string> Urls { get; set; } = new Dictionary<string, string>();

    /// <summary>The service account whose OIDC token tasks carry; its e-mail address.</summary>
    public string ServiceAccount { get; set; } = "";

    /// <summary>The audience of that token; null: the function's address.</summary>
    public string? Audience { get; set; }

    /// <summary>How long adding one task may take with all its tries; above 0, up to 10 min.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many tasks of a call are added at once, 1 to 100: each is a request of its own.</summary>
    public int Parallelism { get; set; } = 16;

    /// <summary>How often adding a task is tried that failed in passing, 1 to 20.</summary>
    public int MaxTries { get; set; } = 5;

    /// <summary>How long the second try waits at most, 0 or more; each further one doubles it. The wait is a random part of it.</summary>
    public TimeSpan MinBackoff { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a try waits at most.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A server to call instead of Cloud Tasks, in the clear and without credentials, such as <c>http://127.0.0.1:8123</c>; for tests.</summary>
    public string? Endpoint { get; set; }
}

/// <summary>Says at start what is wrong with <see cref="TaskOptions"/>, all of it at once.</summary>
internal sealed class TaskOptionsValidator : IValidateOptions<TaskOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TaskOptions options)
    {
        var problems = Problems(options).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(TaskOptions options)
    {
        if (!IsId(options.Project)) yield return "Tasks:Project is missing: the id of the project that has the queues.";
        if (!IsId(options.Location)) yield return "Tasks:Location is missing: the region of the queues, such as europe-west1.";
        if (!options.ServiceAccount.Contains('@')) yield return "Tasks:ServiceAccount is missing: the e-mail address of the service account whose token tasks carry.";
        if (options.BaseUrl is null && options.Urls.Count == 0) yield return "Tasks:BaseUrl is missing: the address of the function that takes the tasks.";
        if (options.BaseUrl is { } url && !IsBase(url)) yield return $"Tasks:BaseUrl is '{url}', which is not https and a host alone, such as https://tasks.example.";
        foreach (var (queue, address) in options.Urls)
        {
            if (!IsBase(address)) yield return $"Tasks:Urls:{queue} is '{address}', which is not https and a host alone, such as https://tasks.example.";
        }

        if (options.Audience is "") yield return "Tasks:Audience is empty: leave it out for the function's address.";
        if (options.Deadline <= TimeSpan.Zero || options.Deadline > TimeSpan.FromMinutes(10)) yield return $"Tasks:Deadline is above 0, up to 10 minutes, not {options.Deadline}.";
        if (options.Parallelism is < 1 or > 100) yield return $"Tasks:Parallelism is 1 to 100, not {options.Parallelism}.";
        if (options.MaxTries is < 1 or > 20) yield return $"Tasks:MaxTries is 1 to 20, not {options.MaxTries}.";
        if (options.MinBackoff < TimeSpan.Zero || options.MinBackoff > options.MaxBackoff) yield return $"Tasks:MinBackoff is 0 or more and not above Tasks:MaxBackoff, not {options.MinBackoff}.";
        if (options.Endpoint is { } endpoint && !Uri.TryCreate(endpoint, UriKind.Absolute, out _)) yield return $"Tasks:Endpoint is '{endpoint}', which is no address.";
    }

    private static bool IsId(string text) => text.Length > 0 && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or ':' or '.');

    // A token in the clear would be anybody's; on this machine nobody else sees it.
    private static bool IsBase(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
        && url.PathAndQuery == "/"
        && url.Fragment.Length == 0
        && url.UserInfo.Length == 0;
}
