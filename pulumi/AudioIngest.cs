using Pulumi;
using Pulumi.Gcp.CloudRunV2.Inputs;
using Pulumi.Gcp.Eventarc.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>The import of what arrives in the upload bucket: a container with ffmpeg, and what tells it.</summary>
internal sealed class AudioIngest : Layer
{
    /// <summary>Makes it; the container only once its image has been built.</summary>
    /// <param name="neighbour">A function in the same region.</param>
    public AudioIngest(FunctionContext context, FunctionRow row, DeployedFunction neighbour) : base("ingest", context.Services)
    {
        var settings = context.Settings;
        var images = Images.Declare("containers", "containers", settings.Home, areImmutable: true, Own);
        ImageRepository = Output.Format($"{settings.Home}-docker.pkg.dev/{settings.Project}/{images.RepositoryId}");
        if (settings.IngestImage is { } image) Run(context, row, image, neighbour);
        RegisterOutputs();
    }

    /// <summary>Where its image is pushed to.</summary>
    public Output<string> ImageRepository { get; }

    private void Run(FunctionContext context, FunctionRow row, string image, DeployedFunction neighbour)
    {
        var settings = context.Settings;
        var account = new Gcp.ServiceAccount.Account(
            row.Name, new() { Project = settings.Project, AccountId = row.Name, DisplayName = "The import of uploads" }, Own);
        var grants = new Grants(row, account.Member, context, Own).Make().Append(new Gcp.Storage.BucketIAMMember(
            $"{row.Name}-uploads", new() { Bucket = context.Data.Uploads.Name, Role = "roles/storage.objectViewer", Member = account.Member }, Own));
        // It has CPU when no request is under way, too: Eventarc stops waiting after seconds, and an import goes on.
        var container = new ServiceTemplateContainerArgs
        {
            Image = image,
            Resources = new ServiceTemplateContainerResourcesArgs { Limits = { ["cpu"] = FormattableString.Invariant($"{row.Cores}"), ["memory"] = row.Memory }, StartupCpuBoost = true, CpuIdle = false },
            StartupProbe = new ServiceTemplateContainerStartupProbeArgs
            {
                HttpGet = new ServiceTemplateContainerStartupProbeHttpGetArgs { Path = "/healthz" }, PeriodSeconds = 1, FailureThreshold = 60, TimeoutSeconds = 1,
            },
        };
        foreach (var (name, value) in Functions.FunctionSettings.Of(row, settings.Home, context)) container.Envs.Add(Env(name, value));
        container.Envs.Add(Env("ServiceCallers__Audiences__1", OtherAddress(row, neighbour, settings.Home)));
        container.Envs.Add(Env("Ingest__UploadBucket", context.Data.Uploads.Name));
        var service = new Gcp.CloudRunV2.Service(
            row.Name,
            new()
            {
                Name = row.Name,
                Location = settings.Home,
                Ingress = "INGRESS_TRAFFIC_INTERNAL_ONLY",
                DeletionProtection = false,
                Template = new ServiceTemplateArgs
                {
                    ServiceAccount = account.Email,
                    Timeout = FormattableString.Invariant($"{row.Timeout.TotalSeconds}s"),
                    MaxInstanceRequestConcurrency = row.Concurrency,
                    Scaling = new ServiceTemplateScalingArgs { MinInstanceCount = row.MinInstances, MaxInstanceCount = settings.MaxInstances(row) },
                    Containers = { container },
                },
            },
            After(grants));
        var invoker = new Gcp.CloudRunV2.ServiceIamMember(
            $"{row.Name}-invoker",
            new() { Project = settings.Project, Location = settings.Home, Name = service.Name, Role = "roles/run.invoker", Member = context.Identity.Uploads.Member },
            Own);
        _ = new Gcp.Eventarc.Trigger(
            row.Name,
            new()
            {
                Name = row.Name,
                // Events of a bucket arise where the bucket is.
                Location = settings.BucketLocation.ToLowerInvariant(),
                ServiceAccount = context.Identity.Uploads.Email,
                MatchingCriterias =
                {
                    new TriggerMatchingCriteriaArgs { Attribute = "type", Value = "google.cloud.storage.object.v1.finalized" },
                    new TriggerMatchingCriteriaArgs { Attribute = "bucket", Value = context.Data.Uploads.Name },
                },
                Destination = new TriggerDestinationArgs { CloudRunService = new TriggerDestinationCloudRunServiceArgs { Service = service.Name, Region = settings.Home } },
            },
            After(invoker, context.Identity));
    }

    // Eventarc may call a service by its older address, which has a hash of project and region in it: nobody can work that out before there is
    // a service, but all services of the region have the same.
    private static Output<string> OtherAddress(FunctionRow row, DeployedFunction neighbour, string region) =>
        neighbour.ByRegion[region].ServiceConfig.Apply(service => (service?.Uri ?? "").Replace($"//{neighbour.Row.Name}-", $"//{row.Name}-", StringComparison.Ordinal));

    private static ServiceTemplateContainerEnvArgs Env(string name, Input<string> value) => new() { Name = name, Value = value };
}
