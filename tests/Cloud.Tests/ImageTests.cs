using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Spotify.Fixtures;
using Spotify.Functions.AudioIngest;
using Spotify.Google.EntryPoints;
using YamlDotNet.RepresentationModel;

namespace Spotify.Cloud.Tests;

/// <summary>The images that functions run: <c>infra/google/Dockerfile</c>, its build context, and the build of both in the cloud.</summary>
public sealed partial class ImageTests
{
    private const string Dockerfile = "infra/google/Dockerfile";

    private static readonly string[] OutputFolders = ["bin", "obj"];

    // The instructions of each stage, in one line each.
    private static readonly Dictionary<string, string[]> Stages = StagePattern()
        .Split(Repository.Read(Dockerfile)).Skip(1).Chunk(2)
        .ToDictionary(stage => stage[0], stage => stage[1].Replace("\\\n", "", StringComparison.Ordinal).Split('\n'));

    private static string[] Build => Stages["build"];

    private static IEnumerable<string> Images => CloudFunction.All.Select(function => function.Image).Distinct();

    [Fact]
    public async Task The_build_stage_publishes_the_functions_from_the_files_that_it_copies()
    {
        var (source, app) = (Directory.CreateTempSubdirectory("image-"), Directory.CreateTempSubdirectory("image-"));
        try
        {
            foreach (var line in Build)
            {
                if (line.StartsWith("COPY ", StringComparison.Ordinal)) Copy(line, source.FullName);
                if (line.StartsWith("RUN dotnet ", StringComparison.Ordinal))
                    await RunAsync(line["RUN dotnet ".Length..].Replace("/app", app.FullName, StringComparison.Ordinal), source.FullName);
            }

            var settings = File.ReadAllText(Path.Combine(app.FullName, "Spotify.Google.runtimeconfig.json"));
            Assert.Contains("\"System.Runtime.TieredPGO\": false", settings, StringComparison.Ordinal);
            // ReadyToRun code makes an assembly several times as large.
            var published = new FileInfo(Path.Combine(app.FullName, "Spotify.Functions.dll")).Length;
            Assert.True(published > 2 * new FileInfo(typeof(AudioIngestFunction).Assembly.Location).Length);
        }
        finally
        {
            source.Delete(recursive: true);
            app.Delete(recursive: true);
        }
    }

