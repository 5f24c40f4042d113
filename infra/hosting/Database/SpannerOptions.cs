using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Spotify.Hosting.Database;

/// <summary>The Spanner database and its limits. Section <c>Spanner</c>.</summary>
public sealed class SpannerOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Spanner";

    /// <summary>The environment variable of the emulator's address, the same as for Google's tools.</summary>
    public const string EmulatorVariable = "SPANNER_EMULATOR_HOST";

    /// <summary>The database: <c>projects/P/instances/I/databases/D</c>.</summary>
    public string? Database { get; set; }

    /// <summary>The time for a read or query including retries; 1 s to 1 h.</summary>
    public TimeSpan ReadDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The time for a commit, or for a transaction with all its runs; 1 s to 1 h.</summary>
    public TimeSpan CommitDeadline { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The number of sessions that an instance keeps open; 0 or more.</summary>
    public int MinSessions { get; set; } = 5;

    /// <summary>The number of sessions in use at once; further callers wait. 1 or more.</summary>
    public int MaxSessions { get; set; } = 160;

    /// <summary>Host and port of an emulator, which needs no credentials; null: Spanner. From <see cref="EmulatorVariable"/>.</summary>
    public string? EmulatorHost { get; set; }
}

/// <summary>The validator of <see cref="SpannerOptions"/>. Reports all problems at once.</summary>
public sealed partial class SpannerOptionsValidator : IValidateOptions<SpannerOptions>
{
    private static readonly (TimeSpan Min, TimeSpan Max) Deadlines = (TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SpannerOptions options) => OptionsProblems.ToResult(Problems(options));

    private static IEnumerable<string> Problems(SpannerOptions options)
    {
        if (!DatabasePattern().IsMatch(options.Database ?? ""))
            yield return $"Spanner:Database must be projects/P/instances/I/databases/D, not '{options.Database}'.";
        if (!IsDeadline(options.ReadDeadline))
            yield return $"Spanner:ReadDeadline must be {Deadlines.Min} to {Deadlines.Max}, not {options.ReadDeadline}.";
        if (!IsDeadline(options.CommitDeadline))
            yield return $"Spanner:CommitDeadline must be {Deadlines.Min} to {Deadlines.Max}, not {options.CommitDeadline}.";
        if (options.MinSessions < 0) yield return $"Spanner:MinSessions must be 0 or more, not {options.MinSessions}.";
        if (options.MaxSessions < Math.Max(1, options.MinSessions))
            yield return $"Spanner:MaxSessions must be 1 or more and at least MinSessions, not {options.MaxSessions}.";
        if (options.EmulatorHost is { Length: > 0 } host && !OptionsProblems.IsHostAndPort(host))
            yield return $"{SpannerOptions.EmulatorVariable} must be HOST:PORT, not '{host}'.";
    }

    private static bool IsDeadline(TimeSpan value) => value >= Deadlines.Min && value <= Deadlines.Max;

    [GeneratedRegex(@"^projects/[^/\s;=]+/instances/[^/\s;=]+/databases/[^/\s;=]+\z")]
    private static partial Regex DatabasePattern();
}
