using System.Text.Json;
using Spotify.Domain.Ports;
using Spotify.Functions.PlaylistGenerator;

namespace Spotify.Functions.WeeklyPlaylists;

/// <summary>
/// A task queue for a fan-out in one process, which runs tasks instead of storing them: <see cref="EnqueueAsync"/> generates the playlists
/// and returns when they are durable. The checkpoints of the walk are therefore correct even if the process is killed.
/// </summary>
/// <param name="services">The services of <c>playlist-generator</c>.</param>
/// <param name="threads">The number of tasks that run at the same time, at least 1.</param>
/// <param name="completed">Receives the numbers of listeners of each task that are done and that have failed, from several threads.</param>
public sealed class DirectTaskQueue(IServiceProvider services, int threads, Action<int, int> completed) : ITaskQueue, IDisposable
{
    private const int Attempts = 3;

    private readonly SemaphoreSlim slots = new(threads);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The queue is another one than that of <c>playlist-generator</c>.</exception>
    public Task EnqueueAsync(Queue queue, IReadOnlyList<TaskRequest> tasks, CancellationToken ct) =>
        queue.Name == PlaylistGeneratorFunction.Definition.Queue!.Name
            ? Task.WhenAll(tasks.Select(task => RunAsync(Parse(task), ct)))
            : throw new ArgumentException($"The tasks of {queue.Name} do not run in this process.", nameof(queue));

    /// <inheritdoc/>
    public void Dispose() => slots.Dispose();

    private static GenerationTask Parse(TaskRequest task) =>
        JsonSerializer.Deserialize(task.Body.Span, GenerationJson.Default.GenerationTask)!;

    private async Task RunAsync(GenerationTask task, CancellationToken ct)
    {
        await slots.WaitAsync(ct);
        try
        {
            var failed = await GenerateAsync(task, ct);
            completed(task.Users.Count - failed, failed);
        }
        finally
        {
            slots.Release();
        }
    }

    // Returns the number of listeners that have failed. They are counted with the batch, and tried again by the next fan-out.
    private async Task<int> GenerateAsync(GenerationTask task, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await services.GetRequiredService<PlaylistGenerationService>().HandleAsync(task, ct);
                return 0;
            }
            catch (GenerationFailedException e)
            {
                if (attempt == Attempts) return e.Listeners;
            }
        }
    }
}
