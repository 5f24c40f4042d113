using Spotify.Domain;
using Spotify.Domain.Users;
using Spotify.Functions.Playlists;
using Spotify.Web;

namespace Spotify.Functions.Library;

/// <summary>Saves, removes and looks up items by URI, both items of the library and followed playlists.</summary>
public sealed class UnifiedLibrary(LibraryStore library, PlaylistFollowing playlists)
{
    /// <summary>Saves and follows items. Skips items that do not exist or that the user may not see. Can be repeated.</summary>
    public async Task SaveAsync(User user, IReadOnlyList<LibraryEntry> entries, CancellationToken ct)
    {
        await library.AddAsync(user, Others(entries), ct);
        foreach (var id in Playlists(entries)) await IgnoreNotFoundAsync(() => playlists.FollowAsync(id, user.Id, isPublic: null, ct));
    }

    /// <summary>Removes and unfollows items. Can be repeated.</summary>
    public async Task RemoveAsync(string userId, IReadOnlyList<LibraryEntry> entries, CancellationToken ct)
    {
        await library.RemoveAsync(userId, Others(entries), ct);
        foreach (var id in Playlists(entries)) await IgnoreNotFoundAsync(() => playlists.UnfollowAsync(id, userId, ct));
    }

    /// <summary>Returns whether each item is saved or followed, in order.</summary>
    public async Task<IReadOnlyList<bool>> ContainsAsync(string userId, IReadOnlyList<LibraryEntry> entries, CancellationToken ct)
    {
        var followed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in Playlists(entries))
            await IgnoreNotFoundAsync(async () =>
            {
                if (await playlists.FollowsAsync(id, userId, ct)) followed.Add(id);
            });

        var others = new Queue<bool>(await library.ContainsAsync(userId, Others(entries), ct));
        return [.. entries.Select(entry => entry.Type == EntityType.Playlist ? followed.Contains(entry.Id) : others.Dequeue())];
    }

    private static IEnumerable<string> Playlists(IEnumerable<LibraryEntry> entries) =>
        entries.Where(entry => entry.Type == EntityType.Playlist).Select(entry => entry.Id).Distinct(StringComparer.Ordinal);

    private static List<LibraryEntry> Others(IEnumerable<LibraryEntry> entries) =>
        [.. entries.Where(entry => entry.Type != EntityType.Playlist)];

    private static async Task IgnoreNotFoundAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (ApiException e) when (e.Status == StatusCodes.Status404NotFound)
        {
        }
    }
}
