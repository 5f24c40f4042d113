using System.Net;
using System.Net.Sockets;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Local.Commands;
using Spotify.Local.Database;

namespace Spotify.Local.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    public void Dispose() => directory.Delete(recursive: true);

    [Theory]
    [InlineData("--nonsense")]
    [InlineData("nonsense")]
    [InlineData("serve", "--urls", "foo")]
    [InlineData("serve", "--urls", "https://127.0.0.1:8443")]
    [InlineData("serve", "--urls", "http://127.0.0.1:8080/path")]
    [InlineData("serve", "--data")]
    [InlineData("import")]
    [InlineData("search")]
    [InlineData("search", "nonsense")]
    [InlineData("search", "rebuild", "--data")]
    [InlineData("dead-letters")]
    [InlineData("sign-url", "https://cdn.example/x")]
    public async Task Wrong_usage_exits_with_2_and_an_error(params string[] arguments)
    {
        using var error = new StringWriter();
        Assert.Equal(2, await CommandLine.RunAsync(arguments, TextWriter.Null, error));
        Assert.NotEmpty(error.ToString());
    }

    [Fact]
    public async Task A_port_in_use_is_a_one_line_error_and_exits_with_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string[] arguments = ["serve", "--urls", $"http://{taken.LocalEndpoint}", "--data", directory.FullName, "--no-demo"];
        await AssertFailsAsync(arguments, "address already in use");
    }

    [Fact]
    public async Task A_missing_default_country_is_a_one_line_error_and_exits_with_1()
    {
        var environment = new Dictionary<string, string?> { ["DefaultCountry"] = null, ["LC_ALL"] = "C" };
        string[] arguments = ["serve", "--urls", "http://127.0.0.1:0", "--data", directory.FullName, "--no-demo"];
        var (exitCode, _, errors) = await HostProcess.RunAsync(environment, arguments);
        Assert.Equal(
            (1, "DefaultCountry is missing: set this environment variable to the country of most listeners, such as SE."),
            (exitCode, errors.Trim()));
    }

    [Fact]
    public async Task A_rebuild_of_the_search_documents_is_followed_by_a_build_of_the_dictionary()
    {
        var data = new DataDirectory(directory.FullName);
        using var output = new StringWriter();
        Assert.Equal(0, await CommandLine.RunAsync(["search", "rebuild", "--data", data.Root], output, TextWriter.Null));
        Assert.Contains("documents written", output.ToString());
        using var session = new SqliteSession(data.Queues);
        Assert.Equal("search-terms", session.Query("SELECT Queue FROM TaskNames", Parameters.None).Single().String("Queue"));
    }

    [Fact]
    public async Task Data_of_a_newer_version_is_a_one_line_error_and_exits_with_1()
    {
        var data = new DataDirectory(directory.FullName);
        new SqliteDatabase(data.Database, Schema.Current).Dispose();
        using (var session = new SqliteSession(data.Database)) session.RunOnce("PRAGMA user_version = 9999");
        await AssertFailsAsync(["serve", "--urls", "http://127.0.0.1:0", "--data", directory.FullName], "written by a newer version");
    }

    [Fact]
    public async Task A_database_that_is_not_one_is_a_one_line_error_and_exits_with_1()
    {
        await File.WriteAllTextAsync(new DataDirectory(directory.FullName).Database, new string('x', 5000));
        await AssertFailsAsync(["serve", "--urls", "http://127.0.0.1:0", "--data", directory.FullName], "not a database");
    }

    [Fact]
    public async Task A_file_as_data_directory_is_a_one_line_error_and_exits_with_1()
    {
        var file = Path.Combine(directory.FullName, "file");
        await File.WriteAllTextAsync(file, "");
        await AssertFailsAsync(["serve", "--urls", "http://127.0.0.1:0", "--data", file], "file");
    }

    [Fact]
    public async Task Many_processes_that_start_at_once_share_one_demo_and_one_set_of_keys()
    {
        var hosts = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => HostProcess.ServeAsync(directory.FullName)));
        var keys = new HashSet<string>();
        foreach (var host in hosts)
        {
            keys.Add(await host.Http.GetStringAsync("/.well-known/jwks.json"));
            await host.DisposeAsync();
        }

        Assert.Single(keys);
    }

    private static async Task AssertFailsAsync(string[] arguments, string reason)
    {
        var (exitCode, output, errors) = await HostProcess.RunAsync(arguments);
        Assert.True(exitCode == 1, output + errors);
        var line = Assert.Single((output + errors).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(reason, line, StringComparison.OrdinalIgnoreCase);
    }
}
