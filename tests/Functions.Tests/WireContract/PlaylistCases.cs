using System.Net;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Functions.Tests.Playlists;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.WireContract;

/// <summary>The cases of playlists: reads first, then changes, so that the lists are stable.</summary>
internal static class PlaylistCases
{
    private static readonly string Cover = PlaylistCoverTests.Base64(PlaylistCoverTests.Jpeg(1, 1));
    private static readonly string Mix = SpotifyId.FromName("playlist:mix");
    private static readonly string Secret = SpotifyId.FromName("playlist:secret");
    private static readonly string Party = SpotifyId.FromName("playlist:party");
    private static readonly string Missing = SpotifyId.FromName("missing");

    /// <summary>Returns the mutations that write the playlists of the cases: a public, a private and a collaborative one.</summary>
    public static IEnumerable<Mutation> Mutations =>
    [
        .. Playlist(Mix, "Mix", true, false, 3, ("track", Dawn.Id), ("episode", Pilot.Id)),
        .. Playlist(Secret, "Secret", false, false, 2, ("track", Dawn.Id)),
        .. Playlist(Party, "Party", false, true, 1),
    ];

    public static IEnumerable<ContractCase> All =>
    [
        .. Reading,
        .. Lists,
        .. Details,
        .. Items("items"),
        .. Items("tracks"),
        .. Covers,
        .. Followers,
        .. Creation,
    ];

    private static IEnumerable<ContractCase> Reading =>
    [
        new("playlist", "get-playlist", $"GET /v1/playlists/{Mix}"),
        new("playlist-episodes", "get-playlist", $"GET /v1/playlists/{Mix}?additional_types=track,episode"),
        new(
            "playlist-fields",
            "get-playlist",
            $"GET /v1/playlists/{Mix}?fields=name,owner.id,tracks.items(added_by.id,track(name,album(id,name)))"),
        new("playlist-bad-fields", "get-playlist", $"GET /v1/playlists/{Mix}?fields=name,tracks(", HttpStatusCode.BadRequest),
        new("playlist-missing", "get-playlist", $"GET /v1/playlists/{Missing}", HttpStatusCode.NotFound),
        new("playlist-bad-id", "get-playlist", "GET /v1/playlists/x", HttpStatusCode.BadRequest),
        new("playlist-of-another", "get-playlist", $"GET /v1/playlists/{Mix}?fields=!tracks", Sender: Sender.Bob),
        new("playlist-app", "get-playlist", $"GET /v1/playlists/{Mix}?fields=id,public", Sender: Sender.App),
        new("playlist-stranger", "get-playlist", $"GET /v1/playlists/{Mix}", HttpStatusCode.Unauthorized, Sender: Sender.Stranger),
        new("playlist-private", "get-playlist", $"GET /v1/playlists/{Secret}"),
        new("playlist-private-of-another", "get-playlist", $"GET /v1/playlists/{Secret}", HttpStatusCode.NotFound, Sender: Sender.Bob),
        new("playlist-private-app", "get-playlist", $"GET /v1/playlists/{Secret}", HttpStatusCode.NotFound, Sender: Sender.App),
        .. ItemReading("items", "get-playlists-items"),
        .. ItemReading("tracks", "get-playlists-tracks"),
        new("playlist-images", "get-playlist-cover", $"GET /v1/playlists/{Mix}/images"),
        new(
            "playlist-images-private",
            "get-playlist-cover",
            $"GET /v1/playlists/{Secret}/images",
            HttpStatusCode.NotFound,
            Sender: Sender.Bob),
    ];

