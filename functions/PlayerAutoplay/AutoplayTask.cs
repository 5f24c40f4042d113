using System.Text.Json;
using System.Text.Json.Serialization;
using Spotify.Domain.Ports;
using Spotify.Player;

namespace Spotify.Functions.PlayerAutoplay;

/// <summary>A task of <c>player-autoplay</c>: a radio for a player whose context ends.</summary>
/// <param name="UserId">The listener.</param>
/// <param name="RequestUid">
/// The request, <see cref="PlayerState.AutoplayUid"/>. The task is obsolete once the player has another one or none.
/// </param>
/// <param name="Country">The market, for listeners who have no row yet.</param>
public sealed record AutoplayTask(string UserId, string RequestUid, string Country);

/// <summary>The requests for radios at the end of contexts.</summary>
public sealed class AutoplayQueue(ITaskQueue queue)
{
    /// <summary>
    /// Requests the radio of a state that was written after <see cref="Upcoming.RequestAutoplay"/>. Durable when the task completes, and
    /// safe to repeat.
    /// </summary>
    /// <param name="userId">The listener.</param>
    /// <param name="country">The listener's market.</param>
    /// <param name="state">The state. Does nothing if its radio is not requested.</param>
    /// <param name="ct">Cancels the request.</param>
    public Task RequestAsync(string userId, string country, PlayerState state, CancellationToken ct)
    {
        if (state is not { Autoplay: AutoplayState.Requested, AutoplayUid: { } request }) return Task.CompletedTask;
        var task = new AutoplayTask(userId, request, country);
        var body = JsonSerializer.SerializeToUtf8Bytes(task, AutoplayTaskJson.Default.AutoplayTask);
        return queue.EnqueueAsync(PlayerAutoplayFunction.Tasks, [new TaskRequest(body)], ct);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AutoplayTask))]
internal sealed partial class AutoplayTaskJson : JsonSerializerContext;
