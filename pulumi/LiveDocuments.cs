using Pulumi;
using Pulumi.Gcp.Firebaserules.Inputs;
using Pulumi.Gcp.Firestore.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>Documents that clients follow as they change: the state of each listener's player, in Firestore.</summary>
internal sealed class LiveDocuments : Layer
{
    private const string Devices = "devices";
    private const string Expiry = "expires_at";

    /// <summary>Makes it.</summary>
    /// <param name="rules">The file that says who may read what.</param>
    public LiveDocuments(StackSettings settings, Services services, string rules) : base("live-documents", services)
    {
        var database = new Gcp.Firestore.Database(
            "players",
            new()
            {
                // The one whose rules are released as cloud.firestore, and that costs nothing up to a point.
                Name = "(default)",
                LocationId = settings.Home,
                Type = "FIRESTORE_NATIVE",
                ConcurrencyMode = "PESSIMISTIC",
                PointInTimeRecoveryEnablement = settings.Protect ? "POINT_IN_TIME_RECOVERY_ENABLED" : "POINT_IN_TIME_RECOVERY_DISABLED",
                DeleteProtectionState = settings.Protect ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED",
                DeletionPolicy = settings.Protect ? "ABANDON" : "DELETE",
            },
            Own.Guarded(settings.Protect));

        // GET /v1/me/player/devices: those of a listener that are connected, the last seen first.
        _ = new Gcp.Firestore.Index(
            "devices-connected",
            new()
            {
                Database = database.Name,
                Collection = Devices,
                QueryScope = "COLLECTION",
                Fields = { new IndexFieldArgs { FieldPath = "connected", Order = "ASCENDING" }, new IndexFieldArgs { FieldPath = "last_seen_at", Order = "DESCENDING" } },
            },
            Own);
        // Devices that were not seen for long go by themselves. The field has no index: its values grow with the clock, and an index of
        // such takes 500 writes a second.
        _ = new Gcp.Firestore.Field(
            "devices-expiry",
            new() { Database = database.Name, Collection = Devices, FieldId = Expiry, TtlConfig = new FieldTtlConfigArgs(), IndexConfig = new FieldIndexConfigArgs() },
            Own);

        var ruleset = new Gcp.Firebaserules.Ruleset(
            "players",
            new()
            {
                Project = settings.Project,
                Source = new RulesetSourceArgs { Files = { new RulesetSourceFileArgs { Name = Path.GetFileName(rules), Content = File.ReadAllText(rules) } } },
            },
            After(database));
        // A changed file is another ruleset: the release is moved to it before the old one goes.
        _ = new Gcp.Firebaserules.Release(
            "players", new() { Project = settings.Project, Name = "cloud.firestore", RulesetName = Output.Format($"projects/{settings.Project}/rulesets/{ruleset.Name}") }, Own);
        RegisterOutputs();
    }
}
