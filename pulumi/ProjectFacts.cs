using Pulumi;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>The Google Cloud project, as its API returns it.</summary>
/// <param name="Id">The project id.</param>
/// <param name="Number">The project number.</param>
internal sealed record ProjectFacts(string Id, string Number)
{
    /// <summary>Reads the project from Google's API.</summary>
    public static async Task<ProjectFacts> ReadAsync(string project)
    {
        var result = await Gcp.Organizations.GetProject.InvokeAsync(new() { ProjectId = project });
        // In a new project, this call creates the service agent of Cloud Storage.
        await Gcp.Storage.GetProjectServiceAccount.InvokeAsync(new() { Project = project });
        return new ProjectFacts(project, result.Number);
    }

    /// <summary>Returns the service agent of a Google service in this project, as an IAM member.</summary>
    /// <param name="service">The domain part before <c>.iam.gserviceaccount.com</c>.</param>
    public string ServiceAgent(string service) => $"serviceAccount:service-{Number}@{service}.iam.gserviceaccount.com";

    /// <summary>Returns the deterministic URL of a Cloud Run service, which a service's own settings can contain.</summary>
    public string RunUrl(string service, string region) => $"https://{service}-{Number}.{region}.run.app";
}

/// <summary>Extensions of Pulumi's resource options.</summary>
internal static class ResourceOptionExtensions
{
    /// <summary>Sets whether Pulumi refuses to delete the resource.</summary>
    public static CustomResourceOptions WithProtection(this CustomResourceOptions options, bool protect)
    {
        options.Protect = protect;
        return options;
    }
}
