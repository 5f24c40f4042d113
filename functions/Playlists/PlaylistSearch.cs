using System.Numerics;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Search;

namespace Spotify.Functions.Playlists;

/// <summary>The search documents of public playlists, whose popularity follows from the number of followers.</summary>
internal static class PlaylistSearch
{
    /// <summary>The maximum number of playlists in a call.</summary>
    public const int MaxPlaylists = 40;

    private static readonly Statement FollowersOf = new(
        $"""
        SELECT TargetId, SUM(Followers) AS Followers FROM FollowerCounts
        WHERE Type = 'playlist' AND TargetId IN ({Statement.List("id", MaxPlaylists)}) GROUP BY TargetId
        """,
        [.. Statement.ListParameters("id", MaxPlaylists, ColumnType.String)]);

    /// <summary>
    /// Returns whether a change of the number of followers in one shard updates the search document: whether it crosses a power of two.
    /// The document of a playlist with thirty million followers is then written a few hundred times in all, and its popularity, which is
    /// logarithmic, is off by at most one doubling.
    /// </summary>
    public static bool IsUpdatedBy(long before, long after) => BitOperations.IsPow2(Math.Max(before, after));

    /// <summary>Returns the numbers of followers of playlists; playlists that never had one are missing.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="ids">1 to <see cref="MaxPlaylists"/> ids.</param>
    public static async Task<Dictionary<string, long>> FollowersAsync(ITransaction transaction, params IReadOnlyList<string> ids) =>
        await transaction.QueryAsync(FollowersOf, new Parameters().AddList("id", ids, MaxPlaylists))
            .ToDictionaryAsync(row => row.String("TargetId"), row => row.Int64("Followers"), StringComparer.Ordinal);

    /// <summary>Returns the searchable texts and properties of a public playlist.</summary>
    public static SearchEntry Entry(string id, string name, long followers) =>
        new(EntityType.Playlist, id, name, (int)Math.Min(100, 10 * Math.Log2(1 + followers)), MarketSet.Everywhere);

    /// <summary>Returns the mutation that writes the document of a public playlist.</summary>
    public static Mutation Write(string id, string name, long followers) => SearchEntries.Write(Entry(id, name, followers));

    /// <summary>Returns the mutation that removes the document of a playlist.</summary>
    public static Mutation Remove(string id) => SearchEntries.Delete(EntityType.Playlist, id);
}
