using System.Globalization;
using Pulumi;
using Pulumi.Gcp.CloudFunctionsV2.Inputs;
using Spotify.Domain.Ports;
using Spotify.Web.Functions;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>The resources that functions refer to.</summary>
internal sealed record FunctionContext(
    StackSettings Settings,
    ProjectFacts Project,
    Services Services,
    Data Data,
    Messaging Messaging,
    Warehouse Warehouse,
    Identity Identity,
    Input<string> Domain,
    IReadOnlyList<CloudFunction> All)
{
    /// <summary>Returns the function that handles the tasks of a queue.</summary>
    public CloudFunction HandlerOf(Queue queue) => All.Single(function => function.Definition.Queue?.Name == queue.Name);
}

/// <summary>The functions that are deployed from source, each with a service account that has the roles of its definition only.</summary>
internal sealed class Functions : Layer
{
    private const string GoogleIssuer = "https://accounts.google.com";
    private const string GoogleKeys = "https://www.googleapis.com/oauth2/v3/certs";
    private const string ListenerKeys = "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com";

    private readonly FunctionContext context;
    private readonly StackSettings settings;
    private readonly Gcp.Storage.BucketIAMMember sourcesMayBeRead;
    private readonly Dictionary<string, Gcp.ArtifactRegistry.Repository> images;

    /// <summary>Declares the functions.</summary>
    public Functions(FunctionContext context, SourceArchive source) : base("functions", context.Services)
    {
        (this.context, settings) = (context, context.Settings);
        var bucket = new Gcp.Storage.Bucket(
            "sources",
            new()
            {
                Name = settings.BucketName("sources"),
                Location = settings.Home,
                UniformBucketLevelAccess = true,
                PublicAccessPrevention = "enforced",
                ForceDestroy = true,
            },
            Own);
        sourcesMayBeRead = new Gcp.Storage.BucketIAMMember(
            "function-builder-sources",
            new() { Bucket = bucket.Name, Role = "roles/storage.objectViewer", Member = context.Identity.Builder.Member },
            Own);
        var archive = new Gcp.Storage.BucketObject(
            "functions", new() { Bucket = bucket.Name, Name = source.ObjectName, Source = source.Archive }, Own);
        // The default repositories of Cloud Functions keep every image forever.
        images = settings.Regions.ToDictionary(
            region => region, region => Images.Declare("functions", $"functions-{region}", region, areImmutable: false, Own));
        All = [.. context.All.Where(function => !function.IsContainer).Select(function => Declare(function, archive))];
        RegisterOutputs();
    }

    /// <summary>The deployed functions.</summary>
    public IReadOnlyList<DeployedFunction> All { get; }

    private DeployedFunction Declare(CloudFunction function, Gcp.Storage.BucketObject archive)
    {
        var account = new Gcp.ServiceAccount.Account(
            function.Name,
            new() { Project = settings.Project, AccountId = function.Name, DisplayName = $"The function {function.Name}" },
            Own);
        var grants = new Grants(function, account.Member, context, Own).Declare();
        var regions = function.InEveryRegion ? settings.Regions : [settings.Home];
        return new DeployedFunction(
            function, regions.ToDictionary(region => region, region => Declare(function, region, account, archive, grants)));
    }

    private Gcp.CloudFunctionsV2.Function Declare(
        CloudFunction function,
        string region,
        Gcp.ServiceAccount.Account account,
        Gcp.Storage.BucketObject archive,
        IEnumerable<Resource> grants)
    {
        var size = function.Size;
        var releaseInstances = function.IsPublic ? settings.Release?.MinInstances ?? 0 : 0;
        var service = new FunctionServiceConfigArgs
        {
            AvailableMemory = size.Memory,
            AvailableCpu = size.Cores.ToString(CultureInfo.InvariantCulture),
            MaxInstanceRequestConcurrency = size.Concurrency,
            MinInstanceCount = Math.Max(size.KeepsWarm ? settings.WarmInstances : 0, releaseInstances),
            MaxInstanceCount = settings.MaxInstances(size),
            TimeoutSeconds = (int)function.Definition.Timeout.TotalSeconds,
            ServiceAccountEmail = account.Email,
            // Functions behind the load balancer verify tokens themselves, because the load balancer has no identity. The others accept
            // calls from within the project only, from accounts that have the role.
            IngressSettings = function.IsPublic ? "ALLOW_INTERNAL_AND_GCLB" : "ALLOW_INTERNAL_ONLY",
            AllTrafficOnLatestRevision = true,
        };
        foreach (var (name, value) in FunctionSettings.Of(function, region, context)) service.EnvironmentVariables.Add(name, value);
        if (function.Uses.SigningKeys)
        {
            service.SecretEnvironmentVariables = context.Identity.CdnKeys
                .Select((key, i) => new FunctionServiceConfigSecretEnvironmentVariableArgs
                {
                    Key = string.Create(CultureInfo.InvariantCulture, $"SigningKeys__{i}__Secret"),
                    ProjectId = settings.Project,
                    Secret = key.Secret.SecretId,
                    Version = key.Version.Version,
                })
                .ToList();
        }

        var declared = new Gcp.CloudFunctionsV2.Function(
            $"{function.Name}-{region}",
            new()
            {
                Name = function.Name,
                Location = region,
                Description = $"Spotify.Google.{function.Definition.EntryPoint}",
                BuildConfig = new FunctionBuildConfigArgs
                {
                    Runtime = "dotnet10",
                    EntryPoint = $"Spotify.Google.{function.Definition.EntryPoint}",
                    ServiceAccount = context.Identity.Builder.Id,
                    DockerRepository = images[region].Id,
                    EnvironmentVariables = { ["GOOGLE_BUILDABLE"] = SourceArchive.Buildable },
                    Source = new FunctionBuildConfigSourceArgs
                    {
                        StorageSource = new FunctionBuildConfigSourceStorageSourceArgs
                        {
                            Bucket = archive.Bucket, Object = archive.Name,
                        },
                    },
                },
                ServiceConfig = service,
            },
            // A build fails if its account does not have its roles yet.
            After([.. grants, sourcesMayBeRead, context.Identity]));
        _ = new Gcp.CloudRunV2.ServiceIamMember(
            $"{function.Name}-{region}-invoker",
            new()
            {
                Project = settings.Project,
                Location = region,
                Name = declared.Name,
                Role = "roles/run.invoker",
                Member = Invoker(function.Caller),
            },
            Own);
        return declared;
    }

