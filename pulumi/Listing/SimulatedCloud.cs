using System.Collections.Immutable;
using Pulumi.Testing;

namespace Spotify.Cloud.Listing;

/// <summary>A registered resource.</summary>
/// <param name="Type">The type, such as <c>gcp:storage/bucket:Bucket</c>.</param>
/// <param name="Name">The name of the Pulumi resource.</param>
/// <param name="Inputs">The inputs: strings, booleans, numbers (<see cref="double"/>), assets, lists and maps.</param>
internal sealed record Registration(string Type, string Name, ImmutableDictionary<string, object> Inputs);

/// <summary>
/// A simulation of Google's APIs, so that the program runs without network and credentials. Records the registered resources and returns
/// realistic outputs.
/// </summary>
/// <param name="project">The project id.</param>
internal class SimulatedCloud(string project) : IMocks, IRuleReleases
{
    /// <summary>The project number.</summary>
    public const string ProjectNumber = "123456789012";

    private readonly List<Registration> registered = [];

    /// <summary>Returns the full name of the key of the accounts stack that decrypts the master keys.</summary>
    public static string MasterKeyOf(string project) => $"projects/{project}/locations/global/keyRings/licensing-1/cryptoKeys/master-keys";

    /// <summary>The registered resources, ordered by type and name.</summary>
    public ImmutableArray<Registration> Registered
    {
        get
        {
            lock (registered)
            {
                return
                [
                    .. registered
                        .OrderBy(resource => resource.Type, StringComparer.Ordinal)
                        .ThenBy(resource => resource.Name, StringComparer.Ordinal),
                ];
            }
        }
    }

    /// <inheritdoc/>
    public Task<(string? id, object state)> NewResourceAsync(MockResourceArgs args)
    {
        var registration = new Registration(args.Type!, args.Name!, args.Inputs);
        var (id, state) = Outputs.Of(registration.Type, registration.Name, registration.Inputs, project);
        lock (registered) registered.Add(registration);
        return Task.FromResult<(string?, object)>((id, Accept(registration, id, state)));
    }

    /// <inheritdoc/>
    public Task<object> CallAsync(MockCallArgs args) => Task.FromResult<object>(args.Token switch
    {
        "gcp:organizations/getProject:getProject" => args.Args
            .Add("number", ProjectNumber).Add("name", project).Add("id", $"projects/{project}"),
        "gcp:storage/getProjectServiceAccount:getProjectServiceAccount" =>
            args.Args
                .Add("emailAddress", $"service-{ProjectNumber}@gs-project-accounts.iam.gserviceaccount.com")
                .Add("id", "storage")
                .Add("member", "storage")
                .SetItem("project", project),
        "pulumi:pulumi:readStackOutputs" =>
            args.Args.Add("outputs", ImmutableDictionary<string, object>.Empty
                .Add("apiKey", "an-api-key")
                .Add("openRegistration", false)
                .Add("images", $"us-central1-docker.pkg.dev/{project}/spotify")
                .Add("masterKey", MasterKeyOf(project))),
        _ => throw new NotSupportedException($"{args.Token} is not simulated."),
    });

    /// <inheritdoc/>
    public virtual Task MoveAsync(string project, string release, string ruleset) => Task.CompletedTask;

    /// <summary>Returns the outputs that the program receives.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="id">The resource id.</param>
    /// <param name="state">The state of the resource: its inputs and what Google adds.</param>
    protected virtual ImmutableDictionary<string, object> Accept(
        Registration resource, string id, ImmutableDictionary<string, object> state) => state;
}
