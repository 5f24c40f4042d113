using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;
using Spotify.Hosting;
using Spotify.Hosting.Database;

namespace Spotify.Google.Database;

/// <summary>Registration of <see cref="SpannerDatabase"/> and <see cref="SpannerSearchIndex"/>.</summary>
public static class SpannerServices
{
    /// <summary>
    /// Adds <see cref="IDatabase"/> and <see cref="ISearchIndex"/> with <see cref="SpannerOptions"/>. Can be called more than once.
    /// </summary>
    public static IServiceCollection AddSpanner(this IServiceCollection services)
    {
        services.TryAddSingleton<Credentials>();
        services.TryAddSingleton<ISearchIndex, SpannerSearchIndex>();
        return services
            .AddAdapterOptions<SpannerOptions, SpannerOptionsValidator>(
                SpannerOptions.Section,
                (options, configuration) => options.EmulatorHost = configuration[SpannerOptions.EmulatorVariable])
            .AddAdapter<IDatabase, SpannerDatabase>((database, ct) => database.OpenAsync(ct));
    }
}
