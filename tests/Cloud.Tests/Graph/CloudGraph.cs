using System.Collections.Immutable;
using Spotify.Cloud.Tests.Mocks;
using Spotify.Fixtures.Graph;
using Spotify.Web.Functions;

namespace Spotify.Cloud.Tests.Graph;

/// <summary>
/// The resources of a deployment and their dependencies. A node is a function, a bucket, or the part of another Google product in a layer.
/// A dashed edge is a role of a function, a solid edge another dependency. Edges within a layer are omitted.
/// </summary>
internal sealed record CloudGraph(ImmutableArray<GraphNode> Nodes, ImmutableArray<GraphEdge> Edges)
{
    // The products, by the type or module of the resources, and the types whose names are shown.
    private static readonly Dictionary<string, (string Title, string Shown)> Products = new()
    {
        ["bigquery"] = ("BigQuery", "bigquery/table"),
        ["billing"] = ("Budget", "billing/budget"),
        ["cloudscheduler"] = ("Cloud Scheduler", "cloudscheduler/job"),
        ["cloudtasks"] = ("Cloud Tasks", "cloudtasks/queue"),
        ["compute"] = ("Load balancer", "compute/globalAddress compute/uRLMap compute/backendService"),
        ["compute/backendBucket"] = ("Cloud CDN", "compute/backendBucket"),
        ["compute/backendBucketSignedUrlKey"] = ("Cloud CDN", ""),
        ["compute/securityPolicy"] = ("Cloud Armor", "compute/securityPolicy"),
        ["compute/securityPolicyRule"] = ("Cloud Armor", ""),
        ["firebaserules"] = ("Firestore", ""),
        ["firestore"] = ("Firestore", "firestore/database firestore/index"),
        ["iam"] = ("Workload Identity Federation", "iam/workloadIdentityPoolProvider"),
        ["identityplatform"] = ("Identity Platform", "identityplatform/config"),
        ["kms"] = ("Cloud KMS", "kms/cryptoKey"),
        ["logging"] = ("Cloud Logging", "logging/projectBucketConfig logging/projectExclusion logging/metric"),
        ["monitoring"] = ("Cloud Monitoring", "monitoring/dashboard monitoring/uptimeCheckConfig monitoring/slo"),
        ["pubsub"] = ("Pub/Sub", "pubsub/topic"),
        ["secretmanager"] = ("Secret Manager", "secretmanager/secret"),
        ["spanner"] = ("Spanner", "spanner/database spanner/backupSchedule"),
        ["storage/notification"] = ("Pub/Sub", ""),
    };

    private static readonly ImmutableDictionary<string, FunctionDefinition> Functions =
        CloudFunction.All.ToImmutableDictionary(function => function.Name, function => function.Definition);

    /// <summary>Creates the graph of the declared resources.</summary>
    public static CloudGraph Of(ImmutableArray<Declared> all)
    {
        var owners = Owners(all);
        var nodes = all.Where(resource => TitleOf(resource) is not null).GroupBy(Key).ToDictionary(group => group.Key, Node);
        var accounts = all
            .Where(resource => resource.Module == "serviceaccount/account")
            .ToDictionary(account => (string)account.State["member"]);
        var edges =
            from edge in References.Edges(all).Select(Call).Concat(Tasks(all))
            let dependent = IsGrant(edge.From) ? accounts.GetValueOrDefault(edge.From.Text("member") ?? "") : edge.From
            where dependent is not null
            let pair = (From: NodeOf(dependent), To: NodeOf(edge.To))
            where pair.From is not null && pair.To is not null && pair.From.Group != pair.To.Group
            group IsGrant(edge.From) by pair into lines
            select new GraphEdge(lines.Key.From!, lines.Key.To!, lines.Any(isGrant => isGrant));
        return new CloudGraph(
            [.. nodes.Values.OrderBy(node => Order(node.Title)).ThenBy(node => node.Title, StringComparer.Ordinal)],
            [.. edges.OrderBy(edge => $"{edge.From.Group} {edge.From.Title} {edge.To.Group} {edge.To.Title}", StringComparer.Ordinal)]);

        GraphNode? NodeOf(Declared resource) => nodes.GetValueOrDefault(Key(owners.GetValueOrDefault(resource, resource)));
    }

