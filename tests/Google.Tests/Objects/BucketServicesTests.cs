using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Spotify.Google.Objects;
using Spotify.Hosting.Objects;

namespace Spotify.Google.Tests.Objects;

public sealed class BucketServicesTests
{
    [Fact]
    public async Task Opens_the_configured_buckets()
    {
        await using var server = await StorageServer.StartAsync();
        using var host = Host(
            ("Buckets:tracks", "audio"),
            ("Buckets:episodes", "audio"),
            ("Buckets:images", "pictures"),
            ("Storage:Deadline", "00:00:20"),
            ("STORAGE_EMULATOR_HOST", $"{server.Address}storage/v1/"));
        await host.StartAsync();
        var store = host.Services.GetRequiredService<IObjectStore>();
        await store.WriteAsync("episodes/a", new MemoryStream([1]), new WriteOptions("audio/ogg"), default);
        await store.WriteAsync("images/a", new MemoryStream([2]), new WriteOptions("image/jpeg"), default);
        var uploads = host.Services.OpenBucket("uploads");
        await uploads.WriteAsync("My Music/a.flac", new MemoryStream([3]), new WriteOptions("audio/flac"), default);
        Assert.Equal([1], server.Find("audio", "episodes/a")!.Value.Content);
        Assert.Equal([2], server.Find("pictures", "images/a")!.Value.Content);
        Assert.Equal([3], server.Find("uploads", "My Music/a.flac")!.Value.Content);
        Assert.Equal(TimeSpan.FromSeconds(20), host.Services.GetRequiredService<IOptions<BucketOptions>>().Value.Deadline);
        await host.StopAsync();
    }

    [Theory]
    [InlineData("Buckets", "Other:a", "b")]
    [InlineData("Buckets:tracks", "Buckets:tracks", "")]
    [InlineData("Buckets:tracks", "Buckets:tracks", "Not A Bucket")]
    [InlineData("Buckets:dead-letters", "Buckets:dead-letters", "-x-")]
    [InlineData("Storage:Deadline", "Storage:Deadline", "00:00:00")]
    [InlineData("Storage:Deadline", "Storage:Deadline", "01:00:00")]
    [InlineData("Storage:MaxTries", "Storage:MaxTries", "0")]
    [InlineData("Storage:MinBackoff", "Storage:MinBackoff", "-00:00:01")]
    [InlineData("Storage:MinBackoff", "Storage:MinBackoff", "00:01:00")]
    [InlineData("Storage:ChunkBytes", "Storage:ChunkBytes", "1000")]
    [InlineData("Storage:BufferedBytes", "Storage:BufferedBytes", "-1")]
    public async Task Does_not_start_with_an_invalid_setting_and_names_it(string setting, string key, string value)
    {
        var emulator = ("STORAGE_EMULATOR_HOST", "127.0.0.1:1");
        using var host = setting.StartsWith("Storage", StringComparison.Ordinal)
            ? Host((key, value), emulator, ("Buckets:tracks", "audio"))
            : Host((key, value), emulator);
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.StartsWith(setting + " ", Assert.Single(failure.Failures));
    }

    [Fact]
    public async Task Does_not_start_without_the_buckets_of_all_segments()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Buckets:tracks"] = "audio", ["STORAGE_EMULATOR_HOST"] = "127.0.0.1:1",
        });
        builder.Services.AddBuckets("tracks").AddBuckets("images", "deadletters");
        using var host = builder.Build();
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Collection(
            failure.Failures,
            problem => Assert.StartsWith("Buckets:images is missing", problem),
            problem => Assert.StartsWith("Buckets:deadletters is missing", problem));
    }

    private static IHost Host(params (string Key, string Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Services.AddBuckets();
        return builder.Build();
    }
}