    private Input<string> Invoker(Caller caller) => caller switch
    {
        Caller.Listeners or Caller.Anyone => "allUsers",
        Caller.Scheduler => context.Identity.Scheduler.Member,
        Caller.Tasks => context.Identity.Tasks.Member,
        Caller.Subscription => context.Identity.Subscriptions.Member,
        _ => context.Identity.Uploads.Member,
    };

    /// <summary>The settings of functions, as environment variables.</summary>
    internal static class FunctionSettings
    {
        /// <summary>Returns the settings of a function, except secrets.</summary>
        public static IEnumerable<(string Name, Input<string> Value)> Of(CloudFunction function, string region, FunctionContext context)
        {
            var (project, uses) = (context.Settings.Project, function.Uses);
            if (function.Caller == Caller.Listeners)
            {
                yield return ("AccessTokens__Issuer", $"https://securetoken.google.com/{project}");
                yield return ("AccessTokens__Audience", project);
                yield return ("AccessTokens__JwksUrl", ListenerKeys);
                yield return ("PublicUrl", Output.Format($"https://{context.Domain}"));
                yield return ("DefaultCountry", context.Settings.DefaultCountry);
                yield return ("ClientRegionHeader", Edge.ClientRegionHeader);
            }
            else if (function.Caller != Caller.Anyone)
            {
                yield return ("ServiceCallers__Issuer", GoogleIssuer);
                yield return ("ServiceCallers__JwksUrl", GoogleKeys);
                yield return ("ServiceCallers__Audiences__0", context.Project.RunUrl(function.Name, region));
                yield return ("ServiceCallers__Emails__0", Email(function.Caller, context.Identity));
            }

            // Links log entries to their traces.
            yield return ("GOOGLE_CLOUD_PROJECT", project);
            if (uses.Database != Access.None || uses.SearchIndex) yield return ("Spanner__Database", context.Data.DatabaseName);
            foreach (var segment in uses.Objects.Keys) yield return ($"Buckets__{segment}", context.Data.BucketOf(segment).Name);
            if (function.Definition.Publishes.Count > 0) yield return ("PubSub__Project", project);
            if (uses.Enqueues.Count > 0)
            {
                yield return ("Tasks__Project", project);
                yield return ("Tasks__Location", context.Settings.Home);
                yield return ("Tasks__ServiceAccount", context.Identity.Tasks.Email);
                foreach (var queue in uses.Enqueues)
                {
                    var handler = context.HandlerOf(queue).Name;
                    yield return ($"Tasks__Urls__{queue.Name}", context.Project.RunUrl(handler, context.Settings.Home));
                    foreach (var (shard, declared) in context.Messaging.Queues[queue.Name].Index())
                        yield return (FormattableString.Invariant($"Tasks__Shards__{queue.Name}__{shard}"), declared.Name);
                }
            }

            if (!uses.SigningKeys) yield break;
            for (var i = 0; i < context.Identity.CdnKeys.Count; i++)
                yield return ($"SigningKeys__{i}__Name", context.Identity.CdnKeys[i].Name);
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

/// <summary>A function and its deployments.</summary>
/// <param name="Function">The function.</param>
/// <param name="ByRegion">The deployment in each region.</param>
internal sealed record DeployedFunction(CloudFunction Function, IReadOnlyDictionary<string, Gcp.CloudFunctionsV2.Function> ByRegion);