    private static GraphNode Node(IGrouping<(string Layer, string? Title), Declared> group)
    {
        var shown = group.Where(resource => Products.TryGetValue(ProductOf(resource), out var product)
            && product.Shown.Split(' ').Contains(resource.Module));
        var text = Functions.TryGetValue(group.Key.Title!, out var function) ? $"Cloud Run, for {CallerOf(function)}"
            : group.Any(resource => resource.Module == "cloudrunv2/job") ? "Cloud Run job"
            : group.Key.Title!.StartsWith("Bucket ", StringComparison.Ordinal) ? "Cloud Storage"
            : string.Join(", ", shown.OrderBy(Rank).Select(resource => resource.Name).Distinct());
        return new GraphNode(group.Key.Layer, group.Key.Title!, [text]);
    }

    private static int Rank(Declared resource) =>
        Array.IndexOf(Products[ProductOf(resource)].Shown.Split(' '), resource.Module);

    private static string CallerOf(FunctionDefinition function) => function.Caller switch
    {
        Caller.Listeners => "apps of listeners",
        Caller.Anyone => "anyone",
        Caller.Scheduler => "Cloud Scheduler",
        Caller.Tasks => "Cloud Tasks",
        _ => "Pub/Sub",
    };

    // Functions in the order of their callers, which are drawn beside them.
    private static int Order(string title) => Functions.TryGetValue(title, out var function) ? 1 + (int)function.Caller : 0;

    // A bucket publishes what a notification selects.
    private static (Declared From, Declared To) Call((Declared From, Declared To) reference) =>
        reference is { From.Module: "storage/notification", To.Module: "storage/bucket" } ? (reference.To, reference.From) : reference;

    // Functions know the URLs of the functions that handle their tasks. The queues do not.
    private static IEnumerable<(Declared From, Declared To)> Tasks(ImmutableArray<Declared> all) =>
        from function in all
        where function.Module == "cloudrunv2/service"
        let handled = Functions[function.Text("name")!].Queue
        where handled is not null
        from queue in all
        where queue.Module == "cloudtasks/queue" && queue.Name.StartsWith($"{handled.Name}-", StringComparison.Ordinal)
        select (queue, function);

    // A function's account is drawn as the function.
    private static Dictionary<Declared, Declared> Owners(ImmutableArray<Declared> all) =>
        (from account in all
         where account.Module == "serviceaccount/account"
         let email = (string)account.State["email"]
         let owner = all.FirstOrDefault(owner =>
             (owner.Module == "cloudrunv2/service" && owner.Text("template.serviceAccount") == email)
             || (owner.Module == "cloudrunv2/job" && owner.Text("template.template.serviceAccount") == email))
         where owner is not null
         select (account, owner)).ToDictionary(pair => pair.account, pair => pair.owner);

    private static bool IsGrant(Declared resource) => resource.Module.EndsWith("Member", StringComparison.OrdinalIgnoreCase);

    private static (string Layer, string? Title) Key(Declared resource) => (resource.Layer, TitleOf(resource));

    private static string ProductOf(Declared resource) =>
        Products.ContainsKey(resource.Module) ? resource.Module : resource.Module.Split('/')[0];

    // Null for resources that are not drawn: components, accounts and roles, Google's services and agents, and the files of the player.
    private static string? TitleOf(Declared resource) => resource.Module switch
    {
        _ when IsGrant(resource) => null,
        "cloudrunv2/service" or "cloudrunv2/job" => resource.Text("name"),
        "storage/bucket" => $"Bucket {resource.Name}",
        _ => Products.TryGetValue(ProductOf(resource), out var product) ? product.Title : null,
    };
}
