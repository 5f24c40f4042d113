using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Spotify.Functions.AudioIngest;

/// <summary>Registration of the import of uploads.</summary>
public static class IngestServices
{
    /// <summary>
    /// Registers <see cref="UploadIngest"/>, with its options from the section <c>Ingest</c>. Requires the database, the object store, the
    /// encoder, the task queue, and the store of the upload bucket under the key <see cref="UploadIngest.Uploads"/>.
    /// </summary>
    public static IServiceCollection AddAudioIngest(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<IngestOptions>, IngestOptionsValidator>());
        services.AddOptions<IngestOptions>().BindConfiguration(IngestOptionsValidator.Section).ValidateOnStart();
        services.TryAddSingleton<UploadIngest>();
        return services;
    }
}
