using Pulumi;
using Pulumi.Gcp.Spanner.Inputs;
using Pulumi.Gcp.Storage.Inputs;
using Spotify.Domain.Data;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>The database and the private buckets.</summary>
internal sealed class Data : Layer
{
    private const int DaysInAYear = 365;

    // Buckets by the first segment of the object names. Objects of any other segment have a bucket of the same name.
    private static readonly Dictionary<string, string> BucketBySegment = new()
    {
        ["chapters"] = "audio",
        ["episodes"] = "audio",
        ["tracks"] = "audio",
        ["images"] = "images",
        ["models"] = "models",
        ["exports"] = "exports",
        ["deadletters"] = "archive",
    };

    private readonly StackSettings settings;
    private readonly Gcp.Kms.CryptoKeyIAMMember storageMayEncrypt;
    private readonly Gcp.Kms.CryptoKey key;

    /// <summary>Declares the resources.</summary>
    /// <param name="functions">The functions, whose objects determine further buckets.</param>
    public Data(StackSettings settings, ProjectFacts project, Services services, IReadOnlyList<CloudFunction> functions)
        : base("data", services)
    {
        this.settings = settings;
        (key, storageMayEncrypt) = DeclareKey(project);
        Database = DeclareDatabase(DeclareInstance());

        // Encodings are immutable. Autoclass moves those that are rarely played to a cheaper storage class.
        Audio = DeclareBucket("audio", autoclass: true);
        Images = DeclareBucket("images");
        // Older versions allow a bad model to be rolled back.
        Models = DeclareBucket("models", versioned: true, lifecycle: [OlderVersions(10)]);
        // Exports are deleted by the training that reads them. Those of a killed one are deleted after a day.
        Exports = DeclareBucket("exports", lifecycle: [Deleted(1)], softDelete: false);
        Archive = DeclareBucket("archive", lifecycle: [Colder("COLDLINE", 90), Colder("ARCHIVE", DaysInAYear)]);
        // Sources are read once. They are kept so that they can be encoded again if the quality ladder changes.
        Uploads = DeclareBucket(
            "uploads", versioned: true, lifecycle: [Colder("COLDLINE", 30), Colder("ARCHIVE", DaysInAYear), OlderVersions(2)]);
        Buckets = new Dictionary<string, Gcp.Storage.Bucket>
        {
            ["audio"] = Audio,
            ["images"] = Images,
            ["models"] = Models,
            ["exports"] = Exports,
            ["archive"] = Archive,
        };
        foreach (var segment in functions.SelectMany(function => function.Uses.Objects.Keys).Except(BucketBySegment.Keys).Order())
            Buckets.Add(segment, DeclareBucket(segment));
        RegisterOutputs();
    }

    /// <summary>The database.</summary>
    public Gcp.Spanner.Database Database { get; }

    /// <summary>Encodings of tracks, episodes and chapters.</summary>
    public Gcp.Storage.Bucket Audio { get; }

    /// <summary>Covers.</summary>
    public Gcp.Storage.Bucket Images { get; }

    /// <summary>Trained models.</summary>
    public Gcp.Storage.Bucket Models { get; }

    /// <summary>Exports of the warehouse, which trainings read.</summary>
    public Gcp.Storage.Bucket Exports { get; }

    /// <summary>Rarely read objects: dead letters.</summary>
    public Gcp.Storage.Bucket Archive { get; }

    /// <summary>Audio files to import.</summary>
    public Gcp.Storage.Bucket Uploads { get; }

    private Dictionary<string, Gcp.Storage.Bucket> Buckets { get; }

    /// <summary>The name of the database that functions use. Differs from <see cref="Database"/> after a restore.</summary>
    public Output<string> DatabaseInUse => settings.DatabaseInUse is { } restored ? Output.Create(restored) : Database.Name;

    /// <summary>The full resource name of the database that functions use.</summary>
    public Output<string> DatabaseName => Output.Format(
        $"projects/{settings.Project}/instances/{Database.Instance}/databases/{DatabaseInUse}");

    /// <summary>Returns the bucket of objects whose names start with a segment.</summary>
    public Gcp.Storage.Bucket BucketOf(string segment) => Buckets[BucketBySegment.GetValueOrDefault(segment, segment)];

    private (Gcp.Kms.CryptoKey Key, Gcp.Kms.CryptoKeyIAMMember Grant) DeclareKey(ProjectFacts project)
    {
        // A key must be in the same location as its buckets, but the multi-region of the EU has another name in KMS. The ring gets a
        // name with a random suffix, because key rings cannot be deleted and a recreated stack needs a new one.
        var location = settings.BucketLocation.ToLowerInvariant() is var bucket && bucket == "eu" ? "europe" : bucket;
        var ring = new Gcp.Kms.KeyRing("storage", new() { Location = location }, Own);
        var created = new Gcp.Kms.CryptoKey(
            "objects",
            new() { Name = "objects", KeyRing = ring.Id, RotationPeriod = $"{90 * 24 * 3600}s" },
            After(ring).WithProtection(settings.Protect));
        var grant = new Gcp.Kms.CryptoKeyIAMMember(
            "objects-storage",
            new()
            {
                CryptoKeyId = created.Id,
                Role = "roles/cloudkms.cryptoKeyEncrypterDecrypter",
                Member = project.ServiceAgent("gs-project-accounts"),
            },
            Own);
        return (created, grant);
    }

