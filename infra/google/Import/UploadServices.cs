using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Spotify.Functions.AudioIngest;
using Spotify.Google.Objects;
using Spotify.Hosting;

namespace Spotify.Google.Import;

/// <summary>Registration of the store of the upload bucket.</summary>
public static class UploadServices
{
    /// <summary>
    /// Adds the store of the bucket of <see cref="IngestOptions.UploadBucket"/>, under the key <see cref="UploadIngest.Uploads"/>. The host
    /// starts only if the working directory is writable. Requires <see cref="BucketServices.AddBuckets"/>.
    /// </summary>
    public static IServiceCollection AddUploadBucket(this IServiceCollection services)
    {
        services.AddKeyedSingleton<IObjectStore>(
            UploadIngest.Uploads,
            (provider, _) => provider.OpenBucket(provider.GetRequiredService<IOptions<IngestOptions>>().Value.UploadBucket));
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
