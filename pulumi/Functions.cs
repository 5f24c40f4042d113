using System.Globalization;
using Pulumi;
using Pulumi.Gcp.CloudFunctionsV2.Inputs;
using Spotify.Domain.Ports;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>What the functions are made with.</summary>
internal sealed record FunctionContext(StackSettings Settings, ProjectFacts Project, Services Services, Data Data, Messaging Messaging, Identity Identity, Input<string> Domain);

/// <summary>The functions of the table, each with an identity of its own that may do what its row says and nothing else.</summary>
internal sealed class Functions : Layer
{
    private const string GoogleIssuer = "https://accounts.google.com";
    private const string GoogleKeys = "https://www.googleapis.com/oauth2/v3/certs";
    private const string ListenerKeys = "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com";

    private readonly FunctionContext context;
    private readonly StackSettings settings;
    private readonly Gcp.Storage.BucketIAMMember sourcesMayBeRead;
    private readonly Dictionary<string, Gcp.ArtifactRegistry.Repository> images;

    /// <summary>Makes them.</summary>
    public Functions(FunctionContext context, SourceArchive source, IReadOnlyList<FunctionRow> rows) : base("functions", context.Services)
    {
        (this.context, settings) = (context, context.Settings);
        var bucket = new Gcp.Storage.Bucket(
            "sources",
            new()
            {
                Name = settings.BucketName("sources"), Location = settings.Home, UniformBucketLevelAccess = true, PublicAccessPrevention = "enforced", ForceDestroy = true,
            },
            Own);
        sourcesMayBeRead = new Gcp.Storage.BucketIAMMember(
            "function-builder-sources", new() { Bucket = bucket.Name, Role = "roles/storage.objectViewer", Member = context.Identity.Builder.Member }, Own);
        var archive = new Gcp.Storage.BucketObject("functions", new() { Bucket = bucket.Name, Name = source.ObjectName, Source = source.Archive }, Own);
        // The repositories that Cloud Functions makes if it is given none keep every image for ever.
        images = settings.Regions.ToDictionary(region => region, region => Images.Declare("functions", $"functions-{region}", region, areImmutable: false, Own));
        All = [.. rows.Select(row => Make(row, archive))];
        RegisterOutputs();
    }

    /// <summary>The functions, by row.</summary>
    public IReadOnlyList<DeployedFunction> All { get; }

    private DeployedFunction Make(FunctionRow row, Gcp.Storage.BucketObject archive)
    {
        var account = new Gcp.ServiceAccount.Account(
            row.Name, new() { Project = settings.Project, AccountId = row.Name, DisplayName = $"The function {row.Name}" }, Own);
        var grants = new Grants(row, account.Member, context, Own).Make();
        var regions = row.IsEverywhere || row.IsPublic ? settings.Regions : [settings.Home];
        var made = regions.ToDictionary(region => region, region => Make(row, region, account, archive, grants));
        return new DeployedFunction(row, made);
    }

    private Gcp.CloudFunctionsV2.Function Make(
        FunctionRow row, string region, Gcp.ServiceAccount.Account account, Gcp.Storage.BucketObject archive, IEnumerable<Resource> grants)
    {
        var isPublic = row.IsPublic;
        var least = isPublic ? Math.Max(row.MinInstances, settings.Release?.MinInstances ?? 0) : row.MinInstances;
        var service = new FunctionServiceConfigArgs
        {
            AvailableMemory = row.Memory,
            AvailableCpu = row.Cores.ToString(CultureInfo.InvariantCulture),
            MaxInstanceRequestConcurrency = row.Concurrency,
            MinInstanceCount = least,
            MaxInstanceCount = settings.MaxInstances(row),
            TimeoutSeconds = (int)row.Timeout.TotalSeconds,
            ServiceAccountEmail = account.Email,
            // The load balancer has no identity: what it alone reaches is open to all and checks tokens itself. The rest takes calls from
            // within the project, by those who may.
            IngressSettings = isPublic ? "ALLOW_INTERNAL_AND_GCLB" : "ALLOW_INTERNAL_ONLY",
            AllTrafficOnLatestRevision = true,
        };
        foreach (var (name, value) in FunctionSettings.Of(row, region, context)) service.EnvironmentVariables.Add(name, value);
        if (row.Needs.SigningKeys)
            service.SecretEnvironmentVariables = context.Identity.CdnKeys.Select((key, i) => new FunctionServiceConfigSecretEnvironmentVariableArgs
            {
                Key = string.Create(CultureInfo.InvariantCulture, $"SigningKeys__{i}__Secret"),
                ProjectId = settings.Project,
                Secret = key.Secret.SecretId,
                Version = key.Version.Version,
            }).ToList();

        var function = new Gcp.CloudFunctionsV2.Function(
            $"{row.Name}-{region}",
            new()
            {
                Name = row.Name,
                Location = region,
                Description = $"Spotify.Google.{row.EntryPoint}",
                BuildConfig = new FunctionBuildConfigArgs
                {
                    Runtime = "dotnet10",
                    EntryPoint = $"Spotify.Google.{row.EntryPoint}",
                    ServiceAccount = context.Identity.Builder.Id,
                    DockerRepository = images[region].Id,
                    EnvironmentVariables = { ["GOOGLE_BUILDABLE"] = SourceArchive.Buildable },
                    Source = new FunctionBuildConfigSourceArgs
                    {
                        StorageSource = new FunctionBuildConfigSourceStorageSourceArgs { Bucket = archive.Bucket, Object = archive.Name },
                    },
                },
                ServiceConfig = service,
            },
            // A build whose account may not do it yet fails.
            After([.. grants, sourcesMayBeRead, context.Identity]));
        _ = new Gcp.CloudRunV2.ServiceIamMember(
            $"{row.Name}-{region}-invoker",
            new() { Project = settings.Project, Location = region, Name = function.Name, Role = "roles/run.invoker", Member = Invoker(row.Caller) },
            Own);
        return function;
    }

