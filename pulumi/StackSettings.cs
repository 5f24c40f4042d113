using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Pulumi;

namespace Spotify.Cloud;

/// <summary>
/// How large the database is: a fixed number of units (100 to 900: a tenth to nine tenths of a node), or a range of whole nodes (1,000 units
/// each) that it scales itself within. Spanner's own scaling begins at a node.
/// </summary>
/// <param name="Config">The instance configuration: <c>regional-…</c>, or a multi-region.</param>
/// <param name="Units">The fixed number of units; null if scaled.</param>
/// <param name="MinUnits">The least number of units, if scaled.</param>
/// <param name="MaxUnits">The greatest, if scaled.</param>
internal sealed record DatabaseSize(string Config, int? Units, int? MinUnits, int? MaxUnits)
{
    /// <summary>Whether the data is in several regions.</summary>
    public bool IsMultiRegion => !Config.StartsWith("regional-", StringComparison.Ordinal);
}

/// <summary>A release that many are waiting for. What it raises is lowered by removing it and running <c>pulumi up</c> again.</summary>
/// <param name="At">When it can be played, UTC.</param>
/// <param name="Albums">Ids of the albums whose encodings the CDN is to hold by then.</param>
/// <param name="MinInstances">How many instances of each function behind the load balancer stand ready in each region.</param>
/// <param name="MinDatabaseUnits">The least number of units of the database, in whole nodes.</param>
internal sealed record ReleaseDrop(DateTimeOffset At, ImmutableArray<string> Albums, int MinInstances, int MinDatabaseUnits);

/// <summary>What a stack decides: the values of <c>Pulumi.{stack}.yaml</c>, checked before anything is made.</summary>
internal sealed partial record StackSettings
{
    private const int CloudCdnKeyLength = 16;

    private static readonly FunctionRow Largest = FunctionTable.All.Append(FunctionTable.AudioIngest).MaxBy(row => row.Cores)!;

    /// <summary>The project of Google Cloud: each stack has one of its own.</summary>
    public required string Project { get; init; }

    /// <summary>Where functions run. The first is home: what exists once is there.</summary>
    public required ImmutableArray<string> Regions { get; init; }

    /// <summary>Where buckets are: a region, or a multi-region such as <c>US</c>.</summary>
    public required string BucketLocation { get; init; }

    /// <summary>The name that everything is reached by; null: one made of the load balancer's address, which resolves to it.</summary>
    public string? Domain { get; init; }

    /// <summary>The database.</summary>
    public required DatabaseSize Database { get; init; }

    /// <summary>The restored database that functions use in place of the one that the program keeps; null: that one.</summary>
    public string? DatabaseInUse { get; init; }

    /// <summary>Whether data is protected from deletion, by <c>pulumi destroy</c> too.</summary>
    public bool Protect { get; init; }

    /// <summary>Who is told when something is wrong.</summary>
    public required string AlertEmail { get; init; }

    /// <summary>The billing account that the budget watches; null: no budget.</summary>
    public string? BillingAccount { get; init; }

    /// <summary>What a month may cost before someone is told, in the account's currency.</summary>
    public int MonthlyBudget { get; init; }

    /// <summary><c>owner/name</c> of the GitHub repository that may deploy; null: none may.</summary>
    public string? Repository { get; init; }

    /// <summary>ISO 3166-1 alpha-2 codes of countries that are not served.</summary>
    public ImmutableArray<string> BlockedCountries { get; init; } = [];

    /// <summary>How many requests an address may make in a minute: many listeners may be behind one.</summary>
    public int RequestsPerMinutePerAddress { get; init; }

    /// <summary>
    /// How many cores the project's quota allows its functions in a region. One that alone might take more is not deployed at all.
    /// </summary>
    public int CoresPerRegion { get; init; }

    /// <summary>The image of the audio ingest; null until it has been built for the first time, and the ingest is left out.</summary>
    public string? IngestImage { get; init; }

    /// <summary>Names of the keys that sign audio URLs, the one that signs first. All of them verify.</summary>
    public required ImmutableArray<string> CdnKeyNames { get; init; }

