using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Pulumi;
using Spotify.Domain.Catalog;
using Spotify.Domain.Ports;
using Spotify.Functions.Recommendations.Feedback;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Cloud;

/// <summary>
/// The size of the database: a fixed number of processing units, or a range of whole nodes (1,000 units each) for autoscaling. Spanner
/// cannot autoscale below one node.
/// </summary>
/// <param name="Config">The instance configuration: <c>regional-…</c>, or a multi-region configuration.</param>
/// <param name="Units">The fixed number of units (100 to 900, or whole nodes); null with autoscaling.</param>
/// <param name="MinUnits">The minimum number of units with autoscaling; null otherwise.</param>
/// <param name="MaxUnits">The maximum number of units with autoscaling; null otherwise.</param>
internal sealed record DatabaseSize(string Config, int? Units, int? MinUnits, int? MaxUnits)
{
    /// <summary>Whether the data is replicated across regions.</summary>
    public bool IsMultiRegion => !Config.StartsWith("regional-", StringComparison.Ordinal);
}

/// <summary>A release with much traffic. To end the preparations, remove its settings and run <c>pulumi up</c> again.</summary>
/// <param name="At">The release time, UTC.</param>
/// <param name="Albums">Ids of the albums whose encodings are fetched into the CDN before the release.</param>
/// <param name="MinInstances">The minimum number of instances in each region, for functions behind the load balancer.</param>
/// <param name="MinDatabaseUnits">The minimum number of units of the database, in whole nodes.</param>
internal sealed record ReleaseDrop(DateTimeOffset At, ImmutableArray<string> Albums, int MinInstances, int MinDatabaseUnits);

/// <summary>The settings in <c>Pulumi.{stack}.yaml</c>, validated before any resource is created.</summary>
internal sealed partial record StackSettings
{
    private const int CloudCdnKeyLength = 16;

    private const string HowToBuild =
        "is not the version of an image. Build the images with infra/google/cloudbuild.yaml (docs/cloud.md, step 3), "
        + "then set it to the _VERSION of that build, such as: pulumi config set version 0a1b2c3d4e5f";

    /// <summary>The Google Cloud project. Each stack has its own.</summary>
    public required string Project { get; init; }

    /// <summary>The regions of the functions. The first is the home region, for resources that exist once.</summary>
    public required ImmutableArray<string> Regions { get; init; }

    /// <summary>The location of buckets: a region, or a multi-region such as <c>US</c>.</summary>
    public required string BucketLocation { get; init; }

    /// <summary>The domain name; null for a name derived from the load balancer's address.</summary>
    public string? Domain { get; init; }

    /// <summary>The size of the database.</summary>
    public required DatabaseSize Database { get; init; }

    /// <summary>The restored database that functions use; null for the database that this program declares.</summary>
    public string? DatabaseInUse { get; init; }

    /// <summary>Whether data is protected from deletion, including by <c>pulumi destroy</c>.</summary>
    public bool Protect { get; init; }

    /// <summary>The ISO 3166-1 alpha-2 code of the country of listeners for whom the load balancer knows none.</summary>
    public required string DefaultCountry { get; init; }

    /// <summary>The e-mail address that receives alerts.</summary>
    public required string AlertEmail { get; init; }

    /// <summary>The billing account of the budget; null for no budget.</summary>
    public string? BillingAccount { get; init; }

    /// <summary>The monthly budget, in the billing account's currency.</summary>
    public int MonthlyBudget { get; init; }

    /// <summary>ISO 3166-1 alpha-2 codes of blocked countries.</summary>
    public ImmutableArray<string> BlockedCountries { get; init; } = [];

    /// <summary>The rate limit per IP address, in requests per minute. Many listeners may share an address.</summary>
    public int RequestsPerMinutePerAddress { get; init; }

    /// <summary>
    /// The project's quota of cores for functions in a region. Cloud Run rejects a function whose maximum would exceed it.
    /// </summary>
    public int CoresPerRegion { get; init; }

    /// <summary>
    /// The number of instances of <c>playback</c> that each region keeps, so that no listener waits for a start. They cost money while
    /// idle.
    /// </summary>
    public int WarmInstances { get; init; }

    /// <summary>The largest number of tracks of a model, from which the memory of the functions that recommend follows.</summary>
    public int ModelTracks { get; init; }

    /// <summary>The largest number of interactions that a model is trained on, from which the memory of the training follows.</summary>
    public int TrainingInteractions { get; init; }

    /// <summary>
    /// The maximum slots of the reservation with which BigQuery ML trains the factor model; 0: the training job does it.
    /// </summary>
    public int BigQueryMlSlots { get; init; }

    /// <summary>The version of the images to deploy: their tag in the repository of the accounts stack.</summary>
    public required string Version { get; init; }

