using Spotify.Domain.Data;

namespace Spotify.Cloud.Tests;

/// <summary>The database and the buckets.</summary>
public sealed class DataTests
{
    public static TheoryData<string> Everywhere => Deployed.Everywhere;

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task The_database_schema_is_that_of_the_numbered_files(string stack)
    {
        var database = (await Deployed.To(stack)).Of("spanner/database").Single();

        Assert.Equal(Schema.Current.Files.SelectMany(file => file.Statements).Select(statement => statement.Sql), database.Texts("ddls"));
        Assert.Equal("7d", database.Text("versionRetentionPeriod"));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Data_is_protected_from_deletion_if_the_stack_requires_it(string stack)
    {
        var deployed = await Deployed.To(stack);
        var isProtected = bool.Parse(deployed.Config["spotify:protect"]);

        var database = deployed.Of("spanner/database").Single();
        Assert.Equal(isProtected, (bool)database.Inputs["deletionProtection"]);
        Assert.Equal(isProtected, (bool)database.Inputs["enableDropProtection"]);
        Assert.All(deployed.Of("storage/bucket").Where(bucket => bucket.Name is not ("sources" or "player")), bucket =>
        {
            Assert.Equal(!isProtected, (bool)bucket.Inputs["forceDestroy"]);
            Assert.NotNull(bucket.Text("encryption.defaultKmsKeyName"));
        });
        Assert.Equal(2, deployed.Of("spanner/backupSchedule").Count());
    }

    [Fact]
    public async Task After_a_restore_functions_may_use_the_restored_database_and_the_original_is_unchanged()
    {
        var deployed = await Deployed.To("prod+restored");

        Assert.Equal(["restored"], deployed.Of("spanner/databaseIAMMember").Select(grant => grant.Text("database")).Distinct());
        var names = deployed.Of("cloudrunv2/service")
            .Select(function => function.Environment().GetValueOrDefault("Spanner__Database"))
            .OfType<string>()
            .Distinct();
        Assert.Equal([$"projects/{deployed.Project}/instances/spotify/databases/restored"], names);
        Assert.Equal("spotify", deployed.Of("spanner/database").Single().Text("name"));
        Assert.All(deployed.Of("spanner/backupSchedule"), schedule => Assert.Equal("spotify", schedule.Text("database")));
    }

    [Fact]
    public async Task Production_is_protected_and_spans_several_regions()
    {
        var deployed = await Deployed.To("prod");

        var instance = deployed.Of("spanner/instance").Single();
        Assert.Equal(("nam-eur-asia1", "ENTERPRISE_PLUS"), (instance.Text("config"), instance.Text("edition")));
        Assert.Equal("true", deployed.Config["spotify:protect"]);
        Assert.Equal(3, deployed.Of("cloudrunv2/service").Select(function => function.Text("location")).Distinct().Count());
    }

    [Fact]
    public async Task Audio_is_cached_for_a_year_but_errors_are_not_cached()
    {
        var audio = (await Deployed.To("prod")).Of("compute/backendBucket").Single(bucket => bucket.Name == "audio");

        Assert.Equal(("FORCE_CACHE_ALL", false), (audio.Text("cdnPolicy.cacheMode"), audio.All("cdnPolicy.negativeCaching").Single()));
        Assert.Equal([31536000.0], audio.Numbers("cdnPolicy.defaultTtl"));
    }
}