    /// <summary>The keys by name: 16 bytes in base64url.</summary>
    public required ImmutableDictionary<string, Output<string>> CdnKeys { get; init; }

    /// <summary>The release to be ready for; null: none.</summary>
    public ReleaseDrop? Release { get; init; }

    /// <summary>The region of what exists once.</summary>
    public string Home => Regions[0];

    /// <summary>The name of a bucket: they are unique in the world, as projects are.</summary>
    public string BucketName(string name) => $"{Project}-{name}";

    /// <summary>How many instances a function may have in a region: what its row says, or what the quota leaves.</summary>
    public int MaxInstances(FunctionRow row) => Math.Clamp(CoresPerRegion / row.Cores, 1, row.MaxInstances);

    /// <summary>Reads the settings of the stack that is being deployed.</summary>
    /// <exception cref="RunException">A setting is missing or wrong; the message says which.</exception>
    public static StackSettings Read()
    {
        var (config, gcp) = (new Config(), new Config("gcp"));
        var names = Strings(config, "cdnKeyNames");
        var settings = new StackSettings
        {
            Project = gcp.Require("project"),
            Regions = Strings(config, "regions"),
            BucketLocation = config.Require("bucketLocation"),
            Domain = config.Get("domain"),
            Database = new DatabaseSize(config.Require("databaseConfig"), config.GetInt32("databaseUnits"), config.GetInt32("databaseMinUnits"), config.GetInt32("databaseMaxUnits")),
            DatabaseInUse = config.Get("databaseInUse"),
            Protect = config.RequireBoolean("protect"),
            AlertEmail = config.Require("alertEmail"),
            BillingAccount = config.Get("billingAccount"),
            MonthlyBudget = config.GetInt32("monthlyBudget") ?? 0,
            Repository = config.Get("repository"),
            BlockedCountries = Strings(config, "blockedCountries"),
            RequestsPerMinutePerAddress = config.GetInt32("requestsPerMinutePerAddress") ?? 3000,
            CoresPerRegion = config.GetInt32("coresPerRegion") ?? 20,
            IngestImage = config.Get("ingestImage"),
            CdnKeyNames = names,
            CdnKeys = names.ToImmutableDictionary(name => name, name => config.RequireSecret($"cdnKey-{name}").Apply(key => Checked(name, key))),
            Release = ReadRelease(config),
        };
        settings.Check();
        return settings;
    }

