using System.Diagnostics;

namespace Spotify.Cloud.Tests;

/// <summary>The source archive of the functions.</summary>
public sealed class SourceArchiveTests
{
    private static readonly string[] Extensions = [".cs", ".csproj", ".props", ".sql", ".editorconfig"];

    [Fact]
    public async Task The_archive_builds_on_its_own()
    {
        var folder = Directory.CreateTempSubdirectory("source-archive-");
        try
        {
            foreach (var (name, path) in Archive().Paths)
            {
                var copy = Path.Combine(folder.FullName, name);
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(path, copy);
            }

            var start = new ProcessStartInfo("dotnet", ["build", SourceArchive.Buildable, "-nodeReuse:false", "-v:q"])
            {
                WorkingDirectory = folder.FullName,
                RedirectStandardOutput = true,
            };
            // The MSBuild variables of the test run would affect this build.
            var variables = start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList();
            foreach (var name in variables) start.Environment.Remove(name);
            using var build = Process.Start(start)!;
            var output = await build.StandardOutput.ReadToEndAsync();
            await build.WaitForExitAsync();

            Assert.True(build.ExitCode == 0, output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_archive_contains_source_files_only() =>
        Assert.All(Archive().Paths.Keys, name =>
        {
            Assert.Contains(Path.GetExtension(name), Extensions);
            Assert.DoesNotContain(name.Split('/'), part => part is "bin" or "obj");
        });

    [Fact]
    public void The_name_changes_only_with_the_content()
    {
        var root = Directory.CreateTempSubdirectory("source-archive-");
        try
        {
            string[] folders = ["functions", "infra/ffmpeg", "infra/google/obj", "infra/hosting", "infra/spanner", "shared"];
            foreach (var folder in folders) root.CreateSubdirectory(folder);
            string[] files = [".editorconfig", "Directory.Build.props", "Directory.Packages.props", "functions/A.cs"];
            foreach (var file in files) File.WriteAllText(Path.Combine(root.FullName, file), file);
            var name = SourceArchive.Of(root.FullName).ObjectName;

            File.WriteAllText(Path.Combine(root.FullName, "infra/google/obj/B.cs"), "built");
            File.WriteAllText(Path.Combine(root.FullName, "README.md"), "text");
            Assert.Equal(name, SourceArchive.Of(root.FullName).ObjectName);

            File.WriteAllText(Path.Combine(root.FullName, "functions/A.cs"), "changed");
            var changed = SourceArchive.Of(root.FullName).ObjectName;
            Assert.NotEqual(name, changed);
            File.Move(Path.Combine(root.FullName, "functions/A.cs"), Path.Combine(root.FullName, "functions/B.cs"));
            Assert.NotEqual(changed, SourceArchive.Of(root.FullName).ObjectName);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static SourceArchive Archive() => SourceArchive.Of(SourceArchive.FindRoot(AppContext.BaseDirectory));
}
