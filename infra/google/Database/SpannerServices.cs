using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;

namespace Spotify.Google.Database;

/// <summary>Registers what keeps its rows in Spanner.</summary>
public static class SpannerServices
{
    /// <summary>
    /// Adds <see cref="IDatabase"/> and <see cref="ISearchIndex"/> on the database of <see cref="SpannerOptions"/>, which are checked at
    /// start, when the database is opened as well.
    /// </summary>
    public static IServiceCollection AddSpanner(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<SpannerOptions>, SpannerOptionsValidator>();
        services.AddOptions<SpannerOptions>().BindConfiguration(SpannerOptions.Section)
            .Configure<IConfiguration>((options, configuration) => options.EmulatorHost = configuration[SpannerOptions.EmulatorVariable]).ValidateOnStart();
        services.AddSingleton<SpannerDatabase>();
        services.AddSingleton<IDatabase>(provider => provider.GetRequiredService<SpannerDatabase>());
        services.AddSingleton<ISearchIndex, SpannerSearchIndex>();
        return services.AddOpening((provider, ct) => provider.GetRequiredService<SpannerDatabase>().OpenAsync(ct));
    }
}