    private static IEnumerable<ContractCase> Lists =>
    [
        new("me-playlists", "get-a-list-of-current-users-playlists", "GET /v1/me/playlists"),
        new("me-playlists-page", "get-a-list-of-current-users-playlists", "GET /v1/me/playlists?limit=1&offset=1"),
        new("me-playlists-bad-limit", "get-a-list-of-current-users-playlists", "GET /v1/me/playlists?limit=51", HttpStatusCode.BadRequest),
        new(
            "me-playlists-app",
            "get-a-list-of-current-users-playlists",
            "GET /v1/me/playlists",
            HttpStatusCode.Forbidden,
            Sender: Sender.App),
        new("user-playlists", "get-list-users-playlists", "GET /v1/users/ada/playlists", Sender: Sender.Bob),
        new(
            "user-playlists-app",
            "get-list-users-playlists",
            "GET /v1/users/ada/playlists",
            HttpStatusCode.Forbidden,
            Sender: Sender.App),
        new("user-playlists-missing", "get-list-users-playlists", "GET /v1/users/nobody/playlists", HttpStatusCode.NotFound),
        new(
            "user-playlists-stranger",
            "get-list-users-playlists",
            "GET /v1/users/ada/playlists",
            HttpStatusCode.Unauthorized,
            Sender: Sender.Stranger),
    ];

    private static IEnumerable<ContractCase> Details =>
    [
        new(
            "playlist-change",
            "change-playlist-details",
            $"PUT /v1/playlists/{Mix}",
            Body: """{"name":"Mixed","description":"Of most sorts"}"""),
        new(
            "playlist-change-bad-name",
            "change-playlist-details",
            $"PUT /v1/playlists/{Mix}",
            HttpStatusCode.BadRequest,
            """{"name":""}"""),
        new(
            "playlist-change-of-another",
            "change-playlist-details",
            $"PUT /v1/playlists/{Mix}",
            HttpStatusCode.Forbidden,
            """{"name":"Mine"}""",
            Sender.Bob),
        new(
            "playlist-change-private",
            "change-playlist-details",
            $"PUT /v1/playlists/{Secret}",
            HttpStatusCode.NotFound,
            """{"name":"Mine"}""",
            Sender.Bob),
        new(
            "playlist-change-app",
            "change-playlist-details",
            $"PUT /v1/playlists/{Mix}",
            HttpStatusCode.Forbidden,
            """{"name":"Mine"}""",
            Sender.App),
    ];

    private static IEnumerable<ContractCase> Covers =>
    [
        new("playlist-images-upload", "upload-custom-playlist-cover", $"PUT /v1/playlists/{Secret}/images", HttpStatusCode.Accepted, Cover),
        new(
            "playlist-images-upload-no-picture",
            "upload-custom-playlist-cover",
            $"PUT /v1/playlists/{Secret}/images",
            HttpStatusCode.BadRequest,
            "R0lGODlh"),
        new(
            "playlist-images-upload-of-another",
            "upload-custom-playlist-cover",
            $"PUT /v1/playlists/{Mix}/images",
            HttpStatusCode.Forbidden,
            Cover,
            Sender.Bob),
        new(
            "playlist-images-upload-app",
            "upload-custom-playlist-cover",
            $"PUT /v1/playlists/{Mix}/images",
            HttpStatusCode.Forbidden,
            Cover,
            Sender.App),
    ];

    private static IEnumerable<ContractCase> Followers =>
    [
        new("playlist-follow", "follow-playlist", $"PUT /v1/playlists/{Mix}/followers", Body: """{"public":false}""", Sender: Sender.Bob),
        new("playlist-follow-collaborative", "follow-playlist", $"PUT /v1/playlists/{Party}/followers", Sender: Sender.Bob),
        new(
            "playlist-follow-private",
            "follow-playlist",
            $"PUT /v1/playlists/{Secret}/followers",
            HttpStatusCode.NotFound,
            Sender: Sender.Bob),
        new("playlist-follow-app", "follow-playlist", $"PUT /v1/playlists/{Mix}/followers", HttpStatusCode.Forbidden, Sender: Sender.App),
        new(
            "playlist-follows",
            "check-if-user-follows-playlist",
            $"GET /v1/playlists/{Mix}/followers/contains?ids=bob",
            Sender: Sender.Bob),
        new(
            "playlist-follows-other-id",
            "check-if-user-follows-playlist",
            $"GET /v1/playlists/{Mix}/followers/contains?ids=ada",
            HttpStatusCode.BadRequest,
            Sender: Sender.Bob),
        new(
            "playlist-follows-private",
            "check-if-user-follows-playlist",
            $"GET /v1/playlists/{Secret}/followers/contains",
            HttpStatusCode.NotFound,
            Sender: Sender.Bob),
        new(
            "playlist-add-collaborator",
            "add-items-to-playlist",
            $"POST /v1/playlists/{Party}/items",
            HttpStatusCode.Created,
            Uris(Duet.Id),
            Sender.Bob),
        new("playlist-followed", "get-playlist", $"GET /v1/playlists/{Mix}?fields=followers,snapshot_id", Sender: Sender.Bob),
        new("playlist-unfollow", "unfollow-playlist", $"DELETE /v1/playlists/{Mix}/followers", Sender: Sender.Bob),
        new(
            "playlist-unfollow-private",
            "unfollow-playlist",
            $"DELETE /v1/playlists/{Secret}/followers",
            HttpStatusCode.NotFound,
            Sender: Sender.Bob),
        new(
            "playlist-unfollow-app",
            "unfollow-playlist",
            $"DELETE /v1/playlists/{Mix}/followers",
            HttpStatusCode.Forbidden,
            Sender: Sender.App),
    ];

