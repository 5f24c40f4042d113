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
        "solid: reference, call or dependency · dashed: role · omitted: the services, on which all depend",
        [
            ["edge", "player", "schedule", "messaging"],
            ["functions"],
            ["data", "warehouse", "live-documents"],
            ["identity", "services", "observability", "logs"],
        ]);

    [Fact]
    public async Task The_diagram_shows_the_declared_resources()
    {
        var graph = CloudGraph.Of((await Deployed.To(Stack)).All);

        Assert.InRange(graph.Nodes.Length, 20, 70);
        await GeneratedDrawing.CompareAsync("docs/cloud.svg", Drawing.Draw(graph.Nodes, graph.Edges));
    }

    [Fact]
    public async Task The_diagram_shows_grants_and_references_but_not_the_services()
    {
        var graph = CloudGraph.Of((await Deployed.To(Stack)).All);
        var lines = graph.Edges.Select(edge => $"{edge.From.Names[0]} {(edge.IsDashed ? "may" : "to")} {edge.To.Names[0]}").ToHashSet();

        Assert.Contains("catalog may catalog", lines);
        Assert.Contains("images may images", lines);
        Assert.Contains("dead-letter-archive to dead-letters", lines);
        Assert.DoesNotContain(graph.Edges, edge => edge.To.Group == "services");
    }
}
