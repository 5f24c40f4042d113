using Spotify.Domain.Ports;
using Spotify.Player;

namespace Spotify.Functions.PlayerAutoplay;

/// <summary>A service that appends radios to the states of players.</summary>
internal sealed class AutoplayService(IPlayerStates states, AutoplayRadio radio, TimeProvider time)
{
    // The listener's devices may write at the same time. Each conflict is a change of theirs.
    private const int MaxWrites = 8;

    /// <summary>
    /// Handles a task. Does nothing if the listener has moved on, so that a repeated or late task does no harm. If there are no tracks for
    /// a radio, the request is marked as answered. If playback has just ended, the radio begins. The effects are durable when the task
    /// completes.
    /// </summary>
    /// <exception cref="TimeoutException">The state was changed during every attempt. The task must be repeated.</exception>
    public async Task HandleAsync(AutoplayTask task, CancellationToken ct)
    {
        IReadOnlyList<ContextItem>? items = null;
        for (var write = 0; write < MaxWrites; write++)
        {
            var document = await states.ReadAsync(task.UserId, ct);
            if (document is null) return;
            var state = PlayerStateJson.Parse(document.State);
            if (state.Autoplay != AutoplayState.Requested || state.AutoplayUid != task.RequestUid) return;
            items ??= await radio.ItemsAsync(task, state, ct);
            var revision = document.Revision + 1;
            var changed = document with
            {
                Revision = revision,
                State = PlayerStateJson.Serialize(
                    state.WithAutoplay(task.RequestUid, items, time.GetUtcNow(), revision), revision),
                Version = null,
            };
            if (await states.TryWriteAsync(task.UserId, document, changed, ct)) return;
        }

        throw new TimeoutException("The player's state was changed during every attempt to write it.");
    }
}
