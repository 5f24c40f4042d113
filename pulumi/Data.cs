using System.Collections.Immutable;
using Pulumi;
using Pulumi.Gcp.Spanner.Inputs;
using Pulumi.Gcp.Storage.Inputs;
using Spotify.Domain.Data;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>Where everything is kept: the database, and buckets that nobody outside reads.</summary>
internal sealed class Data : Layer
{
    private const int DaysInAYear = 365;

    /// <summary>Which bucket holds the objects whose names begin with a segment.</summary>
    private static readonly ImmutableDictionary<string, string> BucketBySegment = ImmutableDictionary.CreateRange(new Dictionary<string, string>
    {
        ["chapters"] = "audio", ["episodes"] = "audio", ["tracks"] = "audio",
        ["images"] = "images", ["models"] = "models", ["deadletters"] = "archive",
    });

    private readonly StackSettings settings;
    private readonly Gcp.Kms.CryptoKeyIAMMember storageMayEncrypt;
    private readonly Gcp.Kms.CryptoKey key;

    /// <summary>Makes it.</summary>
    public Data(StackSettings settings, ProjectFacts project, Services services) : base("data", services)
    {
        this.settings = settings;
        (key, storageMayEncrypt) = MakeKey(project);
        Database = MakeDatabase(MakeInstance());

        // Encodings are immutable and named by their revision. What nobody has heard for long costs less to keep, however old the rest is.
        Audio = MakeBucket("audio", byUse: true);
        Images = MakeBucket("images");
        // A model that does badly is undone by the one before.
        Models = MakeBucket("models", versioned: true, lifecycle: [OlderVersions(10)]);
        Archive = MakeBucket("archive", lifecycle: [Colder("COLDLINE", 90), Colder("ARCHIVE", DaysInAYear)]);
        // What the encodings are made of: read once, kept for the next ladder.
        Uploads = MakeBucket("uploads", versioned: true, lifecycle: [Colder("COLDLINE", 30), Colder("ARCHIVE", DaysInAYear), OlderVersions(2)]);
        Buckets = new Dictionary<string, Gcp.Storage.Bucket> { ["audio"] = Audio, ["images"] = Images, ["models"] = Models, ["archive"] = Archive };
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

    /// <summary>What is kept in case it is asked for: dead letters.</summary>
    public Gcp.Storage.Bucket Archive { get; }

    /// <summary>Where music is put to be imported.</summary>
    public Gcp.Storage.Bucket Uploads { get; }

    private IReadOnlyDictionary<string, Gcp.Storage.Bucket> Buckets { get; }

    /// <summary>The name of the database that functions use: after a restore it may be another than <see cref="Database"/>.</summary>
    public Output<string> DatabaseInUse => settings.DatabaseInUse is { } restored ? Output.Create(restored) : Database.Name;

    /// <summary>Its whole name, as the adapter takes it.</summary>
    public Output<string> DatabaseName => Output.Format($"projects/{settings.Project}/instances/{Database.Instance}/databases/{DatabaseInUse}");

    /// <summary>The bucket of objects whose names begin with a segment.</summary>
    public Gcp.Storage.Bucket BucketOf(string segment) => Buckets[BucketBySegment[segment]];

    private (Gcp.Kms.CryptoKey Key, Gcp.Kms.CryptoKeyIAMMember Grant) MakeKey(ProjectFacts project)
    {
        // A key serves buckets of its own location only; that of buckets of the EU is called otherwise. The ring's name ends in a random word,
        // because rings are never deleted, and a stack that is made anew needs another.
        var location = settings.BucketLocation.ToLowerInvariant() is var bucket && bucket == "eu" ? "europe" : bucket;
        var ring = new Gcp.Kms.KeyRing("storage", new() { Location = location }, Own);
        var made = new Gcp.Kms.CryptoKey("objects", new() { Name = "objects", KeyRing = ring.Id, RotationPeriod = $"{90 * 24 * 3600}s" }, After(ring).Guarded(settings.Protect));
        var grant = new Gcp.Kms.CryptoKeyIAMMember(
            "objects-storage",
            new() { CryptoKeyId = made.Id, Role = "roles/cloudkms.cryptoKeyEncrypterDecrypter", Member = project.ServiceAgent("gs-project-accounts") },
            Own);
        return (made, grant);
    }

    private Gcp.Spanner.Instance MakeInstance()
    {
        var size = settings.Database;
        var least = Math.Max(size.MinUnits ?? 0, settings.Release?.MinDatabaseUnits ?? 0);
        var arguments = new Gcp.Spanner.InstanceArgs
        {
            Name = "spotify",
            DisplayName = "Spotify",
            Config = size.Config,
            // Search indexes need Enterprise, and several regions Enterprise Plus.
            Edition = size.IsMultiRegion ? "ENTERPRISE_PLUS" : "ENTERPRISE",
            DefaultBackupScheduleType = "NONE",
            ForceDestroy = !settings.Protect,
        };
        if (size.Units is { } units && least <= units) arguments.ProcessingUnits = units;
        else if (size.Units is not null) arguments.ProcessingUnits = least;
        else
            arguments.AutoscalingConfig = new InstanceAutoscalingConfigArgs
            {
                AutoscalingLimits = new InstanceAutoscalingConfigAutoscalingLimitsArgs { MinProcessingUnits = least, MaxProcessingUnits = Math.Max(size.MaxUnits!.Value, least) },
                // What Google recommends: enough is left over to lose a zone, or in several regions a region.
                AutoscalingTargets = new InstanceAutoscalingConfigAutoscalingTargetsArgs { HighPriorityCpuUtilizationPercent = size.IsMultiRegion ? 45 : 65, StorageUtilizationPercent = 80 },
            };
        return new Gcp.Spanner.Instance("spotify", arguments, Own.Guarded(settings.Protect));
    }

    private Gcp.Spanner.Database MakeDatabase(Gcp.Spanner.Instance instance)
    {
        var database = new Gcp.Spanner.Database(
            "catalog",
            new()
            {
                Name = "spotify",
                Instance = instance.Name,
                // Files are only ever added, and so the list only grows at its end: the provider then runs what is new.
                Ddls = [.. Schema.Current.Files.SelectMany(file => file.Statements).Select(statement => statement.Sql)],
                VersionRetentionPeriod = "7d",
                EnableDropProtection = settings.Protect,
                DeletionProtection = settings.Protect,
            },
            Own.Guarded(settings.Protect));
        // Days cannot be left out of a week: on Sundays there are both.
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

    private Gcp.Storage.Bucket MakeBucket(string name, bool versioned = false, bool byUse = false, IEnumerable<BucketLifecycleRuleArgs>? lifecycle = null)
    {
        var arguments = new Gcp.Storage.BucketArgs
        {
            Name = settings.BucketName(name),
            Location = settings.BucketLocation,
            UniformBucketLevelAccess = true,
            PublicAccessPrevention = "enforced",
            Versioning = new BucketVersioningArgs { Enabled = versioned },
            // An upload that was given up costs nothing.
            LifecycleRules = [.. lifecycle ?? [], AbortedUploads()],
            Encryption = new BucketEncryptionArgs { DefaultKmsKeyName = key.Id },
            ForceDestroy = !settings.Protect,
        };
        // Where there is none, Google tells of none: to say so would be a change at every deployment.
        if (byUse) arguments.Autoclass = new BucketAutoclassArgs { Enabled = true };
        return new Gcp.Storage.Bucket(name, arguments, After(storageMayEncrypt).Guarded(settings.Protect));
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

    private static BucketLifecycleRuleArgs AbortedUploads() => new()
    {
        Action = new BucketLifecycleRuleActionArgs { Type = "AbortIncompleteMultipartUpload" },
        Condition = new BucketLifecycleRuleConditionArgs { Age = 7 },
    };
}
