using System.Collections.Immutable;
using Pulumi;
using Pulumi.Testing;
using Spotify.Cloud.Tests.Mocks;
using Spotify.Domain.Ports;
using Spotify.Google.Signing;

namespace Spotify.Cloud.Tests;

/// <summary>What messages of a topic look like.</summary>
public sealed class TopicSchemaTests
{
    private const string Definition = """{"type":"record","name":"Played","fields":[{"name":"id","type":"string"}]}""";

    [Fact]
    public async Task A_topic_with_a_schema_file_takes_what_it_describes_and_others_take_anything()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "plays.avsc"), Definition);
            var all = await MakeAsync(folder.FullName);

            var schema = Assert.Single(all, resource => resource.Kind == "Schema");
            Assert.Equal(("plays", "AVRO", Definition), (schema.Text("name"), schema.Text("type"), schema.Text("definition")));
            Assert.Equal((schema.Id, "JSON"), (TopicOf(all, "plays").Text("schemaSettings.schema"), TopicOf(all, "plays").Text("schemaSettings.encoding")));
            Assert.All(["skips", "dead-letters"], name => Assert.Null(TopicOf(all, name).Text("schemaSettings.schema")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Without_the_folder_there_are_no_schemas() => Assert.DoesNotContain(await MakeAsync(Path.Combine(Path.GetTempPath(), "none")), resource => resource.Kind == "Schema");

    private static Declared TopicOf(ImmutableArray<Declared> all, string name) => all.Single(resource => resource.Kind == "Topic" && resource.Name == name);

    private static async Task<ImmutableArray<Declared>> MakeAsync(string schemas)
    {
        Environment.SetEnvironmentVariable("PULUMI_CONFIG", "{}");
        var mocks = new CloudMocks("example");
        var row = new FunctionRow("recorder", "Recorder", Caller.Listeners, new Needs { Publishes = [new Topic("plays"), new Topic("skips")] });
        var settings = new StackSettings
        {
            Project = "example", Regions = ["us-central1"], BucketLocation = "us-central1", Database = new DatabaseSize("regional-us-central1", 100, null, null), AlertEmail = "a@example.com",
            CdnKeyNames = [], CdnKeys = ImmutableDictionary<string, Output<string>>.Empty,
        };
        await Deployment.TestAsync(
            mocks, new TestOptions { IsPreview = false },
            () => { _ = new Messaging(settings, new ProjectFacts("example", CloudMocks.ProjectNumber), new Services(settings), [row], schemas); });
        return mocks.All;
    }
}
