using Pulumi;
using Pulumi.Gcp.Firebaserules.Inputs;
using Pulumi.Gcp.Firestore.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>The Firestore database with the state of each listener's player, which clients observe.</summary>
internal sealed class LiveDocuments : Layer
{
    // Of FirestorePlayerStates.
    private const string Players = "players";

    // The rules of the default database.
    private const string ReleaseName = "cloud.firestore";

    /// <summary>Declares the resources.</summary>
    /// <param name="rules">The path of the security rules.</param>
    /// <param name="releases">Moves the release to changed rules.</param>
    public LiveDocuments(StackSettings settings, Services services, string rules, IRuleReleases releases)
        : base("live-documents", services)
    {
        var database = new Gcp.Firestore.Database(
            "players",
            new()
            {
                // The default database has a free tier, and its rules are released as cloud.firestore.
                Name = "(default)",
                LocationId = settings.Home,
                Type = "FIRESTORE_NATIVE",
                ConcurrencyMode = "PESSIMISTIC",
                PointInTimeRecoveryEnablement = settings.Protect
                    ? "POINT_IN_TIME_RECOVERY_ENABLED"
                    : "POINT_IN_TIME_RECOVERY_DISABLED",
                DeleteProtectionState = settings.Protect ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED",
                DeletionPolicy = settings.Protect ? "ABANDON" : "DELETE",
            },
            Own.WithProtection(settings.Protect));

        // No query reads these texts, and an index entry of each would be written with every change.
        foreach (var field in (string[])["state", "revocations"])
        {
            _ = new Gcp.Firestore.Field(
                $"{Players}-{field}",
                new()
                {
                    Database = database.Name,
                    Collection = Players,
                    FieldId = field,
                    // An empty configuration excludes the field from all indexes.
                    IndexConfig = new FieldIndexConfigArgs(),
                },
                Own);
        }

        var ruleset = new Gcp.Firebaserules.Ruleset(
            "players",
            new()
            {
                Project = settings.Project,
                Source = new RulesetSourceArgs
                {
                    Files = { new RulesetSourceFileArgs { Name = Path.GetFileName(rules), Content = File.ReadAllText(rules) } },
                },
            },
            After(database));
        // Rulesets are immutable: changed rules become a new one. The provider would replace the release, that is delete it first, because
        // its name is taken, and Firestore refuses all clients without a release. Therefore the program moves it. Pulumi deletes the old
        // ruleset after the program has ended, and Google refuses to delete one that is released.
        var name = Output.Format($"projects/{settings.Project}/rulesets/{ruleset.Name}");
        var release = new Gcp.Firebaserules.Release(
            "players",
            new() { Project = settings.Project, Name = ReleaseName, RulesetName = name },
            Unmoved());
        if (!Deployment.Instance.IsDryRun)
        {
            Output.Tuple(name, release.Name).Apply(async released =>
            {
                await releases.MoveAsync(settings.Project, $"projects/{settings.Project}/releases/{ReleaseName}", released.Item1);
                return released;
            });
        }

        RegisterOutputs();
    }

    private CustomResourceOptions Unmoved()
    {
        var options = Own;
        options.IgnoreChanges.Add("rulesetName");
        return options;
    }
}
