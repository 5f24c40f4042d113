using System.Text.RegularExpressions;
using Spotify.Cloud.Listing;
using Spotify.Fixtures;

namespace Spotify.Cloud.Tests;

/// <summary>Invalid settings stop a deployment before any resource is declared, with an error that names the setting.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData("regions", """["us-central1","us-central1"]""")]
    [InlineData("regions", """[]""")]
    [InlineData("regions", """["Iowa"]""")]
    [InlineData("cdnKeyNames", """[]""")]
    [InlineData("cdnKeyNames", """["a","b","c","d"]""")]
    [InlineData("cdnKeyNames", """["K1"]""")]
    [InlineData("tokenKeyNames", """[]""")]
    [InlineData("tokenKeyNames", """["a","a"]""")]
    [InlineData("tokenKeyNames", """["a","b","c","d"]""")]
    [InlineData("tokenKeyNames", """["T1"]""")]
    [InlineData("licenseKeyNames", """[]""")]
    [InlineData("licenseKeyNames", """["a","b","c","d"]""")]
    [InlineData("masterKeyNames", """[]""")]
    [InlineData("masterKeyNames", """["a","a"]""")]
    [InlineData("masterKeyNames", """["K1"]""")]
    [InlineData("databaseUnits", "150")]
    [InlineData("databaseUnits", "1500")]
    [InlineData("databaseMaxUnits", "3000")]
    [InlineData("defaultCountry", "Sweden")]
    [InlineData("alertEmail", "nobody")]
    [InlineData("blockedCountries", """["Germany"]""")]
    [InlineData("requestsPerMinutePerAddress", "20000")]
    [InlineData("coresPerRegion", "1")]
    [InlineData("warmInstances", "-1")]
    [InlineData("warmInstances", "11")]
    [InlineData("recommendations", """{"FeedbackSample":"2"}""")]
    [InlineData("recommendations", """{"Variants:0:Name":"a","Variants:0:Share":"much"}""")]
    [InlineData("recommendations", """{"Sample":"0.5"}""")]
    [InlineData("databaseInUse", "Restored")]
    [InlineData("version", "functions:1")]
    [InlineData("billingAccount", "012345-678901-ABCDEF")]
    [InlineData("releaseAt", "Friday")]
    [InlineData("releaseAt", "2026-12-04T05:00:00Z")]
    public async Task Invalid_settings_are_rejected(string setting, string value)
    {
        var config = Deployed.ConfigOf("dev");
        foreach (var key in new[] { "k", "K1", "T1", "a", "b", "c", "d" })
            config = config
                .SetItem($"spotify:cdnKey-{key}", config["spotify:cdnKey-k1"])
                .SetItem($"spotify:tokenKey-{key}", config["spotify:tokenKey-t1"])
                .SetItem($"spotify:licenseKey-{key}", config["spotify:licenseKey-l1"])
                .SetItem($"spotify:masterKey-{key}", config["spotify:masterKey-m1"]);

        var error = await Assert.ThrowsAnyAsync<Exception>(
            () => Deployed.RunAsync("dev", config.SetItem($"spotify:{setting}", value)));

        var named = setting switch
        {
            "databaseMaxUnits" => "databaseUnits",
            "billingAccount" => "monthlyBudget",
            "releaseAt" when value != "Friday" => "releaseAlbums",
            _ => setting,
        };
        Assert.Contains($"spotify:{named} ", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deployment_before_the_first_build_says_how_to_build()
    {
        var config = Deployed.ConfigOf("dev").Remove("spotify:version");

        var error = await Assert.ThrowsAnyAsync<Exception>(() => Deployed.RunAsync("dev", config));

        Assert.Contains("spotify:version is not the version of an image. Build", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("pulumi config set version", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("too short")]
    [InlineData("bm90IHNpeHRlZW4=")]
    public async Task Invalid_cdn_keys_are_rejected_and_not_printed(string key)
    {
        var config = Deployed.ConfigOf("dev").SetItem("spotify:cdnKey-k1", key);

        var error = await Assert.ThrowsAnyAsync<Exception>(() => Deployed.RunAsync("dev", config));

        Assert.Contains("spotify:cdnKey-k1 is not 16 bytes", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(key, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nZtRohdNF9m3cKM24IcK4w==")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nnZtRohdNF9m3cKM24IcK4w==\n-----END PRIVATE KEY-----")]
    public async Task Invalid_signing_keys_are_rejected_and_not_printed(string key)
    {
        foreach (var setting in new[] { "tokenKey-t1", "licenseKey-l1" })
        {
            var config = Deployed.ConfigOf("dev").SetItem($"spotify:{setting}", key);

            var error = await Assert.ThrowsAnyAsync<Exception>(() => Deployed.RunAsync("dev", config));

            Assert.Contains($"spotify:{setting} is not a private P-256 key in PEM", error.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("nZtRohdNF9m3cKM24IcK4w", error.ToString(), StringComparison.Ordinal);
        }
    }

    // The second is a key that was not encrypted.
    [Theory]
    [InlineData("not base64")]
    [InlineData("9sBHZ3m0Qn1hUu0Jd0C0oUq3l0T7mGmI6n8v7rXkq0s=")]
    public async Task Invalid_master_keys_are_rejected_and_not_printed(string key)
    {
        var config = Deployed.ConfigOf("dev").SetItem("spotify:masterKey-m1", key);

        var error = await Assert.ThrowsAnyAsync<Exception>(() => Deployed.RunAsync("dev", config));

        Assert.Contains("spotify:masterKey-m1 is not a ciphertext of Cloud KMS", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(key, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_that_exceeds_the_quota_is_rejected()
    {
        var config = Deployed.ConfigOf("dev+release").SetItem("spotify:coresPerRegion", "20");

        var error = await Assert.ThrowsAnyAsync<Exception>(() => Deployed.RunAsync("dev", config));

        Assert.Contains(
            "spotify:releaseMinInstances needs 140 cores in each region, and coresPerRegion is 20",
            error.ToString(),
            StringComparison.Ordinal);
    }

    // Identity Platform, Firestore rules and budgets reject a user's credentials without a quota project:
    // https://github.com/pulumi/pulumi-gcp/issues/2169
    [Theory]
    [InlineData("dev")]
    [InlineData("staging")]
    [InlineData("prod")]
    public void The_quota_project_is_the_project_of_the_stack(string stack)
    {
        var config = StackFile.Read(stack);

        Assert.Equal((config["gcp:project"], "true"), (config["gcp:billingProject"], config["gcp:userProjectOverride"]));
    }

    [Fact]
    public void The_stack_files_mention_every_setting()
    {
        var lines = Directory.EnumerateFiles(StackFile.Folder(), "Pulumi.*.yaml", SearchOption.AllDirectories)
            .SelectMany(File.ReadAllLines)
            .Select(line => line.TrimStart(' ', '#'))
            .ToList();

        Assert.All(
            Settings(), setting => Assert.Contains(lines, line => Regex.IsMatch(line, $"^spotify(-accounts)?:{setting}:")));
    }

    [Fact]
    public void The_table_of_settings_lists_every_setting_with_its_default()
    {
        var rows = File.ReadLines(Repository.PathOf("docs/settings.md"))
            .SkipWhile(line => line != "## Settings of a stack").TakeWhile(line => line != "## Settings of a function")
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split(" | "))
            .SelectMany(cells => Regex.Matches(cells[0], "`([^`]+)`").Select(name => (Name: name.Groups[1].Value, Default: cells[2])))
            .ToList();
        var source = Sources();

        Assert.Equal(
            Settings().Concat(["cdnKey-NAME", "tokenKey-NAME", "licenseKey-NAME", "masterKey-NAME"]).Order(StringComparer.Ordinal),
            rows.Select(row => row.Name).Where(name => !name.StartsWith("gcp:", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(rows, row =>
        {
            if (source.Contains($"config.Require(\"{row.Name}\")", StringComparison.Ordinal)) Assert.Equal("required", row.Default);
            if (Regex.Match(source, $"config\\.\\w+\\(\"{row.Name}\"\\) \\?\\? (\\w+)") is { Success: true } match && row.Default[0] != 'r')
                Assert.Equal(match.Groups[1].Value.Replace("_", "", StringComparison.Ordinal), row.Default);
        });
    }

    private static string Sources() => string.Concat(new[] { "StackSettings.cs", "Accounts/AccountsSettings.cs" }
        .Select(file => File.ReadAllText(Path.Combine(StackFile.Folder(), file))));

    private static List<string> Settings() =>
    [
        .. Regex.Matches(Sources(), "(?:config\\.\\w+(?:<[\\w, <>]+>)?|Strings)\\((?:config, )?\"([a-zA-Z0-9]+)\"\\)")
            .Select(match => match.Groups[1].Value)
            .Distinct(),
    ];
}
