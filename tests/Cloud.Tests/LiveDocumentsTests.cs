using System.Text.RegularExpressions;

namespace Spotify.Cloud.Tests;

/// <summary>Documents that clients follow.</summary>
public sealed class LiveDocumentsTests
{
    [Theory]
    [InlineData("dev", "DELETE_PROTECTION_DISABLED", "POINT_IN_TIME_RECOVERY_DISABLED")]
    [InlineData("prod", "DELETE_PROTECTION_ENABLED", "POINT_IN_TIME_RECOVERY_ENABLED")]
    public async Task The_database_is_protected_where_data_is(string stack, string deletion, string recovery)
    {
        var database = Assert.Single((await Deployed.To(stack)).Of("firestore/database"));

        Assert.Equal(("(default)", "FIRESTORE_NATIVE"), (database.Text("name"), database.Text("type")));
        Assert.Equal((deletion, recovery), (database.Text("deleteProtectionState"), database.Text("pointInTimeRecoveryEnablement")));
    }

    [Fact]
    public async Task The_rules_of_the_file_are_released()
    {
        var deployed = await Deployed.To("dev");
        var ruleset = Assert.Single(deployed.Of("firebaserules/ruleset"));
        var release = Assert.Single(deployed.Of("firebaserules/release"));

        Assert.Equal("cloud.firestore", release.Text("name"));
        Assert.Equal($"projects/{deployed.Project}/rulesets/{ruleset.State["name"]}", release.Text("rulesetName"));
        Assert.Contains(ruleset.WaitsFor, other => other.Type == "gcp:firestore/database:Database");
        var rules = ruleset.Text("source.files.content")!;
        Assert.Contains("allow read: if request.auth != null && request.auth.uid == uid;", rules);
        // Nobody writes, and there is one thing to read.
        Assert.DoesNotMatch(@"allow [^;]*(write|create|update|delete)[^;]*: if (?!false;)", rules);
        Assert.Single(Regex.Matches(rules, "allow read: if (?!false)"));
    }

    [Fact]
    public async Task Devices_are_indexed_as_they_are_asked_for_and_go_when_they_expire()
    {
        var deployed = await Deployed.To("dev");
        var index = Assert.Single(deployed.Of("firestore/index"));
        var expiry = Assert.Single(deployed.Of("firestore/field"));

        Assert.Equal(
            [("connected", "ASCENDING"), ("last_seen_at", "DESCENDING")], index.Maps("fields").Select(field => ((string)field["fieldPath"], (string)field["order"])));
        Assert.Equal(index.Text("collection"), expiry.Text("collection"));
        Assert.Single(expiry.Maps("ttlConfig"));
        // Present and empty: the field is in no index.
        Assert.Empty(Assert.Single(expiry.Maps("indexConfig")));
    }
}
