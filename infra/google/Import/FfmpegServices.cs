using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;
using Spotify.Ffmpeg;
using Spotify.Functions.Ingest;

namespace Spotify.Google.Import;

/// <summary>Registers <see cref="FfmpegEncoder"/>.</summary>
public static class FfmpegServices
{
    /// <summary>Adds <see cref="IMediaEncoder"/> over the ffmpeg on PATH. An instance does not start without it, or without an encoder that it needs.</summary>
    public static IServiceCollection AddFfmpeg(this IServiceCollection services)
    {
        services.TryAddSingleton(_ => FfmpegTools.Find() ?? throw new InvalidOperationException(FfmpegTools.HowToInstall));
        services.TryAddSingleton<IMediaEncoder>(provider => new FfmpegEncoder(provider.GetRequiredService<FfmpegTools>()));
        return services.AddOpening(async (provider, ct) =>
        {
            var tools = provider.GetRequiredService<FfmpegTools>();
            if (await tools.MissingEncoderAsync(ct) is { } missing) throw new InvalidOperationException($"{tools.Ffmpeg} was built without the encoder {missing}. {FfmpegTools.HowToInstall}");
        });
    }
}
