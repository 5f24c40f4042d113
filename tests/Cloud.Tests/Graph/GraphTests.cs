using Spotify.Fixtures;
using Spotify.Fixtures.Graph;

namespace Spotify.Cloud.Tests.Graph;

/// <summary>
/// Compares <c>docs/cloud.svg</c> with the declared production stack. To update the file, run
/// <c>UPDATE_GRAPH=1 dotnet test tests/Cloud.Tests --filter Graph</c>.
/// </summary>
public sealed class GraphTests
{
    private const string Stack = "prod+release+budget";

    private static readonly SvgDrawing Drawing = new(
        "The cloud home, as pulumi/ declares it",
        "an arrow: calls or uses · dashed: through a role of its own · a box: a layer of pulumi/",
        [
            ["edge", "player", "schedule", "messaging"],
            ["functions"],
            ["identity", "data", "warehouse", "live-documents"],
            ["listeners", "deployment", "observability", "logs"],
        ],
        HasArrows: true);

    [Fact]
    public async Task The_diagram_shows_the_declared_resources()
    {
        var graph = await GraphAsync();

        Assert.InRange(graph.Nodes.Length, 20, 70);
        await GeneratedDrawing.CompareAsync("docs/cloud.svg", Drawing.Draw(graph.Nodes, graph.Edges));
    }

    [Fact]
    public async Task The_diagram_shows_calls_and_roles_but_neither_services_nor_lines_within_a_layer()
    {
        var graph = await GraphAsync();
        var lines = graph.Edges.Select(edge => $"{edge.From.Title} {(edge.IsDashed ? "may use" : "to")} {edge.To.Title}").ToHashSet();

        Assert.Superset(
            new HashSet<string>
            {
                "Load balancer to catalog", "Cloud CDN to Bucket audio", "Cloud Scheduler to object-removals", "Pub/Sub to dead-letters",
                "Cloud Tasks to audio-ingest", "Bucket uploads to Pub/Sub",
                "catalog may use Spanner", "images may use Bucket images", "playback may use Secret Manager",
            },
            lines);
        Assert.DoesNotContain(graph.Nodes, node => node.Group == "services");
        Assert.DoesNotContain(graph.Edges, edge => edge.From.Group == edge.To.Group);
    }

    // The largest main stack, and the accounts.
    private static async Task<CloudGraph> GraphAsync()
    {
        var (main, accounts) = (await Deployed.To(Stack), await Deployed.To("Accounts/prod+repository"));
        var (graph, other) = (CloudGraph.Of(main.All), CloudGraph.Of(accounts.All));
        return new CloudGraph([.. graph.Nodes, .. other.Nodes], [.. graph.Edges, .. other.Edges]);
    }
}
