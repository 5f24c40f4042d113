using Pulumi;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>What Google knows of the project.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Number">Its number.</param>
internal sealed record ProjectFacts(string Id, string Number)
{
    /// <summary>Asks Google.</summary>
    public static async Task<ProjectFacts> ReadAsync(string project)
    {
        var found = await Gcp.Organizations.GetProject.InvokeAsync(new() { ProjectId = project });
        // Cloud Storage has no account in a new project until it is asked for it.
        await Gcp.Storage.GetProjectServiceAccount.InvokeAsync(new() { Project = project });
        return new ProjectFacts(project, found.Number);
    }

    /// <summary>An identity that one of Google's services acts by in this project, as a member of roles.</summary>
    /// <param name="service">The name before <c>.iam.gserviceaccount.com</c>.</param>
    public string ServiceAgent(string service) => $"serviceAccount:service-{Number}@{service}.iam.gserviceaccount.com";

    /// <summary>The address of a service on Cloud Run, known before it is there, so that it can be told its own.</summary>
    public string RunUrl(string service, string region) => $"https://{service}-{Number}.{region}.run.app";
}

/// <summary>Options of resources.</summary>
internal static class ResourceOptionExtensions
{
    /// <summary>Keeps what holds data from being deleted by Pulumi.</summary>
    public static CustomResourceOptions Guarded(this CustomResourceOptions options, bool protect)
    {
        options.Protect = protect;
        return options;
    }
}
