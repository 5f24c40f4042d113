using Pulumi;
using Pulumi.Gcp.CloudRunV2.Inputs;
using Pulumi.Gcp.Eventarc.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>The container that imports uploads, and the trigger that calls it.</summary>
internal sealed class AudioIngest : Layer
{
    /// <summary>Declares the image repository and, once its image has been pushed, the container.</summary>
    /// <param name="neighbor">A function in the same region.</param>
    public AudioIngest(FunctionContext context, CloudFunction function, DeployedFunction neighbor) : base("ingest", context.Services)
    {
        var settings = context.Settings;
        var images = Images.Declare("containers", "containers", settings.Home, areImmutable: true, Own);
        ImageRepository = Output.Format($"{settings.Home}-docker.pkg.dev/{settings.Project}/{images.RepositoryId}");
        if (settings.IngestImage is { } image) Run(context, function, image, neighbor);
        RegisterOutputs();
    }

    /// <summary>The repository to push the image to.</summary>
    public Output<string> ImageRepository { get; }

    private void Run(FunctionContext context, CloudFunction function, string image, DeployedFunction neighbor)
    {
        var settings = context.Settings;
        var account = new Gcp.ServiceAccount.Account(
            function.Name, new() { Project = settings.Project, AccountId = function.Name, DisplayName = "The import of uploads" }, Own);
        var grants = new Grants(function, account.Member, context, Own).Declare().Append(new Gcp.Storage.BucketIAMMember(
            $"{function.Name}-uploads",
            new() { Bucket = context.Data.Uploads.Name, Role = "roles/storage.objectViewer", Member = account.Member },
            Own));
        // CPU is allocated outside of requests, too, because an import continues after Eventarc has stopped waiting.
        var container = new ServiceTemplateContainerArgs
        {
            Image = image,
            Resources = new ServiceTemplateContainerResourcesArgs
            {
                Limits = { ["cpu"] = FormattableString.Invariant($"{function.Size.Cores}"), ["memory"] = function.Size.Memory },
                StartupCpuBoost = true,
                CpuIdle = false,
            },
            StartupProbe = new ServiceTemplateContainerStartupProbeArgs
            {
                HttpGet = new ServiceTemplateContainerStartupProbeHttpGetArgs { Path = "/healthz" },
                PeriodSeconds = 1,
                FailureThreshold = 60,
                TimeoutSeconds = 1,
            },
        };
        foreach (var (name, value) in Functions.FunctionSettings.Of(function, settings.Home, context)) container.Envs.Add(Env(name, value));
        container.Envs.Add(Env("ServiceCallers__Audiences__1", OtherAddress(function, neighbor, settings.Home)));
        container.Envs.Add(Env("Ingest__UploadBucket", context.Data.Uploads.Name));
        var service = new Gcp.CloudRunV2.Service(
            function.Name,
            new()
            {
                Name = function.Name,
                Location = settings.Home,
                Ingress = "INGRESS_TRAFFIC_INTERNAL_ONLY",
                DeletionProtection = false,
                Template = new ServiceTemplateArgs
                {
                    ServiceAccount = account.Email,
                    Timeout = FormattableString.Invariant($"{function.Definition.Timeout.TotalSeconds}s"),
                    MaxInstanceRequestConcurrency = function.Size.Concurrency,
                    Scaling = new ServiceTemplateScalingArgs
                    {
                        MinInstanceCount = 0, MaxInstanceCount = settings.MaxInstances(function.Size),
                    },
                    Containers = { container },
                },
            },
            After(grants));
        var invoker = new Gcp.CloudRunV2.ServiceIamMember(
            $"{function.Name}-invoker",
            new()
            {
                Project = settings.Project,
                Location = settings.Home,
                Name = service.Name,
                Role = "roles/run.invoker",
                Member = context.Identity.Uploads.Member,
            },
            Own);
        _ = new Gcp.Eventarc.Trigger(
            function.Name,
            new()
            {
                Name = function.Name,
                // The location of a bucket's events is the location of the bucket.
                Location = settings.BucketLocation.ToLowerInvariant(),
                ServiceAccount = context.Identity.Uploads.Email,
                MatchingCriterias =
                {
                    new TriggerMatchingCriteriaArgs { Attribute = "type", Value = "google.cloud.storage.object.v1.finalized" },
                    new TriggerMatchingCriteriaArgs { Attribute = "bucket", Value = context.Data.Uploads.Name },
                },
                Destination = new TriggerDestinationArgs
                {
                    CloudRunService = new TriggerDestinationCloudRunServiceArgs { Service = service.Name, Region = settings.Home },
                },
            },
            After(invoker, context.Identity));
    }

    // Eventarc may call a service by its legacy address, which contains a hash of project and region. The hash is not known in advance, but
    // all services of the region share it.
    private static Output<string> OtherAddress(CloudFunction function, DeployedFunction neighbor, string region) =>
        neighbor.ByRegion[region].ServiceConfig.Apply(service =>
            (service?.Uri ?? "").Replace($"//{neighbor.Function.Name}-", $"//{function.Name}-", StringComparison.Ordinal));

    private static ServiceTemplateContainerEnvArgs Env(string name, Input<string> value) => new() { Name = name, Value = value };
}
