using System.Text.Json;
using Spotify.Cloud.Listing;

namespace Spotify.Cloud.Tests;

/// <summary>The command <c>resources</c>.</summary>
public sealed class ListingTests
{
    [Fact]
    public async Task It_prints_the_resources_of_a_stack_with_other_settings()
    {
        var (exitCode, output, error) = await RunAsync("dev", "--config", "domain=music.example", "--config", "gcp:project=other");

        Assert.Equal((0, ""), (exitCode, error));
        using var resources = JsonDocument.Parse(output);
        var inputs = resources.RootElement.EnumerateArray().ToDictionary(
            resource => $"{resource.GetProperty("type")} {resource.GetProperty("name")}", resource => resource.GetProperty("inputs"));
        var certificates = inputs.Where(entry => entry.Key.StartsWith("gcp:compute/managedSslCertificate:", StringComparison.Ordinal));
        Assert.Contains("music.example", Assert.Single(certificates).Value.ToString());
        Assert.Equal("other-player", inputs["gcp:storage/bucket:Bucket player"].GetProperty("name").GetString());
        var keys = inputs.Where(entry => entry.Key.StartsWith("gcp:compute/backendBucketSignedUrlKey:", StringComparison.Ordinal));
        Assert.Equal("AAAAAAAAAAAAAAAAAAAAAA==", Assert.Single(keys).Value.GetProperty("keyValue").GetString());
    }

    [Theory]
    [InlineData("Usage: dotnet run --project pulumi -- resources STACK [--config KEY=VALUE]...")]
    [InlineData("Usage: ", "--config", "a=b")]
    [InlineData("Usage: ", "dev", "--config")]
    [InlineData("Usage: ", "dev", "--config", "domain")]
    [InlineData("There is no stack test. The stacks are dev, prod, staging.", "test")]
    [InlineData("spotify:warmInstances must be 0 or more, and fit into coresPerRegion.", "dev", "--config", "warmInstances=-1")]
    [InlineData("spotify:cdnKeyNames is not a list of names.", "dev", "--config", "cdnKeyNames=k1")]
    [InlineData("Configuration 'spotify:databaseUnits' value 'many' is not", "dev", "--config", "databaseUnits=many")]
    public async Task Errors_are_one_line(string line, params string[] args)
    {
        var (exitCode, output, error) = await RunAsync(args);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith(line, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var exitCode = await ResourceListing.RunAsync(args, output, error);
        return (exitCode, output.ToString(), error.ToString());
    }
}
