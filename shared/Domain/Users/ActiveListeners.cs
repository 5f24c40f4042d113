using System.Security.Cryptography;
using System.Text;
using Spotify.Domain.Data;

namespace Spotify.Domain.Users;

/// <summary>The table <c>ActiveListeners</c>: listeners who were active in the last 30 days, by time zone and shard.</summary>
public static class ActiveListeners
{
    /// <summary>The number of shards of a time zone. Changing it requires new values of all rows.</summary>
    public const int Shards = 64;

    /// <summary>The age of the last activity from which a listener is inactive.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromDays(30);

    /// <summary>The age from which <c>ActiveAt</c> is written again.</summary>
    public static TimeSpan Precision { get; } = TimeSpan.FromDays(1);

    /// <summary>The table.</summary>
    public static Table Table { get; } = Schema.Current.Table("ActiveListeners");

    /// <summary>Returns the shard of a listener, 0 to <see cref="Shards"/> - 1.</summary>
    public static int ShardOf(string userId) => SHA256.HashData(Encoding.UTF8.GetBytes(userId))[0] % Shards;

    /// <summary>Returns the mutation that records activity.</summary>
    /// <param name="userId">The user, who must have a row in <c>Users</c>.</param>
    /// <param name="timeZone">The id of the user's time zone, <see cref="TimeZones.IdOf"/>.</param>
    /// <param name="at">The time of the activity.</param>
    public static Mutation Upsert(string userId, string timeZone, DateTimeOffset at) => Mutation.Upsert(
        Table, ("UserId", userId), ("TimeZone", timeZone), ("Shard", (long)ShardOf(userId)), ("ActiveAt", Instant.Truncate(at)));
}
