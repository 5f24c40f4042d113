namespace Spotify.Cloud.Tests.Graph;

/// <summary>
/// <c>docs/cloud.svg</c>: the production stack as it is declared. <c>UPDATE_GRAPH=1 dotnet test tests/Cloud.Tests --filter Graph</c> draws it anew.
/// </summary>
public sealed class GraphTests
{
    private const string Stack = "prod+ingest+repository+release+budget";

    [Fact]
    public async Task The_drawing_is_of_what_is_declared()
    {
        var graph = CloudGraph.Of((await Deployed.To(Stack)).All);
        var drawing = SvgDrawing.Draw(graph, "The cloud home, as pulumi/ declares it");
        var path = Path.Combine(SourceArchive.FindRoot(AppContext.BaseDirectory), "docs", "cloud.svg");
        if (Environment.GetEnvironmentVariable("UPDATE_GRAPH") == "1") await File.WriteAllTextAsync(path, drawing);

        Assert.InRange(graph.Nodes.Length, 20, 70);
        Assert.True(File.Exists(path) && await File.ReadAllTextAsync(path) == drawing, "docs/cloud.svg is not of what is declared now: run this test with UPDATE_GRAPH=1, look at it and commit it.");
    }

    [Fact]
    public async Task Its_lines_are_those_that_matter()
    {
        var graph = CloudGraph.Of((await Deployed.To(Stack)).All);
        var lines = graph.Edges.Select(edge => $"{edge.From.Names[0]} {(edge.IsGrant ? "may" : "to")} {edge.To.Names[0]}").ToHashSet();

        Assert.Contains("catalog may catalog", lines);
        Assert.Contains("images may images", lines);
        Assert.Contains("dead-letter-archive to dead-letters", lines);
        Assert.DoesNotContain(graph.Edges, edge => edge.To.Layer == "services");
    }
}
