using System.Collections.Immutable;
using Pulumi;
using Pulumi.Gcp.Storage;
using Pulumi.Testing;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>The changes between two deployments.</summary>
public sealed class ProviderDiffTests
{
    [Theory]
    [InlineData(
        "monitoring/dashboard:Dashboard",
        """{"dashboardJson":"{\"mosaicLayout\":{\"tiles\":[{\"xPos\":0,\"width\":4}]}}"}""",
        "dashboardJson")]
    [InlineData("monitoring/dashboard:Dashboard", """{"dashboardJson":"{\"displayName\":\"\"}"}""", "dashboardJson")]
    [InlineData("cloudscheduler/job:Job", """{"attemptDeadline":"60.0s"}""", "attemptDeadline")]
    [InlineData("storage/bucket:Bucket", """{"website":{}}""", "website")]
    [InlineData("monitoring/dashboard:Dashboard", """{"dashboardJson":"{\"displayName\":\"a\", \"etag\":\"1\"}"}""", null)]
    [InlineData("cloudscheduler/job:Job", """{"attemptDeadline":"60s","httpTarget":{"body":"","headers":{}}}""", null)]
    [InlineData("firestore/field:Field", """{"ttlConfig":{}}""", null)]
    public void Inputs_that_Google_returns_in_another_form_are_permanent_changes(string type, string inputs, string? changed)
    {
        var resource = Declared.Parse($"gcp:{type}", "it", inputs);

        var changes = ProviderDiff.Between([resource], [resource]);

        Assert.Equal(changed is null ? [] : [changed], changes.Select(change => change.Path));
    }

    [Theory]
    [InlineData("storage/bucket:Bucket", """{"labels":{"a":"1"}}""", """{"labels":{"a":"2"}}""", "labels", false)]
    [InlineData("storage/bucket:Bucket", """{"location":"US"}""", """{"location":"EU"}""", "location", true)]
    [InlineData("storage/bucket:Bucket", """{"logging":{"logBucket":"a"}}""", """{}""", "logging", false)]
    [InlineData("storage/bucket:Bucket", """{"cors":[{"origins":["a","b"]}]}""", """{"cors":[{"origins":["b","a"]}]}""", "cors", false)]
    [InlineData("storage/notification:Notification", """{"eventTypes":["A","B"]}""", """{"eventTypes":["B","A"]}""", null, false)]
    [InlineData("storage/notification:Notification", """{"eventTypes":["A"]}""", """{"eventTypes":["B"]}""", "eventTypes", true)]
    [InlineData("pubsub/topic:Topic", """{"name":"a"}""", """{"project":"p","name":"a"}""", "project", true)]
    [InlineData("pubsub/topic:Topic", """{"project":"p","name":"a"}""", """{"name":"a"}""", null, false)]
    public void Changes_are_found_by_the_schema(string type, string before, string after, string? path, bool replaces)
    {
        var (old, current) = (Declared.Parse($"gcp:{type}", "it", before), Declared.Parse($"gcp:{type}", "it", after));

        var changes = ProviderDiff.Between([old], [current]);

        if (path is null) Assert.Empty(changes);
        else Assert.Equal((path, replaces), (Assert.Single(changes).Path.Split('.')[0], changes[0].Replaces));
    }

    [Fact]
    public void A_changed_release_is_deleted_before_it_is_replaced_unless_its_ruleset_is_ignored()
    {
        var before = Released("a");
        var after = Released("b");

        Assert.True(Assert.Single(ProviderDiff.Between([before], [after])).DeletesFirst);
        after.IgnoreChanges = ["rulesetName"];
        Assert.Empty(ProviderDiff.Between([before], [after]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_changed_file_is_deleted_before_it_is_replaced_if_it_is_a_source(bool isSource)
    {
        var (before, after) = (await PublishAsync("one"), await PublishAsync("two"));

        var change = Assert.Single(ProviderDiff.Between(before, after));
        Assert.Equal((isSource, isSource), (change.Replaces, change.DeletesFirst));

        async Task<ImmutableArray<Declared>> PublishAsync(string content)
        {
            var mocks = new CloudMocks("example");
            await Deployment.TestAsync(mocks, new TestOptions { IsPreview = false }, () =>
            {
                var arguments = new BucketObjectArgs { Bucket = "b", Name = "index.html" };
                if (isSource) arguments.Source = new StringAsset(content);
                else arguments.Content = content;
                _ = new BucketObject("index.html", arguments);
            });
            return mocks.All;
        }
    }

    [Fact]
    public void Created_and_deleted_resources_are_changes()
    {
        var resource = Released("a");

        Assert.Single(ProviderDiff.Between([], [resource]));
        Assert.Single(ProviderDiff.Between([resource], []));
    }

    private static Declared Released(string ruleset) => Declared.Parse(
        "gcp:firebaserules/release:Release", "players", $$"""{"name":"cloud.firestore","rulesetName":"{{ruleset}}"}""");
}
