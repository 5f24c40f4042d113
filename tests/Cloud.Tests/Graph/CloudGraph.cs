using System.Collections.Immutable;
using Spotify.Cloud.Tests.Mocks;

namespace Spotify.Cloud.Tests.Graph;

/// <summary>Resources of one kind in one layer; functions and buckets each for themselves.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Title">What it is.</param>
/// <param name="Names">Which they are.</param>
internal sealed record GraphNode(string Layer, string Title, ImmutableArray<string> Names);

/// <summary>A line from what needs to what is needed.</summary>
/// <param name="IsGrant">Whether it is a right that an account has, rather than a reference.</param>
internal sealed record GraphEdge(GraphNode From, GraphNode To, bool IsGrant);

/// <summary>What a deployment consists of and what hangs on what.</summary>
internal sealed record CloudGraph(ImmutableArray<GraphNode> Nodes, ImmutableArray<GraphEdge> Edges)
{
    // What is but a part of something else is drawn as one with it.
    private static readonly Dictionary<string, string> PartOf = new()
    {
        ["SecretVersion"] = "Secret", ["CryptoKey"] = "KeyRing", ["WorkloadIdentityPoolProvider"] = "WorkloadIdentityPool", ["Instance"] = "Database",
        ["TargetHttpProxy"] = "TargetHttpsProxy", ["GlobalForwardingRule"] = "GlobalAddress", ["BackendBucketSignedUrlKey"] = "BackendBucket",
        ["Release"] = "Ruleset", ["Field"] = "Index", ["CustomService"] = "Slo", ["NotificationChannel"] = "AlertPolicy", ["ProjectSink"] = "ProjectBucketConfig",
    };

    /// <summary>Collapses what was declared.</summary>
    public static CloudGraph Of(ImmutableArray<Declared> all)
    {
        var owners = Owners(all);
        var drawn = all.Where(resource => resource.Module.Length > 0 && !IsGrant(resource) && !owners.ContainsKey(resource)).ToList();
        var nodes = drawn.GroupBy(Key).ToDictionary(group => group.Key, group => new GraphNode(
            group.Key.Layer, group.Key.Title, [.. group.Where(resource => group.All(IsPart) || !IsPart(resource)).Select(Name).Distinct().Order(StringComparer.Ordinal)]));
        GraphNode? NodeOf(Declared resource) => nodes.GetValueOrDefault(Key(owners.GetValueOrDefault(resource, resource)));

        var accounts = all.Where(resource => resource.Module == "serviceaccount/account").ToDictionary(account => (string)account.State["member"]);
        var references = References.Edges(all);
        var edges =
            from edge in references
            where edge.To.Module != "projects/service"
            let needing = IsGrant(edge.From) ? accounts.GetValueOrDefault(edge.From.Text("member") ?? "") : edge.From
            where needing is not null && NodeOf(needing) is not null && NodeOf(edge.To) is not null && NodeOf(needing) != NodeOf(edge.To)
            // All functions are built of the same sources, by the same account.
            where needing.Module != "cloudfunctionsv2/function" || edge.To.Module is not ("storage/bucketObject" or "serviceaccount/account" or "artifactregistry/repository") && edge.To.Name != "sources"
            group IsGrant(edge.From) by (From: NodeOf(needing)!, To: NodeOf(edge.To)!) into lines
            select new GraphEdge(lines.Key.From, lines.Key.To, lines.Any(isGrant => isGrant));
        return new CloudGraph(
            [.. nodes.Values.OrderBy(node => node.Title, StringComparer.Ordinal).ThenBy(node => node.Names[0], StringComparer.Ordinal)],
            [.. edges.OrderBy(edge => $"{edge.From.Layer} {edge.From.Title} {edge.From.Names[0]} {edge.To.Layer} {edge.To.Title} {edge.To.Names[0]} {edge.IsGrant}", StringComparer.Ordinal)]);
    }

    // The account of a function is drawn as the function.
    private static Dictionary<Declared, Declared> Owners(ImmutableArray<Declared> all) =>
        (from account in all
         where account.Module == "serviceaccount/account"
         let owner = all.FirstOrDefault(owner => owner.Texts("serviceConfig.serviceAccountEmail").Concat(owner.Texts("template.serviceAccount")).Contains((string)account.State["email"]))
         where owner is not null
         select (account, owner)).ToDictionary(pair => pair.account, pair => pair.owner);

    private static bool IsPart(Declared resource) => PartOf.ContainsKey(resource.Kind);

    private static bool IsGrant(Declared resource) => resource.Module.EndsWith("Member", StringComparison.OrdinalIgnoreCase);

    private static (string Layer, string Title, string Each) Key(Declared resource) => resource.Module switch
    {
        "cloudfunctionsv2/function" or "storage/bucket" => (resource.Layer, resource.Kind, Name(resource)),
        _ => (resource.Layer, PartOf.GetValueOrDefault(resource.Kind, resource.Kind), ""),
    };

    private static string Name(Declared resource) => resource.Module == "cloudfunctionsv2/function" ? resource.Text("name")! : resource.Name;
}
