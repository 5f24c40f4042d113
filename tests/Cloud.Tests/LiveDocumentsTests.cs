using System.Text.RegularExpressions;

namespace Spotify.Cloud.Tests;

/// <summary>The Firestore database.</summary>
public sealed class LiveDocumentsTests
{
    [Theory]
    [InlineData("dev", "DELETE_PROTECTION_DISABLED", "POINT_IN_TIME_RECOVERY_DISABLED")]
    [InlineData("prod", "DELETE_PROTECTION_ENABLED", "POINT_IN_TIME_RECOVERY_ENABLED")]
    public async Task The_database_is_protected_if_the_stack_requires_it(string stack, string deletion, string recovery)
    {
        var database = Assert.Single((await Deployed.To(stack)).Of("firestore/database"));

        Assert.Equal(("(default)", "FIRESTORE_NATIVE"), (database.Text("name"), database.Text("type")));
        Assert.Equal((deletion, recovery), (database.Text("deleteProtectionState"), database.Text("pointInTimeRecoveryEnablement")));
    }

    [Fact]
    public async Task The_rules_file_is_released()
    {
        var deployed = await Deployed.To("dev");
        var ruleset = Assert.Single(deployed.Of("firebaserules/ruleset"));
        var release = Assert.Single(deployed.Of("firebaserules/release"));

        Assert.Equal("cloud.firestore", release.Text("name"));
        Assert.Equal($"projects/{deployed.Project}/rulesets/{ruleset.State["name"]}", release.Text("rulesetName"));
        Assert.Contains(ruleset.DependsOn, other => other.Type == "gcp:firestore/database:Database");
        var rules = ruleset.Text("source.files.content")!;
        Assert.Contains("allow read: if request.auth != null && request.auth.uid == uid;", rules);
        // No rule allows writes, and only one allows reads.
        Assert.DoesNotMatch(@"allow [^;]*(write|create|update|delete)[^;]*: if (?!false;)", rules);
        Assert.Single(Regex.Matches(rules, "allow read: if (?!false)"));
    }

    [Fact]
    public async Task Devices_are_indexed_for_their_query_and_deleted_when_they_expire()
    {
        var deployed = await Deployed.To("dev");
        var index = Assert.Single(deployed.Of("firestore/index"));
        var expiry = Assert.Single(deployed.Of("firestore/field"));

        Assert.Equal(
            [("connected", "ASCENDING"), ("last_seen_at", "DESCENDING")],
            index.Maps("fields").Select(field => ((string)field["fieldPath"], (string)field["order"])));
        Assert.Equal(index.Text("collection"), expiry.Text("collection"));
        Assert.Single(expiry.Maps("ttlConfig"));
        // An empty configuration excludes the field from all indexes.
        Assert.Empty(Assert.Single(expiry.Maps("indexConfig")));
    }
}