    /// <summary>Names of the keys of audio URLs. The first one signs; all of them verify.</summary>
    public required ImmutableArray<string> CdnKeyNames { get; init; }

    /// <summary>The keys by name: 16 bytes in base64url.</summary>
    public required ImmutableDictionary<string, Output<string>> CdnKeys { get; init; }

    /// <summary>Names of the keys of access tokens. The first one signs; all of them are published.</summary>
    public required ImmutableArray<string> TokenKeyNames { get; init; }

    /// <summary>The keys by name: private P-256 keys in PEM.</summary>
    public required ImmutableDictionary<string, Output<string>> TokenKeys { get; init; }

    /// <summary>Names of the keys of licenses. The first one signs; all of them are published.</summary>
    public required ImmutableArray<string> LicenseKeyNames { get; init; }

    /// <summary>The keys by name: private P-256 keys in PEM.</summary>
    public required ImmutableDictionary<string, Output<string>> LicenseKeys { get; init; }

    /// <summary>Ids of the master keys. The first one encrypts; all of them decrypt.</summary>
    public required ImmutableArray<string> MasterKeyNames { get; init; }

    /// <summary>The keys by id: ciphertexts of Cloud KMS in base64.</summary>
    public required ImmutableDictionary<string, Output<string>> MasterKeys { get; init; }

