using System.Collections.Immutable;
using Pulumi;

namespace Spotify.Cloud.Tests;

/// <summary>Settings that are wrong stop a deployment before anything is made, and say which they are.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData("regions", """["us-central1","us-central1"]""")]
    [InlineData("regions", """[]""")]
    [InlineData("regions", """["Iowa"]""")]
    [InlineData("cdnKeyNames", """[]""")]
    [InlineData("cdnKeyNames", """["a","b","c","d"]""")]
    [InlineData("cdnKeyNames", """["K1"]""")]
    [InlineData("databaseUnits", "150")]
    [InlineData("databaseUnits", "1500")]
    [InlineData("databaseMaxUnits", "3000")]
    [InlineData("alertEmail", "nobody")]
    [InlineData("blockedCountries", """["Germany"]""")]
    [InlineData("requestsPerMinutePerAddress", "20000")]
    [InlineData("coresPerRegion", "2")]
    [InlineData("databaseInUse", "Restored")]
    [InlineData("repository", "spotify")]
    [InlineData("billingAccount", "012345-678901-ABCDEF")]
    [InlineData("releaseAt", "Friday")]
    [InlineData("releaseAt", "2026-12-04T05:00:00Z")]
    public async Task Wrong_settings(string setting, string value)
    {
        var config = Deployed.ConfigOf("dev");
        foreach (var name in new[] { "k", "K1", "a", "b", "c", "d" }) config = config.SetItem($"spotify:cdnKey-{name}", config["spotify:cdnKey-k1"]);

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => Deployed.RunAsync("dev", config.SetItem($"spotify:{setting}", value)));

        var said = setting switch { "databaseMaxUnits" => "databaseUnits", "billingAccount" => "monthlyBudget", "releaseAt" when value != "Friday" => "releaseAlbums", _ => setting };
        Assert.Contains($"spotify:{said} ", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("too short")]
    [InlineData("bm90IHNpeHRlZW4=")]
    public async Task A_key_that_the_cdn_would_not_take(string key)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => Deployed.RunAsync("dev", Deployed.ConfigOf("dev").SetItem("spotify:cdnKey-k1", key)));

        Assert.Contains("spotify:cdnKey-k1 is not 16 bytes", refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(key, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_that_the_quota_does_not_leave_room_for()
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => Deployed.RunAsync("dev", Deployed.ConfigOf("dev+release").SetItem("spotify:coresPerRegion", "20")));

        Assert.Contains("spotify:releaseMinInstances needs 70 cores in each region, and coresPerRegion is 20", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("staging")]
    [InlineData("prod")]
    public void Calls_are_counted_against_the_project(string stack)
    {
        // https://github.com/pulumi/pulumi-gcp/issues/2169: Identity Platform, rules of Firestore and budgets refuse a person's credentials otherwise.
        var config = StackFile.Read(stack);

        Assert.Equal((config["gcp:project"], "true"), (config["gcp:billingProject"], config["gcp:userProjectOverride"]));
    }

    [Fact]
    public void The_files_name_every_setting_that_there_is()
    {
        var named = StackFile.Stacks.SelectMany(stack => File.ReadAllLines(Path.Combine(StackFile.Folder(), $"Pulumi.{stack}.yaml"))).Select(line => line.TrimStart(' ', '#')).ToList();
        var source = File.ReadAllText(Path.Combine(StackFile.Folder(), "StackSettings.cs"));
        var read = System.Text.RegularExpressions.Regex.Matches(source, "(?:config\\.\\w+|Strings)\\((?:config, )?\"([a-zA-Z0-9]+)\"\\)").Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.True(read.Count > 15);
        Assert.All(read, name => Assert.Contains(named, line => line.StartsWith($"spotify:{name}:", StringComparison.Ordinal)));
    }
}
