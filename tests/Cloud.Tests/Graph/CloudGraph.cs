using System.Collections.Immutable;
using Spotify.Cloud.Tests.Mocks;
using Spotify.Fixtures.Graph;

namespace Spotify.Cloud.Tests.Graph;

/// <summary>
/// The resources of a deployment and their dependencies. A node is the resources of one kind in one layer, or a single function or bucket.
/// A dashed edge is a role of an account, a solid edge another dependency.
/// </summary>
internal sealed record CloudGraph(ImmutableArray<GraphNode> Nodes, ImmutableArray<GraphEdge> Edges)
{
    // Resources that are drawn as part of another kind.
    private static readonly Dictionary<string, string> PartOf = new()
    {
        ["SecretVersion"] = "Secret",
        ["CryptoKey"] = "KeyRing",
        ["WorkloadIdentityPoolProvider"] = "WorkloadIdentityPool",
        ["Instance"] = "Database",
        ["TargetHttpProxy"] = "TargetHttpsProxy",
        ["GlobalForwardingRule"] = "GlobalAddress",
        ["BackendBucketSignedUrlKey"] = "BackendBucket",
        ["Release"] = "Ruleset",
        ["Field"] = "Index",
        ["CustomService"] = "Slo",
        ["NotificationChannel"] = "AlertPolicy",
        ["ProjectSink"] = "ProjectBucketConfig",
    };

    /// <summary>Creates the graph of the declared resources.</summary>
    public static CloudGraph Of(ImmutableArray<Declared> all)
    {
        var owners = Owners(all);
        var drawn = all.Where(resource => resource.Module.Length > 0 && !IsGrant(resource) && !owners.ContainsKey(resource)).ToList();
        var nodes = drawn.GroupBy(Key).ToDictionary(group => group.Key, group => new GraphNode(
            group.Key.Layer,
            group.Key.Title,
            [.. group.Where(resource => group.All(IsPart) || !IsPart(resource)).Select(Name).Distinct().Order(StringComparer.Ordinal)]));

        var accounts = all
            .Where(resource => resource.Module == "serviceaccount/account")
            .ToDictionary(account => (string)account.State["member"]);
        var references = References.Edges(all);
        var edges =
            from edge in references
            where edge.To.Module != "projects/service"
            let dependent = IsGrant(edge.From) ? accounts.GetValueOrDefault(edge.From.Text("member") ?? "") : edge.From
            where dependent is not null
            let nodePair = (From: NodeOf(dependent), To: NodeOf(edge.To))
            where nodePair.From is not null && nodePair.To is not null && nodePair.From != nodePair.To
            group IsGrant(edge.From) by nodePair into lines
            select new GraphEdge(lines.Key.From!, lines.Key.To!, lines.Any(isGrant => isGrant));
        return new CloudGraph(
            [.. nodes.Values.OrderBy(node => node.Title, StringComparer.Ordinal).ThenBy(node => node.Names[0], StringComparer.Ordinal)],
            [.. edges.OrderBy(edge => $"{SortKey(edge.From)} {SortKey(edge.To)} {edge.IsDashed}", StringComparer.Ordinal)]);

        GraphNode? NodeOf(Declared resource) => nodes.GetValueOrDefault(Key(owners.GetValueOrDefault(resource, resource)));
        static string SortKey(GraphNode node) => $"{node.Group} {node.Title} {node.Names[0]}";
    }

    // A function's account is drawn as the function.
    private static Dictionary<Declared, Declared> Owners(ImmutableArray<Declared> all) =>
        (from account in all
         where account.Module == "serviceaccount/account"
         let email = (string)account.State["email"]
         let owner = all.FirstOrDefault(owner =>
             owner.Module == "cloudrunv2/service" && owner.Text("template.serviceAccount") == email)
         where owner is not null
         select (account, owner)).ToDictionary(pair => pair.account, pair => pair.owner);

    private static bool IsPart(Declared resource) => PartOf.ContainsKey(resource.Kind);

    private static bool IsGrant(Declared resource) => resource.Module.EndsWith("Member", StringComparison.OrdinalIgnoreCase);

    private static (string Layer, string Title, string Each) Key(Declared resource) => resource.Module switch
    {
        "cloudrunv2/service" or "storage/bucket" => (resource.Layer, resource.Kind, Name(resource)),
        _ => (resource.Layer, PartOf.GetValueOrDefault(resource.Kind, resource.Kind), ""),
    };

    private static string Name(Declared resource) =>
        resource.Module == "cloudrunv2/service" ? resource.Text("name")! : resource.Name;
}
