using Spotify.Domain;
using Spotify.Domain.Data;

namespace Spotify.Catalog;

/// <summary>
/// The numbers of followers of artists, playlists and users. Each is a sum over shards. A follower is always counted in the same shard, so
/// the transaction that adds or removes a follower changes one shard only.
/// </summary>
public static class FollowerCounts
{
    private const int Shards = 16;

    private static readonly Table Table = Schema.Current.Table("FollowerCounts");

    /// <summary>Returns the shard in which a user is counted as a follower.</summary>
    public static long Shard(string userId)
    {
        // FNV-1a, because string.GetHashCode differs between processes.
        var hash = 2166136261u;
        foreach (var character in userId) hash = unchecked((hash ^ character) * 16777619u);
        return hash % Shards;
    }

    /// <summary>Returns the SQL expression for the number of followers.</summary>
    /// <param name="type">The type that is followed.</param>
    /// <param name="id">The SQL expression for the id.</param>
    public static string SumSql(EntityType type, string id) => $"""
        COALESCE((
          SELECT SUM(FollowerCounts.Followers) FROM FollowerCounts
          WHERE FollowerCounts.Type = '{SpotifyUri.WireName(type)}' AND FollowerCounts.TargetId = {id}), 0)
        """;

    /// <summary>Returns the mutation that sets the number of followers in one shard.</summary>
    public static Mutation Write(EntityType type, string id, long shard, long followers) => Mutation.Upsert(
        Table, ("Type", SpotifyUri.WireName(type)), ("TargetId", id), ("Shard", shard), ("Followers", followers));

    /// <summary>Returns the mutation that deletes the number of followers.</summary>
    public static Mutation Remove(EntityType type, string id) => Mutation.Delete(Table, new Key(SpotifyUri.WireName(type), id));
}
