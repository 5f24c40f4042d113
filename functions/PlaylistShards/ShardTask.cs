using System.Text.Json;
using System.Text.Json.Serialization;
using Spotify.Domain;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Functions.WeeklyPlaylists;

namespace Spotify.Functions.PlaylistShards;

/// <summary>A task of <c>playlist-shards</c>: to continue the walk over the listeners of a shard. See <see cref="FanOutShard"/>.</summary>
public sealed record ShardTask(string Surface, string Period, string TimeZone, int Shard, DateTimeOffset DueAt)
{
    // Tasks of one shard in the same interval are one task, so that a shard that is started again keeps a single walker.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Returns the task that walks a shard.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="at">The time to run.</param>
    public static TaskRequest Request(FanOutShard shard, DateTimeOffset at)
    {
        var task = new ShardTask(shard.Surface.Id, shard.Period, shard.TimeZone, shard.Shard, shard.DueAt);
        return new TaskRequest(JsonSerializer.SerializeToUtf8Bytes(task, ShardTaskJson.Default.ShardTask))
        {
            Name = SpotifyId.FromName($"{shard.Key} {at.UtcTicks / Interval.Ticks}"),
            NotBefore = at,
        };
    }

    /// <summary>Returns the shard.</summary>
    /// <exception cref="PoisonMessageException">The task is invalid.</exception>
    public FanOutShard ToShard() =>
        FanOutShard.Surfaces.FirstOrDefault(surface => surface.Id == Surface) is { } known
        && Period.Length == 10 && Shard is >= 0 and < ActiveListeners.Shards
            ? new FanOutShard(known, Period, TimeZone, Shard, DueAt)
            : throw new PoisonMessageException("The surface, the period or the shard is invalid.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ShardTask))]
internal sealed partial class ShardTaskJson : JsonSerializerContext;