    private Gcp.Spanner.Instance DeclareInstance()
    {
        var size = settings.Database;
        var minUnits = Math.Max(size.MinUnits ?? 0, settings.Release?.MinDatabaseUnits ?? 0);
        var arguments = new Gcp.Spanner.InstanceArgs
        {
            Name = "spotify",
            DisplayName = "Spotify",
            Config = size.Config,
            // Search indexes require Enterprise; multi-region configurations require Enterprise Plus.
            Edition = size.IsMultiRegion ? "ENTERPRISE_PLUS" : "ENTERPRISE",
            DefaultBackupScheduleType = "NONE",
            ForceDestroy = !settings.Protect,
        };
        if (size.Units is { } units && minUnits <= units) arguments.ProcessingUnits = units;
        else if (size.Units is not null) arguments.ProcessingUnits = minUnits;
        else
            arguments.AutoscalingConfig = new InstanceAutoscalingConfigArgs
            {
                AutoscalingLimits = new InstanceAutoscalingConfigAutoscalingLimitsArgs
                {
                    MinProcessingUnits = minUnits,
                    MaxProcessingUnits = Math.Max(size.MaxUnits!.Value, minUnits),
                },
                // Google's recommendation, which leaves enough capacity to lose a zone, or a region of a multi-region configuration.
                AutoscalingTargets = new InstanceAutoscalingConfigAutoscalingTargetsArgs
                {
                    HighPriorityCpuUtilizationPercent = size.IsMultiRegion ? 45 : 65,
                    StorageUtilizationPercent = 80,
                },
            };
        return new Gcp.Spanner.Instance("spotify", arguments, Own.WithProtection(settings.Protect));
    }

    private Gcp.Spanner.Database DeclareDatabase(Gcp.Spanner.Instance instance)
    {
        var database = new Gcp.Spanner.Database(
            "catalog",
            new()
            {
                Name = "spotify",
                Instance = instance.Name,
                // The schema files are append-only, so the list only grows at its end and the provider runs the new statements.
                Ddls = [.. Schema.Current.Files.SelectMany(file => file.Statements).Select(statement => statement.Sql)],
                VersionRetentionPeriod = "7d",
                EnableDropProtection = settings.Protect,
                DeletionProtection = settings.Protect,
            },
            Own.WithProtection(settings.Protect));
        // An incremental schedule must run every day, so on Sundays both backups are created.
        Backup("weekly-full", "0 2 * * 0", 30, full: true);
        Backup("nightly-incremental", "0 3 * * *", 14, full: false);
        return database;

        void Backup(string name, string cron, int days, bool full)
        {
            var arguments = new Gcp.Spanner.BackupScheduleArgs
            {
                Name = name,
                Instance = instance.Name,
                Database = database.Name,
                RetentionDuration = $"{days * 24 * 3600}s",
                Spec = new BackupScheduleSpecArgs { CronSpec = new BackupScheduleSpecCronSpecArgs { Text = cron } },
            };
            if (full) arguments.FullBackupSpec = new BackupScheduleFullBackupSpecArgs();
            else arguments.IncrementalBackupSpec = new BackupScheduleIncrementalBackupSpecArgs();
            _ = new Gcp.Spanner.BackupSchedule(name, arguments, Own);
        }
    }

    private Gcp.Storage.Bucket DeclareBucket(
        string name,
        bool versioned = false,
        bool autoclass = false,
        IEnumerable<BucketLifecycleRuleArgs>? lifecycle = null,
        bool softDelete = true)
    {
        var arguments = new Gcp.Storage.BucketArgs
        {
            Name = settings.BucketName(name),
            Location = settings.BucketLocation,
            UniformBucketLevelAccess = true,
            PublicAccessPrevention = "enforced",
            Versioning = new BucketVersioningArgs { Enabled = versioned },
            LifecycleRules = [.. lifecycle ?? [], AbandonedUploads()],
            Encryption = new BucketEncryptionArgs { DefaultKmsKeyName = key.Id },
            ForceDestroy = !settings.Protect,
        };
        // Google omits a disabled Autoclass, so declaring it as disabled would cause a permanent diff.
        if (autoclass) arguments.Autoclass = new BucketAutoclassArgs { Enabled = true };
        // BigQuery rewrites the files of an export, each of which would be kept and billed for a week.
        if (!softDelete) arguments.SoftDeletePolicy = new BucketSoftDeletePolicyArgs { RetentionDurationSeconds = 0 };
        return new Gcp.Storage.Bucket(name, arguments, After(storageMayEncrypt).WithProtection(settings.Protect));
    }

    private static BucketLifecycleRuleArgs Colder(string storageClass, int days) => new()
    {
        Action = new BucketLifecycleRuleActionArgs { Type = "SetStorageClass", StorageClass = storageClass },
        Condition = new BucketLifecycleRuleConditionArgs { Age = days },
    };

    private static BucketLifecycleRuleArgs OlderVersions(int kept) => new()
    {
        Action = new BucketLifecycleRuleActionArgs { Type = "Delete" },
        Condition = new BucketLifecycleRuleConditionArgs { NumNewerVersions = kept, WithState = "ARCHIVED" },
    };

    private static BucketLifecycleRuleArgs Deleted(int days) => new()
    {
        Action = new BucketLifecycleRuleActionArgs { Type = "Delete" },
        Condition = new BucketLifecycleRuleConditionArgs { Age = days },
    };

    private static BucketLifecycleRuleArgs AbandonedUploads() => new()
    {
        Action = new BucketLifecycleRuleActionArgs { Type = "AbortIncompleteMultipartUpload" },
        Condition = new BucketLifecycleRuleConditionArgs { Age = 7 },
    };
}
