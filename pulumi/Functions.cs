using System.Globalization;
using Pulumi;
using Pulumi.Gcp.CloudRunV2.Inputs;
using Spotify.Cloud.Accounts;
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
    AccountsOutputs Accounts,
    IReadOnlyList<CloudFunction> All)
{
    /// <summary>The job that trains; null if no function starts it.</summary>
    public Gcp.CloudRunV2.Job? TrainingJob { get; init; }

    /// <summary>Returns the function that handles the tasks of a queue.</summary>
    /// <exception cref="RunException">No function handles them.</exception>
    public CloudFunction HandlerOf(Queue queue) => All.SingleOrDefault(function => function.Definition.Queue?.Name == queue.Name)
        ?? throw new RunException($"No function handles the tasks of the queue {queue.Name}: add one with this queue to Functions.cs.");
}

/// <summary>
/// The functions: Cloud Run services of one image, each with its own entry point and a service account that has the roles of its definition
/// only.
/// </summary>
internal sealed class Functions : Layer
{
    private const string GoogleIssuer = "https://accounts.google.com";
    private const string GoogleKeys = "https://www.googleapis.com/oauth2/v3/certs";

    private readonly FunctionContext context;
    private readonly StackSettings settings;

    /// <summary>Declares the functions.</summary>
    public Functions(FunctionContext context) : base("functions", context.Services)
    {
        (this.context, settings) = (context, context.Settings);
        All = [.. context.All.Select(Declare)];
        RegisterOutputs();
    }

    /// <summary>The deployed functions.</summary>
    public IReadOnlyList<DeployedFunction> All { get; }

    private DeployedFunction Declare(CloudFunction function)
    {
        var account = new Gcp.ServiceAccount.Account(
            function.Name,
            new() { Project = settings.Project, AccountId = function.Name, DisplayName = $"The function {function.Name}" },
            Own);
        var grants = new Grants(function, account.Name, account.Member, context, Own).Declare();
        var regions = function.InEveryRegion ? settings.Regions : [settings.Home];
        return new DeployedFunction(
            function, regions.ToDictionary(region => region, region => Declare(function, region, account, grants)));
    }

