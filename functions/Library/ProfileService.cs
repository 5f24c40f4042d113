using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.PersonalData;
using Spotify.Web.Wire;

namespace Spotify.Functions.Library;

/// <summary>The profiles of users: in full for the user, and the public part for everyone.</summary>
public sealed class ProfileService(IDatabase database, LibraryStore library, TimeProvider time)
{
    /// <summary>
    /// Returns the user's own profile, without the members for which the token has no scope. Inserts a row for a user who is known from
    /// the token only.
    /// </summary>
    public async Task<PrivateUserObject> OwnAsync(CurrentUser current, ApiLinks links, CancellationToken ct)
    {
        var followers = library.FollowersAsync(current.Id, ct);
        var user = await FindAsync(current.Id, ct) ?? await AddAsync(current, ct);
        var profile = Public(user, await followers, links);
        var isPrivate = current.Caller.Scopes.HasFlag(Scopes.UserReadPrivate);
        return new PrivateUserObject(
            AccountId: SpotifyId.FromName("account:" + user.Id),
            Country: isPrivate ? user.Country : null,
            DisplayName: user.DisplayName,
            Email: current.Caller.Scopes.HasFlag(Scopes.UserReadEmail) ? user.Email : null,
            ExplicitContent: isPrivate ? new ExplicitContentSettingsObject(user.ExplicitFilter, user.ExplicitFilterLocked) : null,
            ExternalUrls: profile.ExternalUrls,
            Followers: profile.Followers,
            Href: profile.Href,
            Id: user.Id,
            Images: profile.Images,
            Product: !isPrivate ? null : user.Product == Product.Free ? "free" : "premium",
            TimeZone: isPrivate ? TimeZones.IdOf(user.TimeZone, user.Country) : null,
            Type: profile.Type,
            Uri: profile.Uri);
    }

    /// <summary>
    /// Changes the country or the time zone of the user. The generated playlists of the next day or week follow the new time zone.
    /// </summary>
    /// <param name="current">The user.</param>
    /// <param name="details">The changes.</param>
    /// <param name="region">
    /// The country from which the request comes, which must be the new country, because rights depend on it; null if it is unknown.
    /// </param>
    /// <param name="ct">Cancels the change.</param>
    /// <exception cref="ApiException">
    /// 400: there is no change, the country is not a market, or the time zone is unknown. 403 with the reason <c>COUNTRY_MISMATCH</c>: the
    /// request comes from another country.
    /// </exception>
    public async Task ChangeAsync(CurrentUser current, ProfileDetails details, string? region, CancellationToken ct)
    {
        if (details is { Country: null, TimeZone: null }) throw ApiException.BadRequest("Missing country or time_zone");
        if (details.Country is { } country)
        {
            if (!Markets.IsKnown(country)) throw ApiException.BadRequest("Invalid country: use a market's ISO 3166-1 alpha-2 code");
            if (region is not null && region != country)
            {
                throw new ApiException(
                    StatusCodes.Status403Forbidden, "You can only choose the country that you are in", "COUNTRY_MISMATCH");
            }
        }

        var timeZone = details.TimeZone is null
            ? null
            : TimeZones.Canonical(details.TimeZone)
                ?? throw ApiException.BadRequest("Invalid time_zone: use an id of the IANA time zone database, such as Europe/Stockholm");
        await database.TransactAsync(
            async transaction =>
            {
                var row = await transaction.ReadAsync(User.Table, new Key(current.Id));
                var known = row is null ? current.ToNewUser(time.GetUtcNow()) : User.FromRow(row);
                var user = known with { Country = details.Country ?? known.Country, TimeZone = timeZone ?? known.TimeZone };
                if (row is null)
                {
                    await transaction.InsertAsync(user);
                    return true;
                }

                transaction.Add(Mutation.Update(
                    User.Table, ("UserId", user.Id), ("Country", user.Country), ("TimeZone", user.TimeZone)));
                var id = TimeZones.IdOf(user.TimeZone, user.Country);
                if (await transaction.ReadAsync(ActiveListeners.Table, new Key(user.Id)) is { } active && active.String("TimeZone") != id)
                    transaction.Add(Mutation.Update(ActiveListeners.Table, ("UserId", user.Id), ("TimeZone", id)));
                return true;
            },
            ct);
    }

    /// <summary>Returns a user's public profile.</summary>
    /// <exception cref="ApiException">404: the user does not exist.</exception>
    public async Task<PublicUserObject> PublicAsync(string userId, ApiLinks links, CancellationToken ct)
    {
        var followers = library.FollowersAsync(userId, ct);
        var user = await FindAsync(userId, ct) ?? throw ApiException.NotFound();
        return Public(user, await followers, links);
    }

    /// <summary>Returns the public profile of a user.</summary>
    internal static PublicUserObject Public(string id, string displayName, string? imageId, long followers, ApiLinks links) => new(
        DisplayName: displayName,
        ExternalUrls: new ExternalUrlObject(links.Page(EntityType.User, id)),
        Followers: new FollowersObject(null, followers),
        Href: links.Href(EntityType.User, id),
        Id: id,
        Images: CatalogWire.Images(imageId, links),
        Type: "user",
        Uri: CatalogWire.Uri(EntityType.User, id));

    private static PublicUserObject Public(User user, long followers, ApiLinks links) =>
        Public(user.Id, user.DisplayName, user.ImageId, followers, links);

    private async Task<User?> FindAsync(string userId, CancellationToken ct) =>
        await database.ReadAsync(User.Table, new Key(userId), null, ct) is { } row ? User.FromRow(row) : null;

    private async Task<User> AddAsync(CurrentUser current, CancellationToken ct)
    {
        var user = current.ToNewUser(time.GetUtcNow());
        try
        {
            return await database.TransactAsync(
                async transaction =>
                {
                    await transaction.InsertAsync(user);
                    return user;
                },
                ct);
        }
        catch (RowExistsException)
        {
            // A concurrent request inserted the row.
            return await FindAsync(current.Id, ct) ?? user;
        }
    }
}
