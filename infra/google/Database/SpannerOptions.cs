using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Spotify.Google.Database;

/// <summary>Which database, and how long it may take. Section <c>Spanner</c>.</summary>
public sealed class SpannerOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Spanner";

    /// <summary>The environment variable that leads to an emulator, as in all of Google's tools.</summary>
    public const string EmulatorVariable = "SPANNER_EMULATOR_HOST";

    /// <summary>The database: <c>projects/P/instances/I/databases/D</c>.</summary>
    public string? Database { get; set; }

    /// <summary>The most time a read or query may take, its repetitions included; 1 s to 1 h.</summary>
    public TimeSpan ReadDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The most time a commit, or a transaction with all its runs, may take; 1 s to 1 h.</summary>
    public TimeSpan CommitDeadline { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many sessions an instance keeps at the ready; 0 or more.</summary>
    public int MinSessions { get; set; } = 5;

    /// <summary>How many sessions may be in use at once; who needs one more waits. 1 or more.</summary>
    public int MaxSessions { get; set; } = 160;

    /// <summary>Host and port of an emulator, which asks for no credentials; null: Spanner itself. From <see cref="EmulatorVariable"/>.</summary>
    public string? EmulatorHost { get; set; }
}

/// <summary>Says at start what is wrong with <see cref="SpannerOptions"/>, all of it at once.</summary>
public sealed partial class SpannerOptionsValidator : IValidateOptions<SpannerOptions>
{
    private static readonly (TimeSpan Least, TimeSpan Most) Deadlines = (TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SpannerOptions options)
    {
        List<string> problems = [.. Problems(options)];
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(SpannerOptions options)
    {
        if (!DatabasePattern().IsMatch(options.Database ?? ""))
            yield return $"{Setting(nameof(options.Database))} must be projects/P/instances/I/databases/D, not '{options.Database}'.";
        foreach (var (deadline, value) in new[] { (nameof(options.ReadDeadline), options.ReadDeadline), (nameof(options.CommitDeadline), options.CommitDeadline) })
            if (value < Deadlines.Least || value > Deadlines.Most) yield return $"{Setting(deadline)} must be {Deadlines.Least} to {Deadlines.Most}, not {value}.";
        if (options.MinSessions < 0) yield return $"{Setting(nameof(options.MinSessions))} must be 0 or more, not {options.MinSessions}.";
        if (options.MaxSessions < Math.Max(1, options.MinSessions))
            yield return $"{Setting(nameof(options.MaxSessions))} must be 1 or more and no less than {nameof(options.MinSessions)}, not {options.MaxSessions}.";
        if (options.EmulatorHost is { Length: > 0 } host && !HostPattern().IsMatch(host)) yield return $"{SpannerOptions.EmulatorVariable} must be HOST:PORT, not '{host}'.";
    }

    private static string Setting(string name) => $"{SpannerOptions.Section}:{name}";

    [GeneratedRegex(@"^projects/[^/\s;=]+/instances/[^/\s;=]+/databases/[^/\s;=]+\z")]
    private static partial Regex DatabasePattern();

    [GeneratedRegex(@"^[^:/\s]+:[0-9]{1,5}\z")]
    private static partial Regex HostPattern();
}
