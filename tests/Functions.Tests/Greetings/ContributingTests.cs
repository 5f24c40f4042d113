using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Spotify.Fixtures;
using Spotify.Functions.Greetings;

namespace Spotify.Functions.Tests.Greetings;

/// <summary>The example in CONTRIBUTING.md, which is compiled from <c>tests/Fixtures/Greetings</c>.</summary>
public sealed partial class ContributingTests
{
    private const string ListEntry = "GreetingsFunction.Definition";
    private const string Using = "using Spotify.Functions.Greetings;";

    // The code blocks are part of a numbered list, and therefore indented.
    private static readonly List<string> Code =
    [
        .. CodeBlock().Matches(Repository.Read("CONTRIBUTING.md"))
            .Select(block => IndentedLine().Replace(block.Groups["code"].Value, "")),
    ];

    [Fact]
    public void The_document_contains_the_example()
    {
        Assert.Equal(3, Code.Count);
        Assert.Equal(Repository.Read("tests/Fixtures/Greetings/GreetingsEndpoints.cs"), Code[0]);
        Assert.Equal(Repository.Read("tests/Fixtures/Greetings/GreetingsFunction.cs"), Code[1]);
        Assert.Contains($"`{ListEntry}`", Repository.Read("CONTRIBUTING.md"));
        Assert.Contains($"`{Using}`", Repository.Read("CONTRIBUTING.md"));
    }

    [Fact]
    public async Task The_host_serves_the_example()
    {
        await using var server = await LocalServer.StartAsync(functions: GreetingsFunction.Definition);

        Assert.Equal("No token provided", await server.Http.GetErrorAsync("/v1/greetings/Ada", HttpStatusCode.Unauthorized));
        using var ada = await server.SignInAsync("ada");
        Assert.Equal("Hello, Ada", (await ada.GetJsonAsync("/v1/greetings/Ada")).GetValue<string>());
    }

    [LongFact("git", "dotnet")]
    public async Task The_documented_steps_add_a_function()
    {
        var (tree, data) = (Directory.CreateTempSubdirectory("spotify-"), Directory.CreateTempSubdirectory("spotify-"));
        try
        {
            await Repository.CopyAsync(tree.FullName);
            var folder = tree.CreateSubdirectory("functions/Greetings").FullName;
            await File.WriteAllTextAsync(Path.Combine(folder, "GreetingsEndpoints.cs"), Code[0]);
            await File.WriteAllTextAsync(Path.Combine(folder, "GreetingsFunction.cs"), Code[1]);
            await EditAsync("functions/Functions.cs", text => $"{Using}\n{text.Replace("\n    ];", $"\n        {ListEntry},\n    ];")}");
            await EditAsync("infra/google/EntryPoints.cs", text => $"{Using}\n{text}\n{Code[2]}");
            await BuildAsync(tree.FullName, "infra/local");

            var assembly = Path.Combine(tree.FullName, "infra/local/bin/Debug/net10.0/Spotify.Local.dll");
            await using var host = await HostProcess.ServeBuildAsync(assembly, data.FullName, "--no-demo");

            Assert.Equal("No token provided", await host.Http.GetErrorAsync("/v1/greetings/Ada", HttpStatusCode.Unauthorized));
            Assert.Equal("Service not found", await host.Http.GetErrorAsync("/nothing", HttpStatusCode.NotFound));
        }
        finally
        {
            tree.Delete(recursive: true);
            data.Delete(recursive: true);
        }

        async Task EditAsync(string file, Func<string, string> edit)
        {
            var path = Path.Combine(tree.FullName, file);
            await File.WriteAllTextAsync(path, edit(await File.ReadAllTextAsync(path)));
        }
    }

    private static async Task BuildAsync(string tree, string project)
    {
        // Build servers would outlive the test and keep files of the deleted tree open.
        using var build = Process.Start(new ProcessStartInfo("dotnet", ["build", project, "--disable-build-servers", "-nologo"])
        {
            WorkingDirectory = tree, RedirectStandardOutput = true,
        })!;
        var output = await build.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(10));
        await build.WaitForExitAsync();
        Assert.True(build.ExitCode == 0, output);
    }

    [GeneratedRegex(@"^ *```csharp\n(?<code>.*?)^ *```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("^   ", RegexOptions.Multiline)]
    private static partial Regex IndentedLine();
}
