using System.Collections.Immutable;
using Pulumi;
using Spotify.Cloud.Listing;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>
/// A simulation of Google's APIs that rejects inputs that the SDK accepts but the provider (<see cref="ProviderCheck"/>) or Google
/// (<see cref="Limits"/>, <see cref="Conflicts"/>, <see cref="References"/>) rejects, and duplicate names.
/// </summary>
/// <param name="project">The project id.</param>
internal sealed class CloudMocks(string project) : SimulatedCloud(project)
{
    private readonly List<Declared> declared = [];
    private readonly HashSet<string> taken = [];
    private readonly List<(string Release, string Ruleset)> releases = [];

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

    /// <summary>The moved releases of security rules, with their rulesets.</summary>
    public ImmutableArray<(string Release, string Ruleset)> Releases => [.. releases];

    /// <summary>An error that Google answers to the move of a release; null for none.</summary>
    public string? ReleaseError { get; init; }

    /// <inheritdoc/>
    public override Task MoveAsync(string project, string release, string ruleset)
    {
        if (ReleaseError is not null) throw new RunException(ReleaseError);
        releases.Add((release, ruleset));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override ImmutableDictionary<string, object> Accept(
        Registration resource, string id, ImmutableDictionary<string, object> state)
    {
        var (type, name, inputs) = resource;
        var members = ProviderSchema.Find(type);
        if (members is not null) state = ProviderState.Known(members, state);
        var it = new Declared(type, name, inputs, state) { Id = id };
        var errors = ProviderCheck.Check(it).Concat(Limits.Check(it)).Concat(Conflicts.Check(it)).ToList();
        lock (declared)
        {
            if (!taken.Add($"{type}::{name}")) errors.Add("the program declares this resource name twice");
            if (type.StartsWith("gcp:", StringComparison.Ordinal) && !taken.Add($"{type} {id}")) errors.Add($"{id} already exists");
            declared.Add(it);
        }

        return errors.Count > 0 ? throw new InvalidOperationException($"{it}: {string.Join("; ", errors)}.")
            : members is null ? state
            : ProviderState.WithSecrets(members, state);
    }
}
