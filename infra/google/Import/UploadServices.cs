using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Spotify.Functions.Ingest;
using Spotify.Google.Objects;
using Spotify.Hosting;

namespace Spotify.Google.Import;

/// <summary>Registers <see cref="UploadIngest"/>.</summary>
public static class UploadServices
{
    /// <summary>The key of the store of the upload bucket.</summary>
    public const string Uploads = "uploads";

    /// <summary>
    /// Adds <see cref="UploadIngest"/> with <see cref="IngestOptions"/>, and the buckets that it reads and writes. The host starts only
    /// if the working directory is writable. Requires <see cref="IDatabase"/> and <see cref="IMediaEncoder"/>. Can be called more than
    /// once.
    /// </summary>
    public static IServiceCollection AddUploads(this IServiceCollection services)
    {
        services.AddBuckets("tracks", "images");
        if (services.Any(service => service.ServiceType == typeof(UploadIngest))) return services;
        services.AddAdapterOptions<IngestOptions, IngestOptionsValidator>(IngestOptionsValidator.Section);
        services.AddKeyedSingleton<IObjectStore>(
            Uploads, (provider, _) => provider.OpenBucket(provider.GetRequiredService<IOptions<IngestOptions>>().Value.UploadBucket));
        services.AddSingleton(provider => new UploadIngest(
            provider.GetRequiredKeyedService<IObjectStore>(Uploads),
            provider.GetRequiredService<IDatabase>(),
            provider.GetRequiredService<IObjectStore>(),
            provider.GetRequiredService<IMediaEncoder>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IOptions<IngestOptions>>(),
            provider.GetRequiredService<ILogger<UploadIngest>>()));
        return services.AddWarmUp((provider, _) =>
        {
            CheckRoot(provider.GetRequiredService<IOptions<IngestOptions>>().Value.Root);
            return Task.CompletedTask;
        });
    }

    private static void CheckRoot(string root)
    {
        try
        {
            Directory.CreateDirectory(root);
            using var probe = File.Create(Path.Combine(root, $".{Guid.NewGuid():n}"), 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"{IngestOptionsValidator.Section}:{nameof(IngestOptions.Root)}, {root}, is not writable: {e.Message}", e);
        }
    }
}