    private static IEnumerable<ContractCase> Creation =>
    [
        new(
            "me-playlists-create",
            "create-playlist",
            "POST /v1/me/playlists",
            HttpStatusCode.Created,
            """{"name":"New","description":"Of today","public":false}"""),
        new("me-playlists-create-without-name", "create-playlist", "POST /v1/me/playlists", HttpStatusCode.BadRequest, "{}"),
        new(
            "me-playlists-create-app",
            "create-playlist",
            "POST /v1/me/playlists",
            HttpStatusCode.Forbidden,
            """{"name":"New"}""",
            Sender.App),
        new(
            "user-playlists-create",
            "create-playlist-for-user",
            "POST /v1/users/ada/playlists",
            HttpStatusCode.Created,
            """{"name":"New"}"""),
        new(
            "user-playlists-create-impossible",
            "create-playlist-for-user",
            "POST /v1/users/ada/playlists",
            HttpStatusCode.BadRequest,
            """{"name":"New","public":true,"collaborative":true}"""),
        new(
            "user-playlists-create-for-another",
            "create-playlist-for-user",
            "POST /v1/users/ada/playlists",
            HttpStatusCode.Forbidden,
            """{"name":"New"}""",
            Sender.Bob),
        new(
            "user-playlists-create-stranger",
            "create-playlist-for-user",
            "POST /v1/users/ada/playlists",
            HttpStatusCode.Unauthorized,
            """{"name":"New"}""",
            Sender.Stranger),
    ];

    private static IEnumerable<ContractCase> ItemReading(string list, string operation) =>
    [
        new($"playlist-{list}", operation, $"GET /v1/playlists/{Mix}/{list}"),
        new($"playlist-{list}-page", operation, $"GET /v1/playlists/{Mix}/{list}?additional_types=episode&market=SE&limit=1&offset=1"),
        new($"playlist-{list}-fields", operation, $"GET /v1/playlists/{Mix}/{list}?fields=total,items(track(uri))"),
        new($"playlist-{list}-bad-limit", operation, $"GET /v1/playlists/{Mix}/{list}?limit=101", HttpStatusCode.BadRequest),
        new($"playlist-{list}-private", operation, $"GET /v1/playlists/{Secret}/{list}", HttpStatusCode.NotFound, Sender: Sender.Bob),
    ];