    private Gcp.CloudRunV2.Service Declare(
        CloudFunction function, string region, Gcp.ServiceAccount.Account account, IReadOnlyList<Resource> grants)
    {
        var size = settings.SizeOf(function);
        var releaseInstances = function.IsPublic ? settings.Release?.MinInstances ?? 0 : 0;
        var service = new Gcp.CloudRunV2.Service(
            $"{function.Name}-{region}",
            new()
            {
                Name = function.Name,
                Location = region,
                // Functions behind the load balancer verify tokens themselves, because the load balancer has no identity. The others accept
                // calls from within the project only, from accounts that have the role.
                Ingress = function.IsPublic ? "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" : "INGRESS_TRAFFIC_INTERNAL_ONLY",
                DeletionProtection = false,
                Template = new ServiceTemplateArgs
                {
                    ServiceAccount = account.Email,
                    Timeout = FormattableString.Invariant($"{function.Definition.Timeout.TotalSeconds}s"),
                    MaxInstanceRequestConcurrency = size.Concurrency,
                    Scaling = new ServiceTemplateScalingArgs
                    {
                        MinInstanceCount = Math.Max(size.KeepsWarm ? settings.WarmInstances : 0, releaseInstances),
                        MaxInstanceCount = settings.MaxInstances(size),
                    },
                    Containers = { Container(function, region, account.Email) },
                },
                Traffics = { new ServiceTrafficArgs { Type = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", Percent = 100 } },
            },
            After(grants));
        _ = new Gcp.CloudRunV2.ServiceIamMember(
            $"{function.Name}-{region}-invoker",
            new()
            {
                Project = settings.Project,
                Location = region,
                Name = service.Name,
                Role = "roles/run.invoker",
                Member = Invoker(function.Caller),
            },
            Own);
        return service;
    }

    private ServiceTemplateContainerArgs Container(CloudFunction function, string region, Input<string> account)
    {
        var size = settings.SizeOf(function);
        var container = new ServiceTemplateContainerArgs
        {
            Image = $"{context.Accounts.Images}/{function.Image}:{settings.Version}",
            Resources = new ServiceTemplateContainerResourcesArgs
            {
                Limits = { ["cpu"] = size.Cores.ToString(CultureInfo.InvariantCulture), ["memory"] = size.Memory },
                StartupCpuBoost = true,
                // CPU only during requests, which is what requests are billed for.
                CpuIdle = true,
            },
            StartupProbe = new ServiceTemplateContainerStartupProbeArgs
            {
                HttpGet = new ServiceTemplateContainerStartupProbeHttpGetArgs { Path = "/healthz" },
                PeriodSeconds = 1,
                FailureThreshold = 60,
                TimeoutSeconds = 1,
            },
            Envs = { new ServiceTemplateContainerEnvArgs { Name = "FUNCTION_TARGET", Value = function.EntryPoint } },
        };
        foreach (var (name, value) in FunctionSettings.Of(function, region, account, context))
            container.Envs.Add(new ServiceTemplateContainerEnvArgs { Name = name, Value = value });
        foreach (var (setting, key) in context.Identity.KeysOf(function.Uses))
        {
            container.Envs.Add(new ServiceTemplateContainerEnvArgs
            {
                Name = setting,
                ValueSource = new ServiceTemplateContainerEnvValueSourceArgs
                {
                    SecretKeyRef = new ServiceTemplateContainerEnvValueSourceSecretKeyRefArgs
                    {
                        Secret = key.Secret.SecretId, Version = key.Version.Version,
                    },
                },
            });
        }

        return container;
    }

    private Input<string> Invoker(Caller caller) => caller switch
    {
        Caller.Listeners or Caller.Anyone => "allUsers",
        Caller.Scheduler => context.Identity.Scheduler.Member,
        Caller.Tasks => context.Identity.Tasks.Member,
        _ => context.Identity.Subscriptions.Member,
    };

    /// <summary>The settings of functions, as environment variables.</summary>
    internal static class FunctionSettings
    {
        /// <summary>Returns the settings of a function, except secrets.</summary>
        /// <param name="function">The function.</param>
        /// <param name="region">The region of the deployment.</param>
        /// <param name="account">The e-mail address of the function's service account.</param>
        /// <param name="context">The resources that the settings name.</param>
        public static IEnumerable<(string Name, Input<string> Value)> Of(
            CloudFunction function, string region, Input<string> account, FunctionContext context)
        {
            var (project, uses) = (context.Settings.Project, function.Uses);
            if (function.Caller == Caller.Listeners)
            {
                var url = Output.Format($"https://{context.Domain}");
                yield return ("AccessTokens__Issuer", url);
                yield return ("AccessTokens__Audience", project);
                yield return ("AccessTokens__JwksUrl", Output.Format($"{url}/.well-known/jwks.json"));
                yield return ("PublicUrl", url);
                yield return ("DefaultCountry", context.Settings.DefaultCountry);
                yield return ("ClientRegionHeader", Edge.ClientRegionHeader);
            }
            else if (function.Caller != Caller.Anyone)
            {
                yield return ("ServiceCallers__Issuer", GoogleIssuer);
                yield return ("ServiceCallers__JwksUrl", GoogleKeys);
                yield return ("ServiceCallers__Audience", context.Project.RunUrl(function.Name, region));
                yield return ("ServiceCallers__Emails__0", Email(function.Caller, context.Identity));
            }

            // Links log entries to their traces.
            yield return ("GOOGLE_CLOUD_PROJECT", project);
            if (uses.Database != Access.None || uses.SearchIndex) yield return ("Spanner__Database", context.Data.DatabaseName);
            foreach (var segment in uses.Objects.Keys) yield return ($"Buckets__{segment}", context.Data.BucketOf(segment).Name);
            if (uses.Uploads != Access.None) yield return ("Ingest__UploadBucket", context.Data.Uploads.Name);
            if (uses.Objects.ContainsKey("models"))
            {
                foreach (var (name, value) in context.Settings.Recommendations)
                    yield return ($"Recommendations__{name.Replace(":", "__", StringComparison.Ordinal)}", value);
            }

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

            if (uses.LiveDocuments != Access.None) yield return ("LiveDocuments__Project", project);
            if (uses.LiveTokens)
            {
                yield return ("LiveTokens__Project", project);
                yield return ("LiveTokens__ApiKey", context.Accounts.ApiKey);
                yield return ("LiveTokens__ServiceAccount", account);
            }

            if (uses.Warehouse != Access.None)
            {
                yield return ("Warehouse__Project", project);
                yield return ("Warehouse__Dataset", context.Warehouse.DatasetId);
                yield return ("Warehouse__Location", context.Settings.Home);
                if (uses.Objects.ContainsKey("exports")) yield return ("Warehouse__ExportBucket", context.Data.BucketOf("exports").Name);
            }

            if (function.Definition.SignsListenersIn) yield return ("ClientAddressHeader", Edge.ClientAddressHeader);
            if (uses.SignIn != Access.None)
            {
                yield return ("SignIn__Project", project);
                yield return ("SignIn__ApiKey", context.Accounts.ApiKey);
                yield return ("SignIn__OpenRegistration", context.Accounts.OpenRegistration ? "true" : "false");
            }

            if (uses.MasterKeys)
            {
                yield return ("Kms__Key", context.Accounts.MasterKey);
                foreach (var (i, key) in context.Identity.MasterKeys.Index())
                    yield return (FormattableString.Invariant($"MasterKeys__{i}__Id"), key.Name);
            }

            if (uses.TrainingJobs) yield return ("TrainingJobs__Job", Training.NameOf(context.Settings));
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
            _ => identity.Subscriptions.Email,
        };
    }
}

/// <summary>A function and its deployments.</summary>
/// <param name="Function">The function.</param>
/// <param name="ByRegion">The deployment in each region.</param>
internal sealed record DeployedFunction(CloudFunction Function, IReadOnlyDictionary<string, Gcp.CloudRunV2.Service> ByRegion);
