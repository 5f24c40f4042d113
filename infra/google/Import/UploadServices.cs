using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Spotify.Functions.Ingest;
using Spotify.Google.Objects;

namespace Spotify.Google.Import;

/// <summary>Registers <see cref="UploadIngest"/>.</summary>
public static class UploadServices
{
    /// <summary>What the store of the upload bucket is registered by.</summary>
    public const string Uploads = "uploads";

    /// <summary>
    /// Adds <see cref="UploadIngest"/> with the settings of the section <c>Ingest</c>, and the buckets that it reads and writes. All is
    /// checked at start, that the root can be written to as well. It needs an <see cref="IDatabase"/> and an <see cref="IMediaEncoder"/>.
    /// </summary>
    public static IServiceCollection AddUploads(this IServiceCollection services)
    {
        services.AddBuckets().Validate(
            options => options.Buckets.ContainsKey("tracks") && options.Buckets.ContainsKey("images"),
            "Buckets:tracks and Buckets:images are wanted: the buckets that audio and covers are written to.");
        services.AddSingleton<IValidateOptions<IngestOptions>, IngestOptionsValidator>();
        services.AddOptions<IngestOptions>().BindConfiguration(IngestOptionsValidator.Section).ValidateOnStart();
        services.AddKeyedSingleton<IObjectStore>(Uploads, (provider, _) => provider.OpenBucket(provider.GetRequiredService<IOptions<IngestOptions>>().Value.UploadBucket));
        services.AddSingleton(provider => new UploadIngest(
            provider.GetRequiredKeyedService<IObjectStore>(Uploads),
            provider.GetRequiredService<IDatabase>(),
            provider.GetRequiredService<IObjectStore>(),
            provider.GetRequiredService<IMediaEncoder>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IOptions<IngestOptions>>(),
            provider.GetRequiredService<ILogger<UploadIngest>>()));
        return services.AddOpening(provider =>
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
            throw new InvalidOperationException($"{IngestOptionsValidator.Section}:{nameof(IngestOptions.Root)}, {root}, cannot be written to: {e.Message}", e);
        }
    }
}
