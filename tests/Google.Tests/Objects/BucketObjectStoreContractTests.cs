using Spotify.Contracts;
using Spotify.Domain.Ports;
using Spotify.Google.Objects;
using Spotify.Hosting.Objects;

namespace Spotify.Google.Tests.Objects;

/// <summary>The object-store contract on one bucket with all objects.</summary>
public sealed class WholeBucketTests : ObjectStoreContract, IAsyncLifetime
{
    private readonly StorageFixture fixture = new();
    private BucketObjectStore store = null!;

    protected override IObjectStore Store => store;

    public async Task InitializeAsync()
    {
        await fixture.InitializeAsync();
        store = fixture.Open();
    }

    public Task DisposeAsync() => fixture.DisposeAsync();
}

/// <summary>The object-store contract on buckets by first segment. Names that are adjacent in order are in different buckets.</summary>
public sealed class SegmentBucketsTests : ObjectStoreContract, IAsyncLifetime
{
    private static readonly string[] Segments =
        ["a", "tracks", "models", "..a", "a%2Fb", "日本語", "-rf", "b", "dir", "x", "A", "a!", "a-b", "a.b", "b0", "é", "Ａ", "🎵"];

    private readonly StorageFixture fixture = new();
    private BucketObjectStore store = null!;

    protected override IObjectStore Store => store;

    public async Task InitializeAsync()
    {
        await fixture.InitializeAsync();
        var buckets = Segments.Select((segment, i) => (segment, bucket: $"bucket-{i % 3}"));
        store = fixture.Open(BucketMap.BySegment(buckets.ToDictionary(item => item.segment, item => item.bucket)));
    }

    public Task DisposeAsync() => fixture.DisposeAsync();

    [Fact]
    public async Task Lists_only_objects_that_belong_in_their_bucket()
    {
        fixture.Server.Put("bucket-0", "tracks/elsewhere", [1]);
        fixture.Server.Put("bucket-1", "tracks/here", [1]);
        fixture.Server.Put("bucket-1", "tracks//no-name", [1]);
        fixture.Server.Put("bucket-1", "tracks/folder/", []);
        fixture.Server.Put("bucket-1", "unknown/x", [1]);
        Assert.Equal(["tracks/here"], await NamesAsync(""));
        Assert.Equal(["tracks/here"], await NamesAsync("tr"));
        Assert.Equal(["tracks/here"], await NamesAsync("tracks/"));
    }

    [Fact]
    public async Task Names_the_missing_setting()
    {
        var missing = await Assert.ThrowsAsync<InvalidOperationException>(() => Store.OpenReadAsync("images/a/b.jpg", null, default));
        Assert.Equal("No bucket is configured for 'images/a/b.jpg': set Buckets:images.", missing.Message);
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync("images/a", "x"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.FindAsync("images", default));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.DeleteAsync("images/a", default));
        await Assert.ThrowsAsync<InvalidOperationException>(() => NamesAsync("images/"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => NamesAsync("images"));
        Assert.Empty(fixture.Server.Requests);
    }
}
