using System.Diagnostics;

namespace Spotify.Cloud.Tests;

/// <summary>What Google builds the functions from.</summary>
public sealed class SourceArchiveTests
{
    private static readonly string[] Kinds = [".cs", ".csproj", ".props", ".sql", ".editorconfig"];

    [Fact]
    public async Task It_builds_alone()
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

            var start = new ProcessStartInfo("dotnet", ["build", SourceArchive.Buildable, "-nodeReuse:false", "-v:q"]) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true };
            // What the test run says of its own build is not said to this one.
            foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
            using var build = Process.Start(start)!;
            var said = await build.StandardOutput.ReadToEndAsync();
            await build.WaitForExitAsync();

            Assert.True(build.ExitCode == 0, said);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void It_holds_nothing_that_a_build_does_not_read() =>
        Assert.All(Archive().Paths.Keys, name =>
        {
            Assert.Contains(Path.GetExtension(name), Kinds);
            Assert.DoesNotContain(name.Split('/'), part => part is "bin" or "obj");
        });

    [Fact]
    public void Its_name_changes_with_what_is_in_it_and_with_nothing_else()
    {
        var root = Directory.CreateTempSubdirectory("source-archive-");
        try
        {
            foreach (var folder in new[] { "functions", "infra/ffmpeg", "infra/google/obj", "infra/spanner", "shared" }) root.CreateSubdirectory(folder);
            foreach (var file in new[] { ".editorconfig", "Directory.Build.props", "Directory.Packages.props", "functions/A.cs" }) File.WriteAllText(Path.Combine(root.FullName, file), file);
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
