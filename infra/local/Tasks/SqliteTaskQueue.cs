using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Local.Database;
using Spotify.Local.Queues;

namespace Spotify.Local.Tasks;

/// <summary>The task queues of one machine. Tasks wait in a <see cref="QueueFile"/>. <see cref="TaskPump"/> dispatches them.</summary>
public sealed class SqliteTaskQueue(QueueFile file, TimeProvider time) : ITaskQueue
{
    /// <inheritdoc/>
    public async Task EnqueueAsync(Queue queue, IReadOnlyList<TaskRequest> tasks, CancellationToken ct)
    {
        TaskRules.Check(queue, tasks, time.GetUtcNow());
        ct.ThrowIfCancellationRequested();
        if (tasks.Count == 0) return;
        await file.WriteAsync(
            session =>
            {
                var now = time.GetUtcNow();
                session.Execute("DELETE FROM TaskNames WHERE ForgetAt <= @now", new Parameters { { "now", now } });
                foreach (var task in tasks)
                {
                    if (task.Name is not null && !IsNew(session, queue, task.Name)) continue;
                    session.Add(
                        new Message(task.Body) { Id = task.Name ?? Deliveries.NewId(now) },
                        Deliveries.ConsumerOf(queue),
                        now,
                        task.NotBefore > now ? task.NotBefore.Value : now);
                }

                return true;
            },
            ct);
        file.Wake(Deliveries.ConsumerOf(queue));
    }

    private static bool IsNew(SqliteSession session, Queue queue, string name) =>
        session.Execute(
            "INSERT INTO TaskNames (Queue, Name) VALUES (@queue, @name) ON CONFLICT DO NOTHING",
            new Parameters { { "queue", queue.Name }, { "name", name } }) > 0;
}
