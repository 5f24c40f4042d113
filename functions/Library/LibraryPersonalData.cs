using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.Library;

/// <summary>The personal data in profiles, libraries and resume points. Whoever followed a removed account no longer follows it.</summary>
internal static class LibraryPersonalData
{
    /// <summary>The rows, in the order in which they are erased.</summary>
    public static IReadOnlyList<PersonalRows> All { get; } =
    [
        new("LibraryItems", "UserId")
        {
            PageSize = LibraryStatements.MaxIds,
            Erase = (transaction, userId, rows, _) => LibraryStore.RemoveAsync(transaction, userId, [.. rows.Select(Entry)]),
        },
        new("LibraryCounts", "UserId"),
        new("ResumePoints", "UserId") { PageSize = 2000 },
        new("UserFollowers", "UserId")
        {
            PageSize = 20,
            Erase = async (transaction, userId, rows, _) =>
            {
                foreach (var follower in rows.Select(row => row.String("FollowerId")))
                {
                    await LibraryStore.RemoveAsync(transaction, follower, [new LibraryEntry(EntityType.User, userId)]);
                    transaction.Add(LibraryStore.RemoveFollower(userId, follower));
                }
            },
        },
        new("Users", "UserId"),
    ];

    private static LibraryEntry Entry(Row row) =>
        new(LibraryTypes.All.First(type => SpotifyUri.WireName(type) == row.String("Type")), row.String("ItemId"));
}
