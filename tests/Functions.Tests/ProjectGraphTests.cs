using System.Text.RegularExpressions;
using System.Xml.Linq;
using Spotify.Fixtures;
using Spotify.Fixtures.Graph;

namespace Spotify.Functions.Tests;

/// <summary>
/// The projects of the solution and their references. Compares <c>docs/projects.svg</c> with them. To update the file, run
/// <c>UPDATE_GRAPH=1 dotnet test tests/Functions.Tests --filter ProjectGraph</c>.
/// </summary>
public sealed partial class ProjectGraphTests
{
    private const string TestSupport = "tests, used by others";

    private static readonly SvgDrawing Drawing = new(
        "The projects of Spotify.Serverless.sln",
        "arrow: reference to a project · omitted: references that others imply",
        [["tests"], [TestSupport], ["pulumi", "infra"], ["functions"], ["shared"]],
        HasArrows: true);

    // The references of each project, as paths from the root.
    private static readonly Dictionary<string, List<string>> References = ProjectLine()
        .Matches(Repository.Read("Spotify.Serverless.sln"))
        .Select(match => match.Groups["path"].Value.Replace('\\', '/'))
        .ToDictionary(path => path, ReferencesOf);

    [Fact]
    public async Task The_drawing_shows_the_projects_and_their_references()
    {
        var nodes = References.Keys
            .OrderByDescending(Depth)
            .ThenBy(path => path, StringComparer.Ordinal)
            .ToDictionary(path => path, NodeOf);
        var edges =
            from path in nodes.Keys
            from reference in References[path]
            where !References[path].Any(other => other != reference && Reachable(other).Contains(reference))
            orderby path, reference
            select new GraphEdge(nodes[path], nodes[reference]);

        await GeneratedDrawing.CompareAsync("docs/projects.svg", Drawing.Draw(nodes.Values, edges));
    }

    [Theory]
    [InlineData("shared", "shared")]
    [InlineData("functions", "shared")]
    [InlineData("infra", "infra functions shared")]
    [InlineData("pulumi", "functions shared")]
    public void Projects_reference_only_projects_of(string group, string groups)
    {
        var projects = References.Keys.Where(path => GroupOf(path) == group).ToList();

        Assert.NotEmpty(projects);
        Assert.All(projects.SelectMany(Reachable), reference => Assert.Contains(GroupOf(reference), groups.Split(' ')));
    }

    [Fact]
    public void The_homes_do_not_reference_each_other()
    {
        const string Local = "infra/local/Spotify.Local.csproj", Google = "infra/google/Spotify.Google.csproj";

        Assert.DoesNotContain(Google, Reachable(Local));
        Assert.DoesNotContain(Local, Reachable(Google));
    }

    private static List<string> ReferencesOf(string path) =>
    [
        .. XDocument.Load(Repository.PathOf(path)).Descendants("ProjectReference")
            .Select(reference => Path.Combine(Repository.Root, Path.GetDirectoryName(path)!, reference.Attribute("Include")!.Value))
            .Select(reference => Path.GetRelativePath(Repository.Root, reference).Replace('\\', '/')),
    ];

    private static HashSet<string> Reachable(string path) =>
        [.. References[path].SelectMany(reference => Reachable(reference).Append(reference))];

    private static int Depth(string path) => References[path].Select(reference => Depth(reference) + 1).DefaultIfEmpty().Max();

    private static GraphNode NodeOf(string path)
    {
        var isTestSupport = GroupOf(path) == "tests" && References.Values.Any(references => references.Contains(path));
        var group = isTestSupport ? TestSupport : GroupOf(path);
        return new(group, Path.GetFileNameWithoutExtension(path), [Path.GetDirectoryName(path)!.Replace('\\', '/')]);
    }

    private static string GroupOf(string path) => path.Split('/')[0];

    [GeneratedRegex("\"(?<path>[^\"]+\\.csproj)\"")]
    private static partial Regex ProjectLine();
}
