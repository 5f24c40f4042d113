using System.Collections.Immutable;
using Pulumi;
using Pulumi.Testing;
using Spotify.Cloud.Tests.Mocks;
using Spotify.Domain.Ports;
using Spotify.Web.Functions;

namespace Spotify.Cloud.Tests;

/// <summary>Schemas of topics.</summary>
public sealed class TopicSchemaTests
{
    private const string Definition = """{"type":"record","name":"Played","fields":[{"name":"id","type":"string"}]}""";

    [Fact]
    public async Task Only_topics_with_a_schema_file_have_a_schema()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "plays.avsc"), Definition);
            var all = await DeclareAsync(folder.FullName);

            var schema = Assert.Single(all, resource => resource.Kind == "Schema");
            Assert.Equal(("plays", "AVRO", Definition), (schema.Text("name"), schema.Text("type"), schema.Text("definition")));
            var topic = TopicOf(all, "plays");
            Assert.Equal((schema.Id, "JSON"), (topic.Text("schemaSettings.schema"), topic.Text("schemaSettings.encoding")));
            Assert.All(["skips", "dead-letters"], name => Assert.Null(TopicOf(all, name).Text("schemaSettings.schema")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Without_the_folder_no_schema_is_declared() => Assert.DoesNotContain(
        await DeclareAsync(Path.Combine(Path.GetTempPath(), "none")),
        resource => resource.Kind == "Schema");

    private static Declared TopicOf(ImmutableArray<Declared> all, string name) =>
        all.Single(resource => resource.Kind == "Topic" && resource.Name == name);

    private static async Task<ImmutableArray<Declared>> DeclareAsync(string schemas)
    {
        Environment.SetEnvironmentVariable("PULUMI_CONFIG", "{}");
        var mocks = new CloudMocks("example");
        var function = new FunctionDefinition("recorder", Caller.Listeners)
        {
            Uses = new Resources { Publishes = [new Topic("plays"), new Topic("skips")] },
        };
        var settings = new StackSettings
        {
            Project = "example",
            Regions = ["us-central1"],
            BucketLocation = "us-central1",
            Database = new DatabaseSize("regional-us-central1", Units: 100, MinUnits: null, MaxUnits: null),
            DefaultCountry = "SE",
            AlertEmail = "a@example.com",
            Version = "1",
            CdnKeyNames = [],
            CdnKeys = ImmutableDictionary<string, Output<string>>.Empty,
            TokenKeyNames = [],
            TokenKeys = ImmutableDictionary<string, Output<string>>.Empty,
            LicenseKeyNames = [],
            LicenseKeys = ImmutableDictionary<string, Output<string>>.Empty,
            MasterKeyNames = [],
            MasterKeys = ImmutableDictionary<string, Output<string>>.Empty,
        };
        await Deployment.TestAsync(
            mocks,
            new TestOptions { IsPreview = false },
            () =>
            {
                var project = new ProjectFacts("example", CloudMocks.ProjectNumber);
                _ = new Messaging(settings, project, new Services(settings.Project), [new CloudFunction(function)], schemas);
            });
        return mocks.All;
    }
}
