using Spotify.Domain;
using Spotify.Domain.Users;
using Spotify.Events;
using Spotify.Functions.Playlists;

namespace Spotify.Functions.Library;

/// <summary>
/// Saves, removes and looks up items, both items of the library and followed playlists, and publishes the changes. A request is answered
/// after its changes are published; a client that got an error repeats it, which publishes them again.
/// </summary>
public sealed class UnifiedLibrary(
    LibraryStore library, PlaylistFollowing playlists, LibraryChangePublisher changes, TimeProvider time)
{
    /// <summary>Saves and follows items. Skips items that do not exist or that the user may not see. Can be repeated.</summary>
    /// <exception cref="TimeoutException">The changes could not be published.</exception>
    public async Task SaveAsync(User user, IReadOnlyList<LibraryEntry> entries, CancellationToken ct)
    {
        var saved = await library.AddAsync(user, Others(entries), ct);
        var followed = Playlists(entries) is { Count: > 0 } ids ? await playlists.FollowAllAsync(ids, user.Id, ct) : [];
        await changes.PublishAsync(
            user.Id,
            [
                .. Published(saved).Select(entry => LibraryChange.Save(entry.Uri, entry.AddedAt)),
                .. followed.Select(playlist => LibraryChange.Save(playlist.Uri, playlist.FollowedAt)),
            ],
            ct);
    }

    /// <summary>
    /// Removes and unfollows items. Can be repeated. The changes are published first, because their ids depend on the times of the items,
    /// which are gone afterwards.
    /// </summary>
    /// <exception cref="TimeoutException">The changes could not be published. Nothing was removed.</exception>
    public async Task RemoveAsync(string userId, IReadOnlyList<LibraryEntry> entries, CancellationToken ct)
    {
        var (removed, unfollowed) = (Others(entries), Playlists(entries));
        var followed = playlists.FollowedAsync(unfollowed, userId, ct);
        var saved = removed.Count > 0 ? await library.SavedAsync(userId, removed, ct) : [];
        var now = time.GetUtcNow();
        await changes.PublishAsync(
            userId,
            [
                .. Published(saved).Select(entry => LibraryChange.Remove(entry.Uri, entry.AddedAt, now)),
                .. (await followed).Select(playlist => LibraryChange.Remove(playlist.Uri, playlist.FollowedAt, now)),
            ],
            ct);
        if (removed.Count > 0) await library.RemoveAsync(userId, removed, ct);
        if (unfollowed.Count > 0) await playlists.UnfollowAllAsync(unfollowed, userId, ct);
    }

    /// <summary>Returns whether each item is saved or followed, in order.</summary>
    public async Task<IReadOnlyList<bool>> ContainsAsync(string userId, IReadOnlyList<LibraryEntry> entries, CancellationToken ct)
    {
        var followed = playlists.VisibleFollowedAsync(Playlists(entries), userId, ct);
        var others = new Queue<bool>(await library.ContainsAsync(userId, Others(entries), ct));
        var isFollowed = await followed;
        return [.. entries.Select(entry => entry.Type == EntityType.Playlist ? isFollowed.Contains(entry.Id) : others.Dequeue())];
    }

    private static List<string> Playlists(IEnumerable<LibraryEntry> entries) =>
        [.. entries.Where(entry => entry.Type == EntityType.Playlist).Select(entry => entry.Id).Distinct(StringComparer.Ordinal)];

    private static List<LibraryEntry> Others(IEnumerable<LibraryEntry> entries) =>
        [.. entries.Where(entry => entry.Type != EntityType.Playlist)];

    // Who follows whom is not about music, and the warehouse has no user ids.
    private static IEnumerable<(SpotifyUri Uri, DateTimeOffset AddedAt)> Published(IEnumerable<LibraryEntry> entries) => entries
        .Where(entry => entry.Type != EntityType.User)
        .Select(entry => (new SpotifyUri(entry.Type, entry.Id), entry.AddedAt!.Value));
}