    private static ReleaseDrop? ReadRelease(Config config)
    {
        if (config.Get("releaseAt") is not { } at) return null;
        if (!DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            throw Wrong("releaseAt", "is not a time such as 2026-12-04T05:00:00Z");
        return new ReleaseDrop(time, Strings(config, "releaseAlbums"), config.GetInt32("releaseMinInstances") ?? 10, config.GetInt32("releaseMinDatabaseUnits") ?? 3000);
    }

    private void Check()
    {
        if (Regions.Length is 0 or > 3 || Regions.Distinct().Count() != Regions.Length || !Regions.All(region => RegionPattern().IsMatch(region)))
            throw Wrong("regions", "must be one to three different regions, home first");
        if (CdnKeyNames.Length is 0 or > 3 || CdnKeyNames.Distinct().Count() != CdnKeyNames.Length)
            throw Wrong("cdnKeyNames", "must be one to three different names: Cloud CDN takes no more, and two are live while keys are rotated");
        if (CdnKeyNames.FirstOrDefault(name => !KeyNamePattern().IsMatch(name)) is { } key)
            throw Wrong("cdnKeyNames", $"'{key}' is not lower-case letters, digits and hyphens, beginning with a letter");
        if (!AlertEmail.Contains('@', StringComparison.Ordinal)) throw Wrong("alertEmail", "is not an address");
        if (BillingAccount is not null && MonthlyBudget <= 0) throw Wrong("monthlyBudget", "must be above 0 where there is a billingAccount");
        if (BlockedCountries.FirstOrDefault(code => code is not [>= 'A' and <= 'Z', >= 'A' and <= 'Z']) is { } country)
            throw Wrong("blockedCountries", $"'{country}' is not a code such as DE");
        if (Repository is not null && Repository.Count(c => c == '/') != 1) throw Wrong("repository", "is not owner/name");
        // Cloud Armor counts up to 10,000 in an interval.
        if (RequestsPerMinutePerAddress is < 1 or > 10_000) throw Wrong("requestsPerMinutePerAddress", "must be 1 to 10000");
        if (CoresPerRegion < Largest.Cores) throw Wrong("coresPerRegion", $"must be {Largest.Cores} at least: {Largest.Name} has as many");
        CheckDatabase();
        if (DatabaseInUse is not null && !DatabasePattern().IsMatch(DatabaseInUse)) throw Wrong("databaseInUse", "is not the name of a database, such as restored");
        if (Release is { } release)
        {
            if (release.Albums.IsEmpty) throw Wrong("releaseAlbums", "must name the albums where there is a releaseAt");
            if (release.Albums.FirstOrDefault(id => !IdPattern().IsMatch(id)) is { } album) throw Wrong("releaseAlbums", $"'{album}' is not an id");
            if (release.MinInstances < 1) throw Wrong("releaseMinInstances", "must be above 0");
            var cores = release.MinInstances * FunctionTable.All.Where(row => row.IsPublic).Sum(row => row.Cores);
            if (cores > CoresPerRegion) throw Wrong("releaseMinInstances", $"needs {cores} cores in each region, and coresPerRegion is {CoresPerRegion}: ask for more quota first");
            if (release.MinDatabaseUnits % 1000 != 0 || release.MinDatabaseUnits <= 0) throw Wrong("releaseMinDatabaseUnits", "must be whole nodes of 1000 units");
        }
    }

    private void CheckDatabase()
    {
        var (fixedSize, scaled) = (Database.Units is not null, Database.MinUnits is not null || Database.MaxUnits is not null);
        if (fixedSize == scaled) throw Wrong("databaseUnits", "or databaseMinUnits and databaseMaxUnits must be given, not both");
        if (Database.Units is { } units && (units <= 0 || units % (units < 1000 ? 100 : 1000) != 0))
            throw Wrong("databaseUnits", "must be 100 to 900 in steps of 100, or whole nodes of 1000");
        if (!scaled) return;
        if (Database is not { MinUnits: { } min, MaxUnits: { } max } || min < 1000 || min % 1000 != 0 || max % 1000 != 0 || max < min)
            throw Wrong("databaseMinUnits", "and databaseMaxUnits must be whole nodes of 1000 units, the least no more than the greatest");
        // Spanner's own rule: the least is a tenth of the greatest at least.
        if (min * 10 < max) throw Wrong("databaseMaxUnits", "may be ten times databaseMinUnits at most");
    }

    private static string Checked(string name, string key)
    {
        var padded = key.Trim().Replace('-', '+').Replace('_', '/').TrimEnd('=');
        var buffer = new byte[64];
        return Convert.TryFromBase64String(padded.PadRight((padded.Length + 3) / 4 * 4, '='), buffer, out var length) && length == CloudCdnKeyLength
            ? key.Trim()
            : throw Wrong($"cdnKey-{name}", "is not 16 bytes in base64url: head -c 16 /dev/urandom | base64 | tr +/ -_");
    }

    private static ImmutableArray<string> Strings(Config config, string name) => [.. config.GetObject<string[]>(name) ?? []];

    private static RunException Wrong(string setting, string problem) => new($"spotify:{setting} {problem}.");

    [GeneratedRegex("^[a-z]+-[a-z]+[0-9]+$")]
    private static partial Regex RegionPattern();

    [GeneratedRegex("^[a-z][a-z0-9-]{0,61}$")]
    private static partial Regex KeyNamePattern();

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,28}[a-z0-9]$")]
    private static partial Regex DatabasePattern();

    [GeneratedRegex("^[0-9A-Za-z]{22}$")]
    private static partial Regex IdPattern();
}
