namespace Spotify.Cloud.Tests.Graph;

/// <summary>
/// Compares <c>docs/cloud.svg</c> with the declared production stack. To update the file, run
/// <c>UPDATE_GRAPH=1 dotnet test tests/Cloud.Tests --filter Graph</c>.
/// </summary>
public sealed class GraphTests
{
    private const string Stack = "prod+ingest+repository+release+budget";

    [Fact]
    public async Task The_diagram_shows_the_declared_resources()
    {
        var graph = CloudGraph.Of((await Deployed.To(Stack)).All);
        var drawing = SvgDrawing.Draw(graph, "The cloud home, as pulumi/ declares it");
        var path = Path.Combine(SourceArchive.FindRoot(AppContext.BaseDirectory), "docs", "cloud.svg");
        if (Environment.GetEnvironmentVariable("UPDATE_GRAPH") == "1") await File.WriteAllTextAsync(path, drawing);

        Assert.InRange(graph.Nodes.Length, 20, 70);
        Assert.True(
            File.Exists(path) && await File.ReadAllTextAsync(path) == drawing,
            "docs/cloud.svg is out of date: run this test with UPDATE_GRAPH=1, check the diagram and commit it.");
    }

    [Fact]
    public async Task The_diagram_shows_grants_and_references_but_not_the_services()
    {
        var graph = CloudGraph.Of((await Deployed.To(Stack)).All);
        var lines = graph.Edges.Select(edge => $"{edge.From.Names[0]} {(edge.IsGrant ? "may" : "to")} {edge.To.Names[0]}").ToHashSet();

        Assert.Contains("catalog may catalog", lines);
        Assert.Contains("images may images", lines);
        Assert.Contains("dead-letter-archive to dead-letters", lines);
        Assert.DoesNotContain(graph.Edges, edge => edge.To.Layer == "services");
    }
}