    /// <summary>Settings of the functions that recommend, in their section <c>Recommendations</c>.</summary>
    public ImmutableDictionary<string, string> Recommendations { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The release to prepare for; null for none.</summary>
    public ReleaseDrop? Release { get; init; }

    /// <summary>The region of resources that exist once.</summary>
    public string Home => Regions[0];

    /// <summary>Returns the name of a bucket. Bucket names are globally unique, so they start with the project id.</summary>
    public string BucketName(string name) => $"{Project}-{name}";

    /// <summary>Returns the maximum number of instances of a function in a region, limited by the quota.</summary>
    public int MaxInstances(Size size) => Math.Clamp(CoresPerRegion / size.Cores, 1, size.MaxInstances);

    /// <summary>Returns the size of a function. Those that read models have memory for them.</summary>
    public Size SizeOf(CloudFunction function) =>
        function.ReadsModels ? Sizes.WithModel(function.Size, ModelTracks) : function.Size;

    /// <summary>Returns whether a text has the format of a region.</summary>
    public static bool IsRegion(string text) => RegionPattern().IsMatch(text);

    /// <summary>Reads the settings of the current stack.</summary>
    /// <exception cref="RunException">A setting is missing or invalid. The message names the setting.</exception>
    public static StackSettings Read()
    {
        var (config, gcp) = (new Config(), new Config("gcp"));
        var (cdnKeys, tokenKeys) = (Strings(config, "cdnKeyNames"), Strings(config, "tokenKeyNames"));
        var (licenseKeys, masterKeys) = (Strings(config, "licenseKeyNames"), Strings(config, "masterKeyNames"));
        // Cloud CDN accepts at most three keys. A rotation needs two.
        ValidateNames("cdnKeyNames", cdnKeys);
        ValidateNames("tokenKeyNames", tokenKeys);
        ValidateNames("licenseKeyNames", licenseKeys);
        // Old ones stay for as long as there are content keys that they encrypted.
        ValidateNames("masterKeyNames", masterKeys, max: 10);
        var settings = new StackSettings
        {
            Project = gcp.Require("project"),
            Regions = Strings(config, "regions"),
            BucketLocation = config.Require("bucketLocation"),
            Domain = config.Get("domain"),
            Database = new DatabaseSize(
                config.Require("databaseConfig"),
                config.GetInt32("databaseUnits"),
                config.GetInt32("databaseMinUnits"),
                config.GetInt32("databaseMaxUnits")),
            DatabaseInUse = config.Get("databaseInUse"),
            Protect = config.RequireBoolean("protect"),
            DefaultCountry = config.Require("defaultCountry"),
            AlertEmail = config.Require("alertEmail"),
            BillingAccount = config.Get("billingAccount"),
            MonthlyBudget = config.GetInt32("monthlyBudget") ?? 0,
            BlockedCountries = Strings(config, "blockedCountries"),
            RequestsPerMinutePerAddress = config.GetInt32("requestsPerMinutePerAddress") ?? 3000,
            CoresPerRegion = config.GetInt32("coresPerRegion") ?? 20,
            WarmInstances = config.GetInt32("warmInstances") ?? 0,
            ModelTracks = config.GetInt32("modelTracks") ?? 100_000,
            TrainingInteractions = config.GetInt32("trainingInteractions") ?? 10_000_000,
            BigQueryMlSlots = config.GetInt32("bigQueryMlSlots") ?? 0,
            Version = config.Get("version") ?? throw Invalid("version", HowToBuild),
            CdnKeyNames = cdnKeys,
            CdnKeys = cdnKeys.ToImmutableDictionary(
                name => name, name => config.RequireSecret($"cdnKey-{name}").Apply(key => ValidCdnKey(name, key))),
            TokenKeyNames = tokenKeys,
            TokenKeys = tokenKeys.ToImmutableDictionary(
                name => name, name => config.RequireSecret($"tokenKey-{name}").Apply(key => ValidSigningKey($"tokenKey-{name}", key))),
            LicenseKeyNames = licenseKeys,
            LicenseKeys = licenseKeys.ToImmutableDictionary(
                name => name, name => config.RequireSecret($"licenseKey-{name}").Apply(key => ValidSigningKey($"licenseKey-{name}", key))),
            MasterKeyNames = masterKeys,
            MasterKeys = masterKeys.ToImmutableDictionary(
                name => name, name => config.RequireSecret($"masterKey-{name}").Apply(key => ValidMasterKey(name, key))),
            Recommendations = (config.GetObject<Dictionary<string, string>>("recommendations") ?? []).ToImmutableDictionary(),
            Release = ReadRelease(config),
        };
        settings.Validate();
        return settings;
    }

    private static ReleaseDrop? ReadRelease(Config config)
    {
        if (config.Get("releaseAt") is not { } at) return null;
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, utc, out var time))
            throw Invalid("releaseAt", "is not a time such as 2026-12-04T05:00:00Z");
        return new ReleaseDrop(
            time,
            Strings(config, "releaseAlbums"),
            config.GetInt32("releaseMinInstances") ?? 10,
            config.GetInt32("releaseMinDatabaseUnits") ?? 3000);
    }

    private void Validate()
    {
        if (Regions.Length is 0 or > 3
            || Regions.Distinct().Count() != Regions.Length
            || !Regions.All(IsRegion))
            throw Invalid("regions", "must be one to three different regions, home first");
        if (!VersionPattern().IsMatch(Version)) throw Invalid("version", HowToBuild);
        if (!Markets.IsKnown(DefaultCountry)) throw Invalid("defaultCountry", "is not the code of a market, such as SE");
        if (!AlertEmail.Contains('@', StringComparison.Ordinal)) throw Invalid("alertEmail", "is not an e-mail address");
        if (BillingAccount is not null && MonthlyBudget <= 0) throw Invalid("monthlyBudget", "must be above 0 if billingAccount is set");
        if (BlockedCountries.FirstOrDefault(code => code is not [>= 'A' and <= 'Z', >= 'A' and <= 'Z']) is { } country)
            throw Invalid("blockedCountries", $"'{country}' is not a code such as DE");
        // 10,000 is the maximum of Cloud Armor.
        if (RequestsPerMinutePerAddress is < 1 or > 10_000) throw Invalid("requestsPerMinutePerAddress", "must be 1 to 10000");
        ValidateTraining();
        var largest = CloudFunction.All.MaxBy(function => SizeOf(function).Cores)!;
        if (CoresPerRegion < SizeOf(largest).Cores)
            throw Invalid("coresPerRegion", $"must be at least {SizeOf(largest).Cores}, the cores of {largest.Name}");
        if (WarmInstances < 0 || WarmInstances * Sizes.Of("playback").Cores > CoresPerRegion)
            throw Invalid("warmInstances", "must be 0 or more, and fit into coresPerRegion");
        ValidateRecommendations();
        ValidateDatabase();
        if (DatabaseInUse is not null && !DatabasePattern().IsMatch(DatabaseInUse))
            throw Invalid("databaseInUse", "is not the name of a database, such as restored");
        if (Release is { } release)
        {
            if (release.Albums.IsEmpty) throw Invalid("releaseAlbums", "must list the albums if releaseAt is set");
            if (release.Albums.FirstOrDefault(id => !IdPattern().IsMatch(id)) is { } album)
                throw Invalid("releaseAlbums", $"'{album}' is not an id");
            if (release.MinInstances < 1) throw Invalid("releaseMinInstances", "must be above 0");
            var cores = release.MinInstances
                * CloudFunction.All.Where(function => function.IsPublic).Sum(function => SizeOf(function).Cores);
            if (cores > CoresPerRegion)
                throw Invalid(
                    "releaseMinInstances",
                    $"needs {cores} cores in each region, and coresPerRegion is {CoresPerRegion}: request a higher quota first");
            if (release.MinDatabaseUnits % 1000 != 0 || release.MinDatabaseUnits <= 0)
                throw Invalid("releaseMinDatabaseUnits", "must be whole nodes of 1000 units");
        }
    }

    private void ValidateRecommendations()
    {
        var options = new FeedbackOptions();
        try
        {
            new ConfigurationBuilder().AddInMemoryCollection(Recommendations!).Build()
                .Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException e)
        {
            throw Invalid("recommendations", $"is invalid: {e.InnerException?.Message ?? e.Message}");
        }

        var result = new FeedbackOptionsValidator().Validate(null, options);
        if (result.Failed) throw Invalid("recommendations", $"is invalid: {result.FailureMessage}");
    }

    private void ValidateTraining()
    {
        if (ModelTracks is < 1 or > 10_000_000) throw Invalid("modelTracks", "must be 1 to 10000000");
        if (TrainingInteractions is < 1 or > 1_000_000_000) throw Invalid("trainingInteractions", "must be 1 to 1000000000");
        if (Training.MemoryOf(this) > Training.MaxMemory)
            throw Invalid(
                "modelTracks",
                $"and trainingInteractions need a training of {Training.MemoryOf(this)} GiB, and a job has at most {Training.MaxMemory}");
        // The unit of reservations.
        if (BigQueryMlSlots < 0 || BigQueryMlSlots % 50 != 0) throw Invalid("bigQueryMlSlots", "must be 0, or a multiple of 50");
    }

    private void ValidateDatabase()
    {
        var (fixedSize, scaled) = (Database.Units is not null, Database.MinUnits is not null || Database.MaxUnits is not null);
        if (fixedSize == scaled) throw Invalid("databaseUnits", "or databaseMinUnits and databaseMaxUnits must be set, but not both");
        if (Database.Units is { } units && (units <= 0 || units % (units < 1000 ? 100 : 1000) != 0))
            throw Invalid("databaseUnits", "must be 100 to 900 in steps of 100, or whole nodes of 1000");
        if (!scaled) return;
        if (Database is not { MinUnits: { } min, MaxUnits: { } max } || min < 1000 || min % 1000 != 0 || max % 1000 != 0 || max < min)
            throw Invalid("databaseMinUnits", "and databaseMaxUnits must be whole nodes of 1000 units, the minimum at most the maximum");
        // A rule of Spanner's autoscaling.
        if (min * 10 < max) throw Invalid("databaseMaxUnits", "may be at most ten times databaseMinUnits");
    }

    private static void ValidateNames(string setting, ImmutableArray<string> names, int max = 3)
    {
        if (names.Length == 0 || names.Length > max || names.Distinct().Count() != names.Length)
            throw Invalid(setting, $"must be 1 to {max} different names");
        if (names.FirstOrDefault(name => !KeyNamePattern().IsMatch(name)) is { } key)
            throw Invalid(setting, $"'{key}' must be lower-case letters, digits and hyphens, starting with a letter");
    }

    private static string ValidSigningKey(string setting, string key)
    {
        try
        {
            _ = TokenKey.Parse(key);
            return key;
        }
        catch (FormatException)
        {
            throw Invalid(setting, "is not a private P-256 key in PEM: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256");
        }
    }

    // A ciphertext is longer than the key in it, so that a key that was not encrypted is rejected.
    private static string ValidMasterKey(string name, string key)
    {
        var buffer = new byte[key.Length];
        return Convert.TryFromBase64String(key.Trim(), buffer, out var length) && length > 2 * MasterKeyRing.KeyLength
            ? key.Trim()
            : throw Invalid($"masterKey-{name}", "is not a ciphertext of Cloud KMS in base64 (docs/cloud.md, step 3)");
    }

    private static string ValidCdnKey(string name, string key)
    {
        var padded = key.Trim().Replace('-', '+').Replace('_', '/').TrimEnd('=');
        var buffer = new byte[64];
        var isBase64 = Convert.TryFromBase64String(padded.PadRight((padded.Length + 3) / 4 * 4, '='), buffer, out var length);
        return isBase64 && length == CloudCdnKeyLength
            ? key.Trim()
            : throw Invalid($"cdnKey-{name}", "is not 16 bytes in base64url: head -c 16 /dev/urandom | base64 | tr +/ -_");
    }

    private static ImmutableArray<string> Strings(Config config, string name) => [.. config.GetObject<string[]>(name) ?? []];

    private static RunException Invalid(string setting, string problem) => new($"spotify:{setting} {problem}.");

    [GeneratedRegex("^[a-z]+-[a-z]+[0-9]+$")]
    private static partial Regex RegionPattern();

    // The format of a tag: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$")]
    private static partial Regex VersionPattern();

    [GeneratedRegex("^[a-z][a-z0-9-]{0,61}$")]
    private static partial Regex KeyNamePattern();

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,28}[a-z0-9]$")]
    private static partial Regex DatabasePattern();

    [GeneratedRegex("^[0-9A-Za-z]{22}$")]
    private static partial Regex IdPattern();
}
