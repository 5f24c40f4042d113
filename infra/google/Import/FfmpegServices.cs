using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;
using Spotify.Ffmpeg;
using Spotify.Hosting;

namespace Spotify.Google.Import;

/// <summary>Registration of <see cref="FfmpegEncoder"/>.</summary>
public static class FfmpegServices
{
    /// <summary>
    /// Adds <see cref="IMediaEncoder"/> with the ffmpeg on PATH. The host starts only if ffmpeg is there and has the required encoders.
    /// Can be called more than once.
    /// </summary>
    public static IServiceCollection AddFfmpeg(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(FfmpegEncoder))) return services;
        services.TryAddSingleton(_ => FfmpegTools.Find() ?? throw new InvalidOperationException(FfmpegTools.HowToInstall));
        return services.AddAdapter<IMediaEncoder, FfmpegEncoder>().AddWarmUp(async (provider, ct) =>
        {
            var tools = provider.GetRequiredService<FfmpegTools>();
            if (await tools.MissingEncoderAsync(ct) is { } missing)
                throw new InvalidOperationException($"{tools.Ffmpeg} was built without the encoder {missing}. {FfmpegTools.HowToInstall}");
        });
    }
}
