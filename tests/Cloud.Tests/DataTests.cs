using Spotify.Domain.Data;

namespace Spotify.Cloud.Tests;

/// <summary>What keeps data.</summary>
public sealed class DataTests
{
    public static TheoryData<string> Everywhere => Deployed.Everywhere;

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task The_database_is_made_of_the_numbered_files(string stack)
    {
        var database = (await Deployed.To(stack)).Of("spanner/database").Single();

        Assert.Equal(Schema.Current.Files.SelectMany(file => file.Statements).Select(statement => statement.Sql), database.Texts("ddls"));
        Assert.Equal("7d", database.Text("versionRetentionPeriod"));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task What_is_kept_is_protected_where_the_stack_says_so(string stack)
    {
        var deployed = await Deployed.To(stack);
        var isProtected = bool.Parse(deployed.Config["spotify:protect"]);

        Assert.Equal([isProtected, isProtected], [.. deployed.Of("spanner/database").SelectMany(database => new[] { (bool)database.Inputs["deletionProtection"], (bool)database.Inputs["enableDropProtection"] })]);
        Assert.All(deployed.Of("storage/bucket").Where(bucket => bucket.Name is not ("sources" or "player")), bucket =>
        {
            Assert.Equal(!isProtected, (bool)bucket.Inputs["forceDestroy"]);
            Assert.NotNull(bucket.Text("encryption.defaultKmsKeyName"));
        });
        Assert.Equal(2, deployed.Of("spanner/backupSchedule").Count());
    }

    [Fact]
    public async Task After_a_restore_functions_use_the_other_database_and_may_and_the_first_stays_as_it_is()
    {
        var deployed = await Deployed.To("prod+restored");

        Assert.Equal(["restored"], deployed.Of("spanner/databaseIAMMember").Select(grant => grant.Text("database")).Distinct());
        var names = deployed.Of("cloudfunctionsv2/function").SelectMany(function => function.Texts("serviceConfig.environmentVariables.Spanner__Database")).Distinct();
        Assert.Equal([$"projects/{deployed.Project}/instances/spotify/databases/restored"], names);
        Assert.Equal("spotify", deployed.Of("spanner/database").Single().Text("name"));
        Assert.All(deployed.Of("spanner/backupSchedule"), schedule => Assert.Equal("spotify", schedule.Text("database")));
    }

    [Fact]
    public async Task Production_is_in_several_regions_and_protected()
    {
        var deployed = await Deployed.To("prod");

        Assert.Equal(("nam-eur-asia1", "ENTERPRISE_PLUS"), (deployed.Of("spanner/instance").Single().Text("config"), deployed.Of("spanner/instance").Single().Text("edition")));
        Assert.Equal("true", deployed.Config["spotify:protect"]);
        Assert.Equal(3, deployed.Of("cloudfunctionsv2/function").Select(function => function.Text("location")).Distinct().Count());
    }

    [Fact]
    public async Task Audio_is_cached_for_a_year_and_errors_are_not()
    {
        var audio = (await Deployed.To("prod")).Of("compute/backendBucket").Single(bucket => bucket.Name == "audio");

        Assert.Equal(("FORCE_CACHE_ALL", false), (audio.Text("cdnPolicy.cacheMode"), audio.All("cdnPolicy.negativeCaching").Single()));
        Assert.Equal([31536000.0], audio.Numbers("cdnPolicy.defaultTtl"));
    }
}
