using System.Collections.Immutable;
using Pulumi.Testing;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>
/// A fake of Google's APIs for a deployment. Records the declared resources, returns realistic outputs, and rejects inputs that the SDK
/// accepts but Google rejects: <see cref="Enums"/>, <see cref="Limits"/>, <see cref="Conflicts"/>, <see cref="References"/> and duplicate
/// names.
/// </summary>
/// <param name="project">The project id.</param>
internal sealed class CloudMocks(string project) : IMocks
{
    /// <summary>The project number.</summary>
    public const string ProjectNumber = "123456789012";

    private readonly List<Declared> declared = [];
    private readonly HashSet<string> taken = [];

    /// <summary>The declared resources, ordered by type and name.</summary>
    public ImmutableArray<Declared> All
    {
        get
        {
            lock (declared)
            {
                return
                [
                    .. declared
                        .OrderBy(resource => resource.Type, StringComparer.Ordinal)
                        .ThenBy(resource => resource.Name, StringComparer.Ordinal),
                ];
            }
        }
    }

    /// <inheritdoc/>
    public Task<(string? id, object state)> NewResourceAsync(MockResourceArgs args)
    {
        var (type, name, inputs) = (args.Type!, args.Name!, args.Inputs);
        var (id, state) = Outputs.Of(type, name, inputs, project);
        var resource = new Declared(type, name, inputs, state) { Id = id };
        var errors = Enums.Check(resource).Concat(Limits.Check(resource)).Concat(Conflicts.Check(resource)).ToList();
        lock (declared)
        {
            if (!taken.Add($"{type}::{name}")) errors.Add("the program declares this resource name twice");
            if (type.StartsWith("gcp:", StringComparison.Ordinal) && !taken.Add($"{type} {id}")) errors.Add($"{id} already exists");
            declared.Add(resource);
        }

        return errors.Count == 0
            ? Task.FromResult<(string?, object)>((id, state))
            : throw new InvalidOperationException($"{resource}: {string.Join("; ", errors)}.");
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
        _ => throw new NotSupportedException($"{args.Token} is not supported by the mocks."),
    });
}
