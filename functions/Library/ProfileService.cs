using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.Wire;

namespace Spotify.Functions.Library;

/// <summary>Users, as they see themselves and as others see them.</summary>
public sealed class ProfileService(IDatabase database, LibraryStore library, TimeProvider time)
{
    /// <summary>The user's own profile. A user who is new here gets a row.</summary>
    public async Task<PrivateUserObject> OwnAsync(CurrentUser current, ApiLinks links, CancellationToken ct)
    {
        var user = await FindAsync(current.Id, ct) ?? await AddAsync(current, ct);
        var shown = await PublicAsync(user, links, ct);
        return new PrivateUserObject(
            SpotifyId.FromName("account:" + user.Id),
            user.Country,
            user.DisplayName,
            user.Email,
            new ExplicitContentSettingsObject(user.ExplicitFilter, user.ExplicitFilterLocked),
            shown.ExternalUrls,
            shown.Followers,
            shown.Href,
            user.Id,
            shown.Images,
            user.Product == Product.Free ? "free" : "premium",
            shown.Type,
            shown.Uri);
    }

    /// <summary>A user's profile as anybody may see it.</summary>
    /// <exception cref="ApiException">404: there is no such user.</exception>
    public async Task<PublicUserObject> PublicAsync(string userId, ApiLinks links, CancellationToken ct) =>
        await PublicAsync(await FindAsync(userId, ct) ?? throw ApiException.NotFound(), links, ct);

    private async Task<PublicUserObject> PublicAsync(User user, ApiLinks links, CancellationToken ct) => new(
        user.DisplayName,
        new ExternalUrlObject(links.Page(EntityType.User, user.Id)),
        new FollowersObject(null, await library.FollowersAsync(user.Id, ct)),
        links.Href(EntityType.User, user.Id),
        user.Id,
        CatalogWire.Images(user.ImageId, links),
        "user",
        CatalogWire.Uri(EntityType.User, user.Id));

    private async Task<User?> FindAsync(string userId, CancellationToken ct) =>
        await database.ReadAsync(User.Table, new Key(userId), ct) is { } row ? User.FromRow(row) : null;

    private async Task<User> AddAsync(CurrentUser current, CancellationToken ct)
    {
        var user = current.ToNewUser(time.GetUtcNow());
        try
        {
            await database.CommitAsync([user.Insert()], ct);
            return user;
        }
        catch (RowExistsException)
        {
            // Another request of theirs was faster.
            return await FindAsync(current.Id, ct) ?? user;
        }
    }
}
