using System.Text.RegularExpressions;
using System.Xml.Linq;
using Spotify.Fixtures;

namespace Spotify.Google.Tests.Import;

/// <summary>Checks of the container that need no build.</summary>
public sealed partial class DockerfileTests
{
    private static readonly string Root = Repository.Root;
    private static readonly string Dockerfile = Repository.Read("infra/google/Import/Dockerfile");

    private static readonly List<string> Copied =
    [
        .. CopyLine().Matches(Dockerfile)
            .SelectMany(match => match.Groups["paths"].Value.Split(' ').SkipLast(1))
            .Select(path => path.TrimEnd('/')),
    ];

    [Fact]
    public void Every_copied_path_exists_and_is_in_the_build_context()
    {
        Assert.NotEmpty(Copied);
        var included = File.ReadAllLines(Path.Combine(Root, ".dockerignore"))
            .Where(line => line.StartsWith('!')).Select(line => line[1..]).ToHashSet();
        Assert.All(Copied, path => Assert.True(Path.Exists(Path.Combine(Root, path)), path));
        Assert.All(Copied, path => Assert.Contains(path, included));
    }

    [Fact]
    public void Every_published_project_is_copied()
    {
        var project = PublishLine().Match(Dockerfile).Groups["project"].Value;
        var projects = new HashSet<string>();
        Collect(Path.GetFullPath(Path.Combine(Root, project)));
        Assert.True(projects.Count >= 5);
        Assert.All(projects, file => Assert.Contains(Copied, path => file.StartsWith(path + "/", StringComparison.Ordinal)));

        void Collect(string path)
        {
            Assert.True(File.Exists(path), path);
            if (!projects.Add(Path.GetRelativePath(Root, path))) return;
            foreach (var reference in XDocument.Load(path).Descendants("ProjectReference"))
                Collect(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, reference.Attribute("Include")!.Value)));
        }
    }

    [Fact]
    public void The_entry_point_starts_the_function()
    {
        Assert.Contains($"ENV FUNCTION_TARGET={typeof(AudioIngest).FullName}\n", Dockerfile, StringComparison.Ordinal);
        var assembly = typeof(AudioIngest).Assembly.GetName().Name;
        Assert.EndsWith($"ENTRYPOINT [\"dotnet\", \"{assembly}.dll\"]\n", Dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public void The_user_is_not_root_and_can_write_to_the_uploads_folder()
    {
        Assert.Contains("USER $APP_UID\n", Dockerfile, StringComparison.Ordinal);
        Assert.Contains($"--owner=$APP_UID {new Functions.AudioIngest.IngestOptions().Root}\n", Dockerfile, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^COPY (?!--from)(?<paths>.+)$", RegexOptions.Multiline)]
    private static partial Regex CopyLine();

    [GeneratedRegex(@"^RUN dotnet publish (?<project>\S+)", RegexOptions.Multiline)]
    private static partial Regex PublishLine();
}
