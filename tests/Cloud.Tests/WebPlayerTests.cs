using Spotify.Fixtures;

namespace Spotify.Cloud.Tests;

/// <summary>The published files of the web player.</summary>
public sealed class WebPlayerTests
{
    public static TheoryData<string> Everywhere => Deployed.Everywhere;

    [Fact]
    public async Task All_files_are_published_unchanged()
    {
        var deployed = await Deployed.To("prod");

        var files = deployed.Of("storage/bucketObject")
            .Where(file => file.Text("bucket") == $"{deployed.Project}-player")
            .ToList();
        Assert.Contains(files, file => file.Text("name") == "modules/main.js");
        var folder = Repository.PathOf("infra/web");
        Assert.All(files, file => Assert.Equal(File.ReadAllText(Path.Combine(folder, file.Text("name")!)), file.Text("content")));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_changed_file_is_updated_in_place(string stack) =>
        Assert.DoesNotContain(
            (await Deployed.To(stack)).Of("storage/bucketObject"),
            file => file.Text("bucket")!.EndsWith("-player", StringComparison.Ordinal) && file.Inputs.ContainsKey("source"));
}
