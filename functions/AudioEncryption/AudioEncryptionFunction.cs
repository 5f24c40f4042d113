using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;
using Spotify.Web.Functions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.AudioEncryption;

/// <summary>The function <c>audio-encryption</c>.</summary>
public static class AudioEncryptionFunction
{
    /// <summary>The queue of <see cref="EncryptionTask"/>s, which <see cref="AudioEncryptionQueue"/> adds.</summary>
    // The 400 tasks at a time are those of 50 instances with 8 each (pulumi/Sizes.cs). Listeners wait for the first attempts; later ones
    // outlast an outage of Cloud KMS or of the bucket.
    public static readonly Queue Tasks = new("audio-encryption", "/tasks/audio-encryption")
    {
        MaxDispatchesPerSecond = 500,
        MaxConcurrentDispatches = 400,
        MaxAttempts = 15,
        MinBackoff = TimeSpan.FromSeconds(2),
        MaxBackoff = TimeSpan.FromMinutes(5),
        Deadline = TimeSpan.FromMinutes(5),
    };

    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("audio-encryption", Caller.Tasks)
    {
        AddServices = services =>
        {
            services.TryAddSingleton(TimeProvider.System);
            services.TryAddSingleton<AudioEncryptor>();
        },
        MapRoutes = routes => routes
            .MapTask(
                Tasks,
                EncryptionTaskJson.Default.EncryptionTask,
                (AudioEncryptor encryptor, EncryptionTask task, CancellationToken ct) => encryptor.HandleAsync(task, ct))
            .WithName("audio-encryption").WithSummary("Encrypt an encoding of a track for devices"),
        Uses = new Resources
        {
            Database = Access.Write,
            Objects = { ["chapters"] = Access.Write, ["episodes"] = Access.Write, ["tracks"] = Access.Write },
            MasterKeys = true,
        },
        Queue = Tasks,
        Timeout = Tasks.Deadline,
    };

    /// <summary>Registers <see cref="AudioEncryptionQueue"/>, for functions that enqueue <see cref="Tasks"/>.</summary>
    public static IServiceCollection AddAudioEncryptionQueue(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<AudioEncryptionQueue>();
        return services;
    }
}
