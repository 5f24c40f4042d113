using System.Net;
using Spotify.Domain;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.WireContract;

/// <summary>The cases of profiles, saved items and following.</summary>
internal static class LibraryCases
{
    private static readonly string Uris = $"spotify:track:{Duet.Id},spotify:artist:{Zebra.Id},spotify:user:bob";

    public static IEnumerable<ContractCase> All =>
    [
        new("me", "get-current-users-profile", "GET /v1/me"),
        new("me-app", "get-current-users-profile", "GET /v1/me", HttpStatusCode.Forbidden, Sender: Sender.App),
        new("me-stranger", "get-current-users-profile", "GET /v1/me", HttpStatusCode.Unauthorized, Sender: Sender.Stranger),
        new("user", "get-users-profile", "GET /v1/users/ada", Sender: Sender.Bob),
        new("user-missing", "get-users-profile", "GET /v1/users/nobody", HttpStatusCode.NotFound),
        .. Saved("albums", Sunrise.Id),
        .. Saved("audiobooks", Book.Id),
        .. Saved("episodes", Pilot.Id),
        .. Saved("shows", Radio.Id),
        .. Saved("tracks", Dawn.Id),
        new("library-save", "save-library-items", $"PUT /v1/me/library?uris={Uris}"),
        new("library-save-bad-uri", "save-library-items", "PUT /v1/me/library?uris=spotify:track:x", HttpStatusCode.BadRequest),
        new("library-contains", "check-library-contains", $"GET /v1/me/library/contains?uris={Uris},spotify:album:{Together.Id}"),
        new(
            "library-contains-bad-uri",
            "check-library-contains",
            "GET /v1/me/library/contains?uris=spotify:track:x",
            HttpStatusCode.BadRequest),
        new("library-remove", "remove-library-items", $"DELETE /v1/me/library?uris={Uris}"),
        new("library-remove-without-uris", "remove-library-items", "DELETE /v1/me/library", HttpStatusCode.BadRequest),
        new(
            "following-follow",
            "follow-artists-users",
            "PUT /v1/me/following?type=artist",
            HttpStatusCode.NoContent,
            $$"""{"ids":["{{Beyonce.Id}}","{{Zebra.Id}}"]}"""),
        new("following", "get-followed", "GET /v1/me/following?type=artist"),
        new("following-first-page", "get-followed", "GET /v1/me/following?type=artist&limit=1"),
        new("following-bad-type", "get-followed", "GET /v1/me/following?type=user", HttpStatusCode.BadRequest),
        new(
            "following-contains",
            "check-current-user-follows",
            $"GET /v1/me/following/contains?type=artist&ids={Beyonce.Id},{SpotifyId.FromName("missing")}"),
        new(
            "following-unfollow",
            "unfollow-artists-users",
            $"DELETE /v1/me/following?type=artist&ids={Beyonce.Id},{Zebra.Id}",
            HttpStatusCode.NoContent),
        new("following-unfollow-bad-type", "unfollow-artists-users", "DELETE /v1/me/following?type=album&ids=x", HttpStatusCode.BadRequest),
    ];

    private static IEnumerable<ContractCase> Saved(string collection, string id) =>
    [
        new($"saved-{collection}-save", $"save-{collection}-user", $"PUT /v1/me/{collection}?ids={id}"),
        new($"saved-{collection}-save-bad-id", $"save-{collection}-user", $"PUT /v1/me/{collection}?ids={id},x", HttpStatusCode.BadRequest),
        new($"saved-{collection}", $"get-users-saved-{collection}", $"GET /v1/me/{collection}"),
        new(
            $"saved-{collection}-contains",
            $"check-users-saved-{collection}",
            $"GET /v1/me/{collection}/contains?ids={id},{SpotifyId.FromName("missing")}"),
        new(
            $"saved-{collection}-contains-without-ids",
            $"check-users-saved-{collection}",
            $"GET /v1/me/{collection}/contains",
            HttpStatusCode.BadRequest),
        new($"saved-{collection}-remove", $"remove-{collection}-user", $"DELETE /v1/me/{collection}?ids={id}"),
        new(
            $"saved-{collection}-app",
            $"get-users-saved-{collection}",
            $"GET /v1/me/{collection}",
            HttpStatusCode.Forbidden,
            Sender: Sender.App),
    ];
}
