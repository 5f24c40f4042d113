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
        // The rules themselves are tested on the emulator.
        Assert.Equal("allow get", Assert.Single(Regex.Matches(rules, @"\ballow [^:]*")).Value);
    }

    [Fact]
    public async Task Large_texts_are_not_indexed()
    {
        var deployed = await Deployed.To("dev");
        var fields = deployed.Of("firestore/field").ToList();

        Assert.Equal(
            [("players", "revocations"), ("players", "state")],
            fields.Select(field => (field.Text("collection"), field.Text("field"))).Order());
        // An empty configuration excludes the field from all indexes.
        Assert.All(fields, field => Assert.Empty(Assert.Single(field.Maps("indexConfig"))));
        Assert.Empty(deployed.Of("firestore/index"));
    }
}