    /// <summary>Returns the changes of items, which both routes accept. They leave one item.</summary>
    private static IEnumerable<ContractCase> Items(string list)
    {
        var (path, add, update, remove) = (
            $"/v1/playlists/{Mix}/{list}", $"add-{list}-to-playlist", $"reorder-or-replace-playlists-{list}", $"remove-{list}-playlist");
        return
        [
            new($"playlist-{list}-add", add, $"POST {path}", HttpStatusCode.Created, Uris(Duet.Id, Dawn.Id)),
            new($"playlist-{list}-add-in-query", add, $"POST {path}?position=0&uris=spotify:episode:{Pilot.Id}", HttpStatusCode.Created),
            new($"playlist-{list}-add-bad-uri", add, $"POST {path}", HttpStatusCode.BadRequest, """{"uris":["spotify:album:x"]}"""),
            new($"playlist-{list}-add-missing", add, $"POST {path}", HttpStatusCode.BadRequest, Uris(Missing)),
            new($"playlist-{list}-add-of-another", add, $"POST {path}", HttpStatusCode.Forbidden, Uris(Duet.Id), Sender.Bob),
            new(
                $"playlist-{list}-add-private",
                add,
                $"POST /v1/playlists/{Secret}/{list}",
                HttpStatusCode.NotFound,
                Uris(Duet.Id),
                Sender.Bob),
            new($"playlist-{list}-add-app", add, $"POST {path}", HttpStatusCode.Forbidden, Uris(Duet.Id), Sender.App),
            new($"playlist-{list}-reorder", update, $"PUT {path}", Body: """{"range_start":0,"insert_before":2,"range_length":1}"""),
            new(
                $"playlist-{list}-reorder-out-of-range",
                update,
                $"PUT {path}",
                HttpStatusCode.BadRequest,
                """{"range_start":100,"insert_before":0}"""),
            new($"playlist-{list}-replace", update, $"PUT {path}", Body: Uris(Dawn.Id, Duet.Id)),
            new(
                $"playlist-{list}-replace-and-reorder",
                update,
                $"PUT {path}",
                HttpStatusCode.BadRequest,
                $$"""{"uris":["spotify:track:{{Dawn.Id}}"],"range_start":0,"insert_before":1}"""),
            new($"playlist-{list}-replace-of-another", update, $"PUT {path}", HttpStatusCode.Forbidden, Uris(Duet.Id), Sender.Bob),
            new($"playlist-{list}-replaced", $"get-playlists-{list}", $"GET {path}?fields=total,items.track.name"),
            new($"playlist-{list}-remove", remove, $"DELETE {path}", Body: $$"""{"{{list}}":[{"uri":"spotify:track:{{Duet.Id}}"}]}"""),
            new($"playlist-{list}-remove-nothing", remove, $"DELETE {path}", HttpStatusCode.BadRequest, "{}"),
            new(
                $"playlist-{list}-remove-bad-snapshot",
                remove,
                $"DELETE {path}",
                HttpStatusCode.BadRequest,
                $$"""{"{{list}}":[{"uri":"spotify:track:{{Dawn.Id}}"}],"snapshot_id":"x"}"""),
            new(
                $"playlist-{list}-remove-of-another",
                remove,
                $"DELETE {path}",
                HttpStatusCode.Forbidden,
                $$"""{"{{list}}":[{"uri":"spotify:track:{{Dawn.Id}}"}]}""",
                Sender.Bob),
        ];
    }

    private static string Uris(params IEnumerable<string> trackIds) =>
        $$"""{"uris":[{{string.Join(',', trackIds.Select(id => $"\"spotify:track:{id}\""))}}]}""";

    /// <param name="day">The day since which the playlist is in its owner's list.</param>
    private static IEnumerable<Mutation> Playlist(
        string id, string name, bool isPublic, bool collaborative, int day, params IReadOnlyList<(string Type, string Id)> items)
    {
        var made = DateTimeOffset.UnixEpoch.AddDays(day);
        yield return Mutation.Insert(
            Schema.Current.Table("Playlists"),
            ("PlaylistId", id), ("OwnerId", "ada"), ("Name", name), ("Description", "Of all sorts"), ("Public", isPublic),
            ("Collaborative", collaborative),
            ("CollaborativeSince", collaborative ? DateTimeOffset.UnixEpoch : null), ("Version", 1L),
            ("Items", (long)items.Count), ("ImageId", isPublic ? SpotifyId.FromName("cover") : null),
            ("CreatedAt", made), ("UpdatedAt", made));
        yield return Mutation.Insert(
            Schema.Current.Table("PlaylistFollowers"), ("PlaylistId", id), ("UserId", "ada"), ("Public", true), ("FollowedAt", made));
        foreach (var (orderKey, item) in OrderKeys.Between(null, null, items.Count)!.Zip(items))
        {
            yield return Mutation.Insert(
                Schema.Current.Table("PlaylistItems"),
                ("PlaylistId", id), ("OrderKey", orderKey), ("Type", item.Type), ("PlayableId", item.Id), ("AddedAt", made),
                ("AddedBy", "ada"));
        }
    }
}
