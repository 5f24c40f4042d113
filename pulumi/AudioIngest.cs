using Pulumi.Gcp.Eventarc.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>The trigger that calls the function that imports uploads.</summary>
internal sealed class AudioIngest : Layer
{
    /// <summary>Declares the trigger.</summary>
    public AudioIngest(FunctionContext context, DeployedFunction deployed) : base("ingest", context.Services)
    {
        var (settings, name) = (context.Settings, deployed.Function.Name);
        _ = new Gcp.Eventarc.Trigger(
            name,
            new()
            {
                Name = name,
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
                    CloudRunService = new TriggerDestinationCloudRunServiceArgs
                    {
                        Service = deployed.ByRegion[settings.Home].Name, Region = settings.Home,
                    },
                },
            },
            After(context.Identity));
        RegisterOutputs();
    }
}