    [Fact]
    public void Packages_are_restored_for_all_projects_before_any_source_is_copied()
    {
        var restored = Build.TakeWhile(line => !line.StartsWith("RUN dotnet restore", StringComparison.Ordinal)).ToList();
        var projects = new HashSet<string>();
        Collect(Repository.PathOf("infra/google/Spotify.Google.csproj"));

        Assert.True(projects.Count >= 5);
        Assert.Equal(
            projects.Select(folder => $"COPY {folder}/*.csproj {folder}/").Order(StringComparer.Ordinal),
            restored.Where(line => line.Contains("csproj", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(restored, line => line.StartsWith("COPY shared/ ", StringComparison.Ordinal));

        void Collect(string path)
        {
            var folder = Path.GetDirectoryName(path)!;
            if (!projects.Add(Path.GetRelativePath(Repository.Root, folder))) return;
            foreach (var reference in XDocument.Load(path).Descendants("ProjectReference"))
                Collect(Path.GetFullPath(Path.Combine(folder, reference.Attribute("Include")!.Value)));
        }
    }

    [Fact]
    public void The_build_context_contains_the_copied_paths_and_nothing_else()
    {
        var ignored = Repository.Read(".dockerignore").Split('\n');
        var copied = Build
            .Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains('*', StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ')[1..^1])
            .Select(path => "!" + path.TrimEnd('/'));

        Assert.Equal("*", ignored.First(line => !line.StartsWith('#')));
        Assert.Equal(
            copied.Append("!infra").Order(StringComparer.Ordinal),
            ignored.Where(line => line.StartsWith('!')).Order(StringComparer.Ordinal));
        Assert.All(OutputFolders, folder => Assert.Contains($"**/{folder}", ignored));
        Assert.Contains("#!include:.dockerignore", Repository.Read(".gcloudignore"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_files_that_projects_embed_are_copied()
    {
        var embedded = XDocument.Load(Repository.PathOf("shared/Domain/Spotify.Domain.csproj")).Descendants("EmbeddedResource")
            .Select(resource => resource.Attribute("Include")!.Value.Replace("$(RepositoryRoot)", "", StringComparison.Ordinal))
            .Select(files => files[..(files.LastIndexOf('/') + 1)])
            .ToList();

        Assert.Equal(2, embedded.Count);
        Assert.All(embedded, folder => Assert.Contains($"COPY {folder} {folder}", Build));
    }

    [Fact]
    public void An_image_runs_the_functions_as_a_user_other_than_root()
    {
        var assembly = typeof(FunctionEntryPoint).Assembly.GetName().Name;

        Assert.All(Images, image =>
        {
            Assert.Contains("COPY --from=build /app/ ./", Stages[image]);
            Assert.Equal(
                ["USER $APP_UID", $"ENTRYPOINT [\"dotnet\", \"{assembly}.dll\"]"],
                Stages[image].SkipWhile(line => !line.StartsWith("USER", StringComparison.Ordinal)).Where(line => line.Length > 0).Take(2));
        });
    }

    [Fact]
    public void The_image_of_functions_that_encode_has_ffmpeg_and_a_folder_for_uploads()
    {
        var image = CloudFunction.All.Single(function => function.Definition == AudioIngestFunction.Definition).Image;
        var install = Assert.Single(Stages[image], line => line.StartsWith("RUN ", StringComparison.Ordinal));

        Assert.Contains("--no-install-recommends ffmpeg ", install, StringComparison.Ordinal);
        Assert.EndsWith($"--owner=$APP_UID {new IngestOptions().Root}", install, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_build_pushes_the_images_that_are_deployed()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(Repository.Read("infra/google/cloudbuild.yaml")));
        var build = (YamlMappingNode)yaml.Documents[0].RootNode;
        var steps = ((YamlSequenceNode)build["steps"]).Select(step => Texts(step["args"])).ToList();
        var deployed = (await Deployed.To("dev")).Of("cloudrunv2/service").Select(function => function.Text("template.containers.image")!)
            .Distinct().Order(StringComparer.Ordinal).ToList();

        Assert.Equal(deployed, Texts(build["images"]).Select(Substitute).Order(StringComparer.Ordinal));
        Assert.Equal(deployed, steps.Select(arguments => Substitute(Value(arguments, "--tag="))).Order(StringComparer.Ordinal));
        Assert.All(steps, arguments =>
        {
            Assert.Equal("build", arguments[0]);
            Assert.Equal(Dockerfile, Value(arguments, "--file="));
            Assert.Contains($"/{Value(arguments, "--target=")}:", Value(arguments, "--tag="), StringComparison.Ordinal);
            Assert.Contains(Value(arguments, "--target="), Stages.Keys);
        });

        var account = Assert.Single((await Deployed.To("Accounts/dev")).Of("serviceaccount/account")).State["email"];
        Assert.Equal(
            $"projects/example-dev/serviceAccounts/{account}",
            ((YamlScalarNode)build["serviceAccount"]).Value!.Replace("$PROJECT_ID", "example-dev", StringComparison.Ordinal));

        static string Value(List<string> arguments, string name) =>
            Assert.Single(arguments, argument => argument.StartsWith(name, StringComparison.Ordinal))[name.Length..];
        static List<string> Texts(YamlNode list) => [.. ((YamlSequenceNode)list).Select(entry => ((YamlScalarNode)entry).Value!)];
        static string Substitute(string text) => text
            .Replace("$_IMAGES", "us-central1-docker.pkg.dev/example-dev/spotify", StringComparison.Ordinal)
            .Replace("$_VERSION", Deployed.Version, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_documentation_has_the_number_of_builds_that_one_build_replaces()
    {
        var (dev, prod) = (await Deployed.To("dev"), await Deployed.To("prod"));

        Assert.Contains(
            $"{dev.Of("cloudrunv2/service").Count()} in the development stack and {prod.Of("cloudrunv2/service").Count()} in production",
            Repository.Read("docs/cloud.md"),
            StringComparison.Ordinal);
    }

    private static void Copy(string instruction, string target)
    {
        var arguments = instruction.Split(' ')[1..];
        foreach (var path in arguments[..^1])
        {
            var (folder, pattern) = path.EndsWith('/') ? (path, "*") : (Path.GetDirectoryName(path)!, Path.GetFileName(path));
            var depth = path.EndsWith('/') ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly;
            foreach (var file in Directory.EnumerateFiles(Repository.PathOf(folder), pattern, depth))
            {
                var name = Path.GetRelativePath(Repository.PathOf(folder), file);
                if (name.Split('/').Intersect(OutputFolders).Any()) continue;
                var copy = Path.GetFullPath(Path.Combine(target, arguments[^1], name));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy, overwrite: true);
            }
        }
    }

    private static async Task RunAsync(string arguments, string directory)
    {
        var start = new ProcessStartInfo("dotnet", arguments + " -nodeReuse:false -v:q")
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
        };
        // The MSBuild variables of the test run would affect this build.
        var variables = start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList();
        foreach (var name in variables) start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output);
    }

    [GeneratedRegex(@"^FROM \S+ AS (\S+)$", RegexOptions.Multiline)]
    private static partial Regex StagePattern();
}
