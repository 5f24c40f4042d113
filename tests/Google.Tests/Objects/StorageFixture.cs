using System.Diagnostics.Metrics;
using Google.Cloud.Storage.V1;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Fixtures;
using Spotify.Google.Objects;
using Spotify.Hosting.Objects;

namespace Spotify.Google.Tests.Objects;

/// <summary>A storage server, and stores on it that do not wait between tries.</summary>
public sealed class StorageFixture : IAsyncLifetime
{
    public const string Bucket = "audio-bucket";

    private readonly List<StorageClient> clients = [];
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public StorageServer Server { get; private set; } = null!;

    /// <summary>The clock, which tests advance.</summary>
    public ManualTimeProvider Time { get; } = new();

    public IMeterFactory Meters => services.GetRequiredService<IMeterFactory>();

    public async Task InitializeAsync() => Server = await StorageServer.StartAsync();

    public async Task DisposeAsync()
    {
        foreach (var client in clients) client.Dispose();
        await services.DisposeAsync();
        await Server.DisposeAsync();
    }

    public BucketObjectStore Open(BucketMap? buckets = null, Action<BucketOptions>? configure = null)
    {
        var options = new BucketOptions
        {
            MinBackoff = TimeSpan.Zero, MaxBackoff = TimeSpan.Zero, ChunkBytes = BucketOptions.ChunkUnit, BufferedBytes = 64 * 1024,
        };
        configure?.Invoke(options);
        var client = new StorageClientBuilder { BaseUri = $"{Server.Address}storage/v1/", UnauthenticatedAccess = true }.Build();
        clients.Add(client);
        StorageRetries.AddTo(client, options, Time, new Random(1));
        return new BucketObjectStore(client, buckets ?? BucketMap.Whole(Bucket), options, Time, Meters);
    }
}
