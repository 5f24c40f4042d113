using System.Collections.Immutable;
using Pulumi.Testing;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>
/// Google as a deployment sees it, made of nothing: it remembers what is declared, answers as Google would, and refuses what Google would refuse
/// and the SDK lets pass (<see cref="Enums"/>, <see cref="Limits"/>, <see cref="Conflicts"/>, names taken twice, <see cref="References"/>).
/// </summary>
/// <param name="project">The project's id.</param>
internal sealed class CloudMocks(string project) : IMocks
{
    /// <summary>The project's number.</summary>
    public const string ProjectNumber = "123456789012";

    private readonly List<Declared> declared = [];
    private readonly HashSet<string> taken = [];

    /// <summary>What was declared, in the order of names.</summary>
    public ImmutableArray<Declared> All
    {
        get
        {
            lock (declared) return [.. declared.OrderBy(resource => resource.Type, StringComparer.Ordinal).ThenBy(resource => resource.Name, StringComparer.Ordinal)];
        }
    }

    /// <inheritdoc/>
    public Task<(string? id, object state)> NewResourceAsync(MockResourceArgs args)
    {
        var (type, name, inputs) = (args.Type!, args.Name!, args.Inputs);
        var (id, state) = Outputs.Of(type, name, inputs, project);
        var resource = new Declared(type, name, inputs, state) { Id = id };
        var mistakes = Enums.Check(resource).Concat(Limits.Check(resource)).Concat(Conflicts.Check(resource)).ToList();
        lock (declared)
        {
            if (!taken.Add($"{type}::{name}")) mistakes.Add("its name is taken in the program");
            if (type.StartsWith("gcp:", StringComparison.Ordinal) && !taken.Add($"{type} {id}")) mistakes.Add($"{id} is there already");
            declared.Add(resource);
        }

        return mistakes.Count == 0
            ? Task.FromResult<(string?, object)>((id, state))
            : throw new InvalidOperationException($"{resource}: {string.Join("; ", mistakes)}.");
    }

    /// <inheritdoc/>
    public Task<object> CallAsync(MockCallArgs args) => Task.FromResult<object>(args.Token switch
    {
        "gcp:organizations/getProject:getProject" => args.Args.Add("number", ProjectNumber).Add("name", project).Add("id", $"projects/{project}"),
        _ => throw new NotSupportedException($"{args.Token} is not known to the mocks."),
    });
}
