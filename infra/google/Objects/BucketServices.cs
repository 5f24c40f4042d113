using System.Diagnostics.Metrics;
using Google.Api.Gax;
using Google.Apis.Auth.OAuth2;
using Google.Cloud.Storage.V1;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;

namespace Spotify.Google.Objects;

/// <summary>Registers <see cref="BucketObjectStore"/>.</summary>
public static class BucketServices
{
    /// <summary>
    /// Adds <see cref="IObjectStore"/> over the buckets of the section <c>Buckets</c>, with the settings of the section <c>Storage</c>: both
    /// are checked, and the first access token fetched, at start. <c>STORAGE_EMULATOR_HOST</c> is honoured.
    /// </summary>
    public static OptionsBuilder<BucketOptions> AddBuckets(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<BucketOptions>, BucketOptionsValidator>();
        services.TryAddSingleton(Connect);
        services.TryAddSingleton<IObjectStore>(provider => Open(provider, BucketMap.BySegment(Options(provider).Buckets)));
        services.AddOpening(async (provider, ct) =>
        {
            if (provider.GetRequiredService<StorageClient>().Service.HttpClientInitializer is ITokenAccess credential) await credential.GetAccessTokenForRequestAsync(cancellationToken: ct);
        });
        return services.AddOptions<BucketOptions>()
            .Configure<IConfiguration>((options, configuration) =>
            {
                configuration.GetSection("Storage").Bind(options);
                options.Buckets = configuration.GetSection("Buckets").GetChildren().ToDictionary(item => item.Key, item => item.Value ?? "", StringComparer.Ordinal);
            })
            .ValidateOnStart();
    }

    /// <summary>A store over one whole bucket, whatever <see cref="BucketOptions.Buckets"/> says.</summary>
    public static BucketObjectStore OpenBucket(this IServiceProvider provider, string bucket) => Open(provider, BucketMap.Whole(bucket));

    private static BucketObjectStore Open(IServiceProvider provider, BucketMap buckets) => new(
        provider.GetRequiredService<StorageClient>(),
        buckets,
        Options(provider),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<IMeterFactory>());

    private static StorageClient Connect(IServiceProvider provider) => StorageRetries.AddTo(
        new StorageClientBuilder { EmulatorDetection = EmulatorDetection.EmulatorOrProduction }.Build(),
        Options(provider),
        provider.GetRequiredService<TimeProvider>(),
        Random.Shared);

    private static BucketOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<BucketOptions>>().Value;
}
