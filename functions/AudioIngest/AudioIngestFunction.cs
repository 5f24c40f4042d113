using Spotify.Domain.Ports;
using Spotify.Web.Functions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.AudioIngest;

/// <summary>The function <c>audio-ingest</c>.</summary>
public static class AudioIngestFunction
{
    // The delays are long, because the upload of an instance that stopped can only be imported after its lease has expired.
    private static readonly Queue Tasks = new("audio-ingest", "/tasks/audio-ingest")
    {
        MaxDispatchesPerSecond = 10,
        MaxConcurrentDispatches = 50,
        MaxAttempts = 20,
        MinBackoff = TimeSpan.FromSeconds(30),
        MaxBackoff = TimeSpan.FromMinutes(30),
        // The maximum of Cloud Tasks.
        Deadline = TimeSpan.FromMinutes(30),
    };

    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("audio-ingest", Caller.Tasks)
    {
        AddServices = services => services.AddAudioIngest(),
        MapRoutes = routes => routes
            .MapTask(
                Tasks,
                UploadTaskJson.Default.UploadTask,
                (UploadIngest ingest, UploadTask task, CancellationToken ct) => ingest.HandleAsync(task, ct))
            .WithName("audio-ingest").WithSummary("Import an upload, or encode another quality of its track"),
        Uses = new Resources
        {
            Database = Access.Write,
            Objects = { ["images"] = Access.Write, ["tracks"] = Access.Write },
            Uploads = Access.Read,
            Enqueues = [Tasks],
            MediaEncoder = true,
        },
        Queue = Tasks,
        Timeout = Tasks.Deadline,
    };
}
