using Spotify.Fixtures;

namespace Spotify.Cloud.Tests;

/// <summary>The published files of the web player.</summary>
public sealed class WebPlayerTests
{
    public static TheoryData<string> Everywhere => Deployed.Everywhere;

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task The_settings_file_contains_the_api_key_of_Identity_Platform(string stack)
    {
        var deployed = await Deployed.To(stack);

        var settings = Assert.Single(deployed.Of("storage/bucketObject"), file => file.Text("name") == "config.json");
        Assert.Equal($"{deployed.Project}-player", settings.Text("bucket"));
        Assert.Equal("""{"identity_platform":{"api_key":"an-api-key"}}""", settings.Text("content"));
        Assert.False(settings.Inputs.ContainsKey("source"));
        Assert.Equal(("application/json", "no-cache"), (settings.Text("contentType"), settings.Text("cacheControl")));
    }

    [Fact]
    public async Task All_other_files_are_published_unchanged()
    {
        var deployed = await Deployed.To("prod");

        var files = deployed.Of("storage/bucketObject")
            .Where(file => file.Text("bucket") == $"{deployed.Project}-player" && file.Text("name") != "config.json")
            .ToList();
        Assert.Contains(files, file => file.Text("name") == "modules/identity-platform.js");
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
