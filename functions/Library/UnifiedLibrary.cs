using Spotify.Domain;
using Spotify.Domain.Users;
using Spotify.Functions.Playlists;

namespace Spotify.Functions.Library;

/// <summary>Saves, removes and looks up items by URI, both items of the library and followed playlists.</summary>
public sealed class UnifiedLibrary(LibraryStore library, PlaylistFollowing playlists)
{
    /// <summary>Saves and follows items. Skips items that do not exist or that the user may not see. Can be repeated.</summary>
    public async Task SaveAsync(User user, IReadOnlyList<LibraryEntry> entries, CancellationToken ct)
    {
        await library.AddAsync(user, Others(entries), ct);
        if (Playlists(entries) is { Count: > 0 } followed) await playlists.FollowAllAsync(followed, user.Id, ct);
    }

    /// <summary>Removes and unfollows items. Can be repeated.</summary>
    public async Task RemoveAsync(string userId, IReadOnlyList<LibraryEntry> entries, CancellationToken ct)
    {
        if (Others(entries) is { Count: > 0 } removed) await library.RemoveAsync(userId, removed, ct);
        if (Playlists(entries) is { Count: > 0 } unfollowed) await playlists.UnfollowAllAsync(unfollowed, userId, ct);
    }

    /// <summary>Returns whether each item is saved or followed, in order.</summary>
    public async Task<IReadOnlyList<bool>> ContainsAsync(string userId, IReadOnlyList<LibraryEntry> entries, CancellationToken ct)
    {
        var followed = playlists.FollowedAsync(Playlists(entries), userId, ct);
        var others = new Queue<bool>(await library.ContainsAsync(userId, Others(entries), ct));
        var isFollowed = await followed;
        return [.. entries.Select(entry => entry.Type == EntityType.Playlist ? isFollowed.Contains(entry.Id) : others.Dequeue())];
    }

    private static List<string> Playlists(IEnumerable<LibraryEntry> entries) =>
        [.. entries.Where(entry => entry.Type == EntityType.Playlist).Select(entry => entry.Id).Distinct(StringComparer.Ordinal)];

    private static List<LibraryEntry> Others(IEnumerable<LibraryEntry> entries) =>
        [.. entries.Where(entry => entry.Type != EntityType.Playlist)];
}
