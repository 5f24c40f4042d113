using System.Diagnostics.Metrics;
using Google.Cloud.Storage.V1;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Spotify.Hosting;
using Spotify.Hosting.Objects;

namespace Spotify.Google.Objects;

/// <summary>Registration of <see cref="BucketObjectStore"/>.</summary>
public static class BucketServices
{
    /// <summary>
    /// Adds <see cref="IObjectStore"/> with <see cref="BucketOptions"/>. Can be called more than once; the segments add up.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="segments">
    /// The first segments of the names of the objects that the function uses. The host starts only if each has a bucket.
    /// </param>
    public static IServiceCollection AddBuckets(this IServiceCollection services, params IEnumerable<string> segments)
    {
        services.TryAddSingleton<Credentials>();
        services.TryAddSingleton(Connect);
        services
            .AddAdapterOptions<BucketOptions, BucketOptionsValidator>(BucketOptions.Section, (options, configuration) =>
            {
                options.EmulatorHost = configuration[BucketOptions.EmulatorVariable];
                options.Buckets = configuration.GetSection(BucketOptions.BucketsSection).GetChildren()
                    .ToDictionary(item => item.Key, item => item.Value ?? "", StringComparer.Ordinal);
            })
            .AddAdapter<IObjectStore, BucketObjectStore>(
                (store, ct) => store.OpenAsync(ct),
                provider => Open(provider, BucketMap.BySegment(Options(provider).Buckets)));
        var buckets = services.AddOptions<BucketOptions>();
        foreach (var segment in segments)
        {
            buckets.Validate(
                options => options.Buckets.ContainsKey(segment),
                $"{BucketOptions.BucketsSection}:{segment} is missing: the bucket of the objects whose names start with {segment}/.");
        }

        return services;
    }

    /// <summary>Opens a store whose objects are all in one bucket. Ignores <see cref="BucketOptions.Buckets"/>.</summary>
    public static BucketObjectStore OpenBucket(this IServiceProvider provider, string bucket) => Open(provider, BucketMap.Whole(bucket));

    private static BucketObjectStore Open(IServiceProvider provider, BucketMap buckets) => new(
        provider.GetRequiredService<StorageClient>(),
        buckets,
        Options(provider),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<IMeterFactory>());

    private static StorageClient Connect(IServiceProvider provider)
    {
        var options = Options(provider);
        var builder = new StorageClientBuilder { GoogleCredential = provider.GetRequiredService<Credentials>().For(options.EmulatorHost) };
        if (options.EmulatorHost is { Length: > 0 } emulator)
        {
            builder.BaseUri = emulator.Contains("://") ? emulator : "http://" + emulator;
            builder.UnauthenticatedAccess = true;
        }

        return StorageRetries.AddTo(builder.Build(), options, provider.GetRequiredService<TimeProvider>(), Random.Shared);
    }

    private static BucketOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<BucketOptions>>().Value;
}
