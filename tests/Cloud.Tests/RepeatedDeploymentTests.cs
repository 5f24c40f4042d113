using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Spotify.Cloud.Listing;
using Spotify.Cloud.Tests.Mocks;

namespace Spotify.Cloud.Tests;

/// <summary>A second deployment changes only what has changed.</summary>
public sealed class RepeatedDeploymentTests : IDisposable
{
    private static readonly string[] ContentFolders = ["firestore", "web"];

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory();

    /// <inheritdoc/>
    public void Dispose() => directory.Delete(recursive: true);

    // In a process of its own, because hash codes, and with them the order of dictionaries, differ between processes.
    [Theory]
    [InlineData("dev")]
    [InlineData("staging")]
    [InlineData("prod")]
    [InlineData("Accounts/prod")]
    public async Task A_second_deployment_changes_nothing(string stack)
    {
        using var first = new StringWriter();
        Assert.Equal(0, await ResourceListing.RunAsync([stack], first, TextWriter.Null));

        var second = await ListAsync(stack);

        Assert.True(second.Length > 3);
        Assert.Empty(ProviderDiff.Between(Resources(first.ToString()), second));
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task Changed_files_and_images_replace_only_the_ruleset(string stack)
    {
        var config = Deployed.ConfigOf(stack);
        var before = await Deployed.To(stack);
        CopyChangedFiles();

        var after = await Deployed.RunAsync(stack, config.SetItem("spotify:version", "c0ffee000000"), directory.FullName);

        var changes = ProviderDiff.Between(before.All, after.All);
        Assert.Equal(["gcp:firebaserules/ruleset:Ruleset players"], Replaced(changes));
        Assert.DoesNotContain(changes, change => change.DeletesFirst || change.Path.Length == 0);
        Assert.Contains(changes, change => change.ToString() == "gcp:storage/bucketObject:BucketObject index.html content");
        Assert.Contains(changes, change => change.Resource.Module == "cloudrunv2/service");
        var (release, ruleset) = Assert.Single(after.Releases);
        Assert.Equal($"projects/{after.Project}/releases/cloud.firestore", release);
        Assert.Equal($"projects/{after.Project}/rulesets/{Assert.Single(after.Of("firebaserules/ruleset")).State["name"]}", ruleset);
        Assert.NotEqual(Assert.Single(before.Releases).Ruleset, ruleset);
    }

    private static IEnumerable<string> Replaced(IEnumerable<Change> changes) =>
        changes.Where(change => change.Replaces).Select(change => change.Resource.ToString()).Distinct();

    private static async Task<ImmutableArray<Declared>> ListAsync(string stack)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ResourceListing).Assembly.Location, "resources", stack])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return Resources(output);
    }

    private static ImmutableArray<Declared> Resources(string json) =>
    [
        .. JsonElement.Parse(json).EnumerateArray().Select(resource => Declared.Parse(
            resource.GetProperty("type").GetString()!,
            resource.GetProperty("name").GetString()!,
            resource.GetProperty("inputs").GetRawText())),
    ];

    private void CopyChangedFiles()
    {
        var infra = Path.Combine(Checkout.Root, "infra");
        foreach (var file in ContentFolders.SelectMany(folder =>
            Directory.EnumerateFiles(Path.Combine(infra, folder), "*", SearchOption.AllDirectories)))
        {
            var copy = Path.Combine(directory.FullName, "infra", Path.GetRelativePath(infra, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.WriteAllText(copy, File.ReadAllText(file) + "\n");
        }
    }
}
