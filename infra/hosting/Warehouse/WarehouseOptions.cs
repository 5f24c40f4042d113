using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Spotify.Hosting.Warehouse;

/// <summary>The dataset, and how BigQuery is called. Section <c>Warehouse</c>.</summary>
public sealed class WarehouseOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Warehouse";

    /// <summary>The environment variable of a test server's address.</summary>
    public const string EmulatorVariable = "BIGQUERY_EMULATOR_HOST";

    /// <summary>The project of the dataset, which also pays for queries.</summary>
    public string? Project { get; set; }

    /// <summary>The id of the dataset.</summary>
    public string? Dataset { get; set; }

    /// <summary>The location of the dataset, where its queries run.</summary>
    public string? Location { get; set; }

    /// <summary>The bucket of exports; null if the function exports nothing.</summary>
    public string? ExportBucket { get; set; }

    /// <summary>
    /// The maximum bytes that a query may read, at least 10 MB. A query that would read more fails before it costs anything.
    /// </summary>
    public long MaxQueryBytes { get; set; } = 1L << 40;

    /// <summary>The time for appending the rows of a call including retries; above 0, up to 10 min.</summary>
    public TimeSpan AppendDeadline { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The time for a statement including retries, and for each further page of a result; 1 s to 12 h. BigQuery stops a statement that
    /// takes longer.
    /// </summary>
    public TimeSpan QueryDeadline { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The number of tries of a call that fails with a transient error, 1 to 20.</summary>
    public int MaxTries { get; set; } = 5;

    /// <summary>
    /// The maximum wait before the second try, 0 or more. Doubles with each further try. The actual wait is a random part of the maximum.
    /// </summary>
    public TimeSpan MinBackoff { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The maximum wait before any try.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>The address of a test server, which needs no credentials; null: BigQuery. From <see cref="EmulatorVariable"/>.</summary>
    public string? EmulatorHost { get; set; }
}

/// <summary>The validator of <see cref="WarehouseOptions"/>. Reports all problems at once.</summary>
public sealed partial class WarehouseOptionsValidator : IValidateOptions<WarehouseOptions>
{
    // BigQuery bills at least this for each table of a query.
    private const long MinQueryBytes = 10 * 1024 * 1024;

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, WarehouseOptions options) => OptionsProblems.ToResult(Problems(options));

    private static IEnumerable<string> Problems(WarehouseOptions options)
    {
        if (string.IsNullOrEmpty(options.Project)) yield return "Warehouse:Project is missing: the project of the dataset.";
        if (!DatasetPattern().IsMatch(options.Dataset ?? ""))
            yield return $"Warehouse:Dataset must be letters, digits and underscores, not '{options.Dataset}'.";
        if (string.IsNullOrEmpty(options.Location)) yield return "Warehouse:Location is missing: the location of the dataset.";
        if (options.MaxQueryBytes < MinQueryBytes)
            yield return $"Warehouse:MaxQueryBytes must be at least {MinQueryBytes}, not {options.MaxQueryBytes}.";
        if (options.AppendDeadline <= TimeSpan.Zero || options.AppendDeadline > TimeSpan.FromMinutes(10))
            yield return $"Warehouse:AppendDeadline must be above 0, up to 10 minutes, not {options.AppendDeadline}.";
        if (options.QueryDeadline < TimeSpan.FromSeconds(1) || options.QueryDeadline > TimeSpan.FromHours(12))
            yield return $"Warehouse:QueryDeadline must be 1 second to 12 hours, not {options.QueryDeadline}.";
        if (options.MaxTries is < 1 or > 20) yield return $"Warehouse:MaxTries must be 1 to 20, not {options.MaxTries}.";
        if (options.MinBackoff < TimeSpan.Zero || options.MinBackoff > options.MaxBackoff)
            yield return $"Warehouse:MinBackoff must be 0 or more and at most Warehouse:MaxBackoff, not {options.MinBackoff}.";
    }

    [GeneratedRegex(@"^[A-Za-z0-9_]{1,1024}\z")]
    private static partial Regex DatasetPattern();
}