    private Input<string> Invoker(Caller caller) => caller switch
    {
        Caller.Listeners or Caller.Anyone => "allUsers",
        Caller.Scheduler => context.Identity.Scheduler.Member,
        Caller.Tasks => context.Identity.Tasks.Member,
        Caller.Subscription => context.Identity.Subscriptions.Member,
        _ => context.Identity.Uploads.Member,
    };

    /// <summary>The settings that a function reads, as environment variables.</summary>
    internal static class FunctionSettings
    {
        /// <summary>Those of a row, except secrets.</summary>
        public static IEnumerable<(string Name, Input<string> Value)> Of(FunctionRow row, string region, FunctionContext context)
        {
            var (project, needs) = (context.Settings.Project, row.Needs);
            if (row.Caller == Caller.Listeners)
            {
                yield return ("AccessTokens__Issuer", $"https://securetoken.google.com/{project}");
                yield return ("AccessTokens__Audience", project);
                yield return ("AccessTokens__JwksUrl", ListenerKeys);
                yield return ("PublicUrl", Output.Format($"https://{context.Domain}"));
            }
            else if (row.Caller != Caller.Anyone)
            {
                yield return ("ServiceCallers__Issuer", GoogleIssuer);
                yield return ("ServiceCallers__JwksUrl", GoogleKeys);
                yield return ("ServiceCallers__Audiences__0", context.Project.RunUrl(row.Name, region));
                yield return ("ServiceCallers__Emails__0", Email(row.Caller, context.Identity));
            }

            // Without it a line of the log does not lead to its trace.
            yield return ("GOOGLE_CLOUD_PROJECT", project);
            if (needs.Database != Access.None) yield return ("Spanner__Database", context.Data.DatabaseName);
            foreach (var segment in needs.Objects.Keys) yield return ($"Buckets__{segment}", context.Data.BucketOf(segment).Name);
            if (row.Publishes.Any()) yield return ("PubSub__Project", project);
            if (needs.Enqueues.Length > 0)
            {
                yield return ("Tasks__Project", project);
                yield return ("Tasks__Location", context.Settings.Home);
                yield return ("Tasks__ServiceAccount", context.Identity.Tasks.Email);
                foreach (var queue in needs.Enqueues) yield return ($"Tasks__Urls__{queue.Name}", context.Project.RunUrl(FunctionTable.Of(queue).Name, context.Settings.Home));
            }

            if (!needs.SigningKeys) yield break;
            for (var i = 0; i < context.Identity.CdnKeys.Count; i++) yield return ($"SigningKeys__{i}__Name", context.Identity.CdnKeys[i].Name);
            yield return ("Cdn__Cdns__0__Name", "cloud-cdn");
            yield return ("Cdn__Cdns__0__BaseUrl", Output.Format($"https://{context.Domain}"));
        }

        private static Input<string> Email(Caller caller, Identity identity) => caller switch
        {
            Caller.Scheduler => identity.Scheduler.Email,
            Caller.Tasks => identity.Tasks.Email,
            Caller.Uploads => identity.Uploads.Email,
            _ => identity.Subscriptions.Email,
        };
    }
}

/// <summary>A function where it runs.</summary>
/// <param name="Row">Its row.</param>
/// <param name="ByRegion">The function in each of its regions.</param>
internal sealed record DeployedFunction(FunctionRow Row, IReadOnlyDictionary<string, Gcp.CloudFunctionsV2.Function> ByRegion);
