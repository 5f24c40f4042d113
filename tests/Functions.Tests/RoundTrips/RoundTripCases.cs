using System.Globalization;
using System.Security.Cryptography;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Events.Sketches;
using Spotify.Events.Taste;
using Spotify.Fixtures;
using Spotify.Functions.Tests.Playlists;
using Spotify.Functions.Tests.WireContract;
using Spotify.Search;

namespace Spotify.Functions.Tests.RoundTrips;

/// <summary>A request with a variable number of items.</summary>
/// <param name="Route">The method and route pattern.</param>
/// <param name="Few">The smaller number of items.</param>
/// <param name="Many">The larger number of items: the most that a request can have, if that is limited.</param>
/// <param name="Path">Returns the path and query for a number of items.</param>
/// <param name="Body">Returns the JSON body, or the base64 of a cover, for a number of items; null for none.</param>
public sealed record RoundTripCase(string Route, int Few, int Many, Func<int, string> Path, Func<int, string>? Body = null)
{
    /// <summary>The method.</summary>
    public HttpMethod Method => new(Route[..Route.IndexOf(' ', StringComparison.Ordinal)]);
}

/// <summary>A request to each route of the Web API, in the order in which they are sent, and the catalog that they refer to.</summary>
internal static class RoundTripCases
{
    private const int Size = 60;

    private static readonly Artist Prolific = TestCatalog.NewArtist("Prolific", 90);
    private static readonly Artist[] Artists = Each(i => TestCatalog.NewArtist($"Artist {i}", i));
    private static readonly Album[] Albums = Each(i => TestCatalog.NewAlbum($"Album {i}", "album", $"{1960 + i}", Artists[i]));
    private static readonly Playable[] Tracks =
        [.. Each(i => TestCatalog.NewTrack(Albums[i], 1, $"Song {i}", Artists[i], Prolific)), .. Each(OfFirstAlbum)];

    private static readonly AudioEncoding NativeFlac = new(Codec.NativeFlac, AudioQuality.Lossless, 1411, 1);

    private static readonly Show[] Shows = Each(i => TestCatalog.Radio with { Id = Id("show", i) });
    private static readonly Playable[] Episodes =
    [
        .. Each(i => TestCatalog.Pilot with { Id = Id("episode", i), ParentId = Shows[i].Id }),
        .. Each(i => TestCatalog.Pilot with { Id = Id("later", i), ParentId = Shows[0].Id, Number = i + 2 }),
    ];

    private static readonly Audiobook[] Books = Each(i => TestCatalog.Book with { Id = Id("book", i) });
    private static readonly Playable[] Chapters =
    [
        .. Each(i => TestCatalog.Chapter with { Id = Id("chapter", i), ParentId = Books[i].Id }),
        .. Each(i => TestCatalog.Chapter with { Id = Id("later chapter", i), ParentId = Books[0].Id, Number = i + 2 }),
    ];

    private static readonly string[] Playlists = Each(i => Id("playlist", i));

    private static readonly (string Collection, string[] Ids, int MaxIds)[] Entities =
    [
        ("albums", Ids(Albums, album => album.Id), 20),
        ("artists", Ids(Artists, artist => artist.Id), 50),
        ("audiobooks", Ids(Books, book => book.Id), 50),
        ("chapters", Ids(Chapters, chapter => chapter.Id), 50),
        ("episodes", Ids(Episodes, episode => episode.Id), 50),
        ("shows", Ids(Shows, show => show.Id), 50),
        ("tracks", Ids(Tracks, track => track.Id), 50),
    ];

    // One of each type in turn.
    private static readonly string[] Uris =
    [
        .. Enumerable.Range(0, 40).Select(i => (i % 8) switch
        {
            7 => $"spotify:playlist:{Playlists[i / 8]}",
            6 => $"spotify:user:listener-{i / 8}",
            0 => $"spotify:album:{Albums[i / 8].Id}",
            1 => $"spotify:artist:{Artists[i / 8].Id}",
            2 => $"spotify:audiobook:{Books[i / 8].Id}",
            3 => $"spotify:episode:{Episodes[i / 8].Id}",
            4 => $"spotify:show:{Shows[i / 8].Id}",
            _ => $"spotify:track:{Tracks[i / 8].Id}",
        }),
    ];

    /// <summary>A track, an album, an audiobook and a playlist in turn, without the large ones: 48 URIs.</summary>
    public static string[] LicenseUris { get; } =
    [
        .. Enumerable.Range(4, 48).Select(i => (i % 4) switch
        {
            0 => $"spotify:track:{Tracks[i / 4].Id}",
            1 => $"spotify:album:{Albums[i / 4].Id}",
            2 => $"spotify:audiobook:{Books[i / 4].Id}",
            _ => $"spotify:playlist:{Playlists[i / 4]}",
        }),
    ];

    // Tracks and episodes in turn.
    private static readonly Playable[] Items =
        [.. Tracks.Zip(Episodes).SelectMany(pair => (Playable[])[pair.First, pair.Second]).Take(100)];

    /// <summary>Writes the objects that the requests refer to.</summary>
    public static async Task WriteObjectsAsync(IObjectStore store)
    {
        var flac = $"tracks/{Tracks[0].Id}/{AudioFeatureCases.Revision}/{NativeFlac.FileName}";
        await store.WriteAsync(flac, Stream.Null, new WriteOptions("audio/flac"), default);
        await AudioFeatureCases.WriteAnalysisAsync(store, Tracks[0].Id);
    }

    /// <summary>The users.</summary>
    public static IEnumerable<string> Users => ["ada", .. Each(i => $"listener-{i}")];

    /// <summary>Returns the mutations that write the catalog and the playlists.</summary>
    public static IEnumerable<Mutation> Mutations =>
    [
        .. Users.Select(user => new Domain.Users.User(
            user, user, null, "SE", Domain.Users.Product.Premium, false, false, null, DateTimeOffset.UnixEpoch).Insert()),
        .. Artists.Append(Prolific).SelectMany(CatalogWriter.Write),
        .. Albums.SelectMany(album => CatalogWriter.Write(
            album, Tracks.Where(track => track.ParentId == album.Id).SelectMany(track => track.Artists))),
        .. Tracks.SelectMany(track => CatalogWriter.Write(track, "Album")),
        .. Shows.SelectMany(CatalogWriter.Write),
        .. Books.SelectMany(CatalogWriter.Write),
        .. Episodes.Concat(Chapters).SelectMany(spoken => CatalogWriter.Write(spoken, "Parent")),
        .. Tracks.Concat(Episodes).Concat(Chapters).Select(playable => CatalogWriter.WriteAudio(
            playable.Id,
            AudioFeatureCases.Revision,
            EncodingList.Format([new AudioEncoding(Codec.Vorbis, AudioQuality.Normal, 96, 1), NativeFlac]),
            0,
            null)),
        .. Tracks.Select(track => AudioFeatureRows.Write(track.Id, AudioFeatureCases.Revision, AudioFeatureCases.Features)),
        .. Playlists.SelectMany(Playlist),
        .. Each(Play),
        .. TasteAndCharts(),
        .. OfflineCases.Mutations,
        Mutation.Insert(
            Schema.Current.Table("BlendInvitations"),
            ("TokenHash", Convert.ToHexStringLower(SHA256.HashData("invitation"u8))), ("UserId", "listener-0"),
            ("ExpiresAt", new DateTimeOffset(2199, 1, 1, 0, 0, 0, TimeSpan.Zero))),
    ];

    /// <summary>All cases.</summary>
    public static IReadOnlyList<RoundTripCase> All { get; } =
    [
        .. Catalog, .. OwnPlaylists, .. ItemsOfPlaylists("items"), .. ItemsOfPlaylists("tracks"), .. AboutPlaylists, .. Library,
        .. Playback, .. Listening, .. Recommendations, .. Blends, .. OfflineCases.All,
        .. PlayerCases.All(Albums[0].Id, [.. Tracks.Take(100).Select(track => track.Uri())]),
    ];

    private static IEnumerable<RoundTripCase> Catalog =>
    [
        .. Entities.SelectMany(one => (RoundTripCase[])
        [
            new($"GET /v1/{one.Collection}/{{}}", 1, 1, _ => $"/v1/{one.Collection}/{one.Ids[0]}"),
            new($"GET /v1/{one.Collection}", 1, one.MaxIds, n => $"/v1/{one.Collection}?ids={List(one.Ids, n)}"),
        ]),
        Page("GET /v1/albums/{}/tracks", $"/v1/albums/{Albums[0].Id}/tracks"),
        Page("GET /v1/artists/{}/albums", $"/v1/artists/{Prolific.Id}/albums"),
        new("GET /v1/artists/{}/top-tracks", 1, 10,
            n => $"/v1/artists/{(n == 1 ? Artists[1] : Prolific).Id}/top-tracks"),
        Page("GET /v1/shows/{}/episodes", $"/v1/shows/{Shows[0].Id}/episodes"),
        Page("GET /v1/audiobooks/{}/chapters", $"/v1/audiobooks/{Books[0].Id}/chapters"),
        new("GET /v1/artists/{}/related-artists", 1, 1, _ => $"/v1/artists/{Artists[1].Id}/related-artists"),
        // The artists of a seed are cached, so each request has another one.
        new("GET /v1/recommendations", 1, 100, n =>
            $"/v1/recommendations?seed_tracks={Tracks[n % 2].Id}&seed_artists={Artists[2].Id}&seed_genres=pop&limit={n}"),
        new("POST /v1/me/radio", 1, 1, _ => "/v1/me/radio", _ => $$"""{"seed":"spotify:artist:{{Artists[3].Id}}"}"""),
        new("GET /v1/markets", 1, 1, _ => "/v1/markets"),
        new("GET /v1/audio-features/{}", 1, 1, _ => $"/v1/audio-features/{Tracks[0].Id}"),
        new("GET /v1/audio-features", 1, 100, n => $"/v1/audio-features?ids={List(Ids(Tracks, track => track.Id), n)}"),
        new("GET /v1/audio-analysis/{}", 1, 1, _ => $"/v1/audio-analysis/{Tracks[0].Id}"),
        Page("GET /v1/search", "/v1/search?q=a&type=album,artist,playlist,track,show,episode,audiobook"),
        new("GET /v1/search/suggest", 1, 20, n => $"/v1/search/suggest?q=a&limit={n}"),
        Page("GET /v1/browse/categories", "/v1/browse/categories"),
        new("GET /v1/browse/categories/{}", 1, 1, _ => "/v1/browse/categories/chill"),
        Page("GET /v1/browse/categories/{}/playlists", "/v1/browse/categories/chill/playlists"),
        Page("GET /v1/browse/featured-playlists", "/v1/browse/featured-playlists"),
        Page("GET /v1/browse/new-releases", "/v1/browse/new-releases"),
        Page("GET /v1/browse/recently-added", "/v1/browse/recently-added"),
        Page("GET /v1/browse/popular-tracks", "/v1/browse/popular-tracks"),
        Page("GET /v1/browse/popular-artists", "/v1/browse/popular-artists"),
        new("GET /v1/recommendations/available-genre-seeds", 1, 1, _ => "/v1/recommendations/available-genre-seeds"),
    ];

    private static IEnumerable<RoundTripCase> OwnPlaylists =>
    [
        Page("GET /v1/me/playlists", "/v1/me/playlists"),
        new("POST /v1/me/playlists", 1, 1, _ => "/v1/me/playlists", _ => """{"name":"New"}"""),
        Page("GET /v1/users/{}/playlists", "/v1/users/listener-0/playlists"),
        new("POST /v1/users/{}/playlists", 1, 1, _ => "/v1/users/ada/playlists", _ => """{"name":"New"}"""),
    ];

    private static IEnumerable<RoundTripCase> AboutPlaylists =>
    [
        new("GET /v1/playlists/{}", 2, 100, n => $"/v1/playlists/{Playlists[n == 2 ? 1 : 0]}"),
        new("PUT /v1/playlists/{}", 1, 1, _ => $"/v1/playlists/{Playlists[0]}", _ => """{"name":"Renamed"}"""),
        new("GET /v1/playlists/{}/images", 1, 1, _ => $"/v1/playlists/{Playlists[0]}/images"),
        new("PUT /v1/playlists/{}/images", 1, 1, _ => $"/v1/playlists/{Playlists[0]}/images",
            _ => PlaylistCoverTests.Base64(PlaylistCoverTests.Jpeg(1, 1))),
        new("PUT /v1/playlists/{}/followers", 1, 1, _ => $"/v1/playlists/{Playlists[^1]}/followers", _ => "{}"),
        new("GET /v1/playlists/{}/followers/contains", 1, 1, _ => $"/v1/playlists/{Playlists[^1]}/followers/contains"),
        new("DELETE /v1/playlists/{}/followers", 1, 1, _ => $"/v1/playlists/{Playlists[^1]}/followers"),
    ];

    private static IEnumerable<RoundTripCase> Library =>
    [
        new("GET /v1/me", 1, 1, _ => "/v1/me"),
        new("PUT /v1/me", 1, 1, _ => "/v1/me", _ => """{"country":"SE","time_zone":"Asia/Tokyo"}"""),
        new("GET /v1/users/{}", 1, 1, _ => "/v1/users/listener-0"),
        .. Entities.Where(one => one.Collection is not ("artists" or "chapters")).SelectMany(one => (RoundTripCase[])
        [
            Several("PUT", $"/v1/me/{one.Collection}", one.Ids, 50),
            Several("GET", $"/v1/me/{one.Collection}/contains", one.Ids, 50),
            Page($"GET /v1/me/{one.Collection}", $"/v1/me/{one.Collection}"),
            Several("DELETE", $"/v1/me/{one.Collection}", one.Ids, 50),
        ]),
        Several("PUT", "/v1/me/following", Ids(Artists, artist => artist.Id), 50, "type=artist&ids="),
        Several("GET", "/v1/me/following/contains", Ids(Artists, artist => artist.Id), 50, "type=artist&ids="),
        Page("GET /v1/me/following", "/v1/me/following?type=artist"),
        Several("DELETE", "/v1/me/following", Ids(Artists, artist => artist.Id), 50, "type=artist&ids="),
        OfEachType("PUT", "/v1/me/library"),
        OfEachType("GET", "/v1/me/library/contains"),
        OfEachType("DELETE", "/v1/me/library"),
        new("PUT /v1/me/resume-points", 1, 50, _ => "/v1/me/resume-points", ResumePoints),
        new("GET /v1/me/resume-points", 1, 50, n => $"/v1/me/resume-points?uris={List(Ids(Episodes, episode => episode.Uri()), n)}"),
    ];

    private static IEnumerable<RoundTripCase> Playback =>
    [
        new("GET /v1/playback/tracks/{}", 1, 20, n =>
            $"/v1/playback/tracks/{Tracks[0].Id}?context_uri=spotify:playlist:{Playlists[n == 1 ? 1 : 0]}"),
        new("GET /v1/playback/episodes/{}", 1, 1, _ => $"/v1/playback/episodes/{Episodes[0].Id}"),
        new("GET /v1/playback/chapters/{}", 1, 1, _ => $"/v1/playback/chapters/{Chapters[0].Id}"),
        new("PUT /v1/playback/tracks/{}/native-flac", 1, 1, _ => $"/v1/playback/tracks/{Tracks[0].Id}/native-flac"),
    ];

    private static IEnumerable<RoundTripCase> Listening =>
    [
        Page("GET /v1/me/player/recently-played", "/v1/me/player/recently-played"),
        Page("GET /v1/me/top/artists", "/v1/me/top/artists"),
        Page("GET /v1/me/top/tracks", "/v1/me/top/tracks"),
        new("PUT /v1/me/taste/exclusions", 1, 100, _ => "/v1/me/taste/exclusions", TrackUris),
        Page("GET /v1/me/taste/exclusions", "/v1/me/taste/exclusions"),
        new("DELETE /v1/me/taste/exclusions", 1, 100, _ => "/v1/me/taste/exclusions", TrackUris),
        new("PUT /v1/me/taste/not-interested", 1, 100, _ => "/v1/me/taste/not-interested", TrackUris),
        Page("GET /v1/me/taste/not-interested", "/v1/me/taste/not-interested"),
        new("DELETE /v1/me/taste/not-interested", 1, 100, _ => "/v1/me/taste/not-interested", TrackUris),
        new("PUT /v1/me/private-session", 1, 1, _ => "/v1/me/private-session"),
        new("GET /v1/me/private-session", 1, 1, _ => "/v1/me/private-session"),
        new("DELETE /v1/me/private-session", 1, 1, _ => "/v1/me/private-session"),
        Page("GET /v1/charts", "/v1/charts"),
        Several("GET", "/v1/charts/live", Ids(Tracks, track => track.Id), 50),
    ];

    private static IEnumerable<RoundTripCase> Recommendations =>
    [
        new("GET /v1/views/home", 1, 20, n => $"/v1/views/home?content_limit={n}"),
        Page("GET /v1/views/home/{}", "/v1/views/home/popular"),
        new(
            "POST /v1/me/playlists/prompted", 1, 100, _ => "/v1/me/playlists/prompted",
            n => $$"""{"prompt":"new hits","public":true,"limit":{{n}}}"""),
    ];

    private static IEnumerable<RoundTripCase> Blends =>
    [
        new("POST /v1/me/blends", 1, 1, _ => "/v1/me/blends"),
        new("PUT /v1/me/blends/{}", 1, 1, _ => "/v1/me/blends/invitation"),
        Page("GET /v1/me/blends", "/v1/me/blends"),
        new("DELETE /v1/me/blends/{}", 1, 1, _ => "/v1/me/blends/listener-0"),
    ];

    private static IEnumerable<RoundTripCase> ItemsOfPlaylists(string list)
    {
        var path = $"/v1/playlists/{Playlists[2]}/{list}";
        return
        [
            new($"POST /v1/playlists/{{}}/{list}", 2, 100, _ => path, UrisBody),
            new($"PUT /v1/playlists/{{}}/{list}", 2, 100, _ => path, UrisBody),
            new($"GET /v1/playlists/{{}}/{list}", 2, list == "items" ? 50 : 100, n => $"{path}?limit={n}"),
            new($"DELETE /v1/playlists/{{}}/{list}", 1, 99, _ => path,
                n => $$"""{"{{list}}":[{{string.Join(',', Items.TakeLast(n).Select(item => $$"""{"uri":"{{item.Uri()}}"}"""))}}]}"""),
        ];
    }

    private static RoundTripCase Page(string route, string path) => new(
        route, 1, 50, n => $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit={n}");

    private static RoundTripCase Several(string method, string path, string[] ids, int max, string query = "ids=") =>
        new($"{method} {path}", 1, max, n => $"{path}?{query}{List(ids, n)}");

    private static RoundTripCase OfEachType(string method, string path) =>
        new($"{method} {path}", 8, 40, n => $"{path}?uris={List(Uris, n)}");

    private static string ResumePoints(int count) =>
        $$"""
        {"resume_points":[{{string.Join(
            ',', Episodes.Take(count).Select(episode => $$"""{"uri":"{{episode.Uri()}}","fully_played":true}"""))}}]}
        """;

    private static string TrackUris(int count) =>
        $$"""{"uris":[{{string.Join(',', Tracks[^count..].Select(track => $"\"{track.Uri()}\""))}}]}""";

    private static string UrisBody(int count) =>
        $$"""{"uris":[{{string.Join(',', Items.Take(count).Select(item => $"\"{item.Uri()}\""))}}]}""";

    private static Playable OfFirstAlbum(int i) => TestCatalog.NewTrack(Albums[0], i + 2, $"More {i}", Artists[i], Prolific);

    private static IEnumerable<Mutation> TasteAndCharts()
    {
        var (now, taste, chart) = (DateTimeOffset.UtcNow, new TasteState(), new FrequentItems(1000));
        for (var i = 0; i < Size; i++)
        {
            Assert.True(SpotifyId.TryParse(Tracks[i].Id, out var track));
            Assert.True(SpotifyId.TryParse(Artists[i].Id, out var artist));
            taste.Apply(new TastePlay($"play {i}", now, 1000) { Track = track, Artists = [artist] }, now);
            chart.Add(track);
        }

        yield return Mutation.Insert(
            Schema.Current.Table("Tastes"), ("UserId", "ada"), ("State", taste.Encode()), ("UpdatedAt", now));
        // Active, with nothing to generate.
        yield return Domain.Users.ActiveListeners.Upsert("ada", "Europe/Stockholm", now);
        yield return Mutation.Insert(
            Schema.Current.Table("GeneratedPlaylists"), ("UserId", "ada"), ("Surface", "on-repeat"),
            ("PlaylistId", SpotifyId.FromName("on repeat")), ("Period", "9999-12-31"), ("Variant", ""), ("GeneratedAt", now));
        yield return Mutation.Insert(
            Schema.Current.Table("ChartWindows"), ("Series", "SE"), ("WindowStart", now), ("Part", "part"), ("Sketch", chart.Encode()));
    }

    private static Mutation Play(int index) => Mutation.Insert(
        Schema.Current.Table("PlayHistory"),
        ("UserId", "ada"), ("EventId", $"play {index}"), ("PlayedAt", DateTimeOffset.UtcNow.AddMinutes(-index)), ("Type", "track"),
        ("PlayableId", Tracks[index].Id), ("PlayedMs", 200_000L), ("DurationMs", 200_000L), ("EndReason", "completed"),
        ("Engagement", 1000L), ("IsListed", true), ("ContextUri", null));

    private static IEnumerable<Mutation> Playlist(string id, int index)
    {
        var (owner, created) = (index < 3 ? "ada" : "listener-0", DateTimeOffset.UnixEpoch.AddDays(index));
        yield return Mutation.Insert(
            Schema.Current.Table("Playlists"),
            ("PlaylistId", id), ("OwnerId", owner), ("Name", $"A list {index}"), ("Description", ""), ("Public", true),
            ("Collaborative", false), ("Version", 1L), ("Items", index == 0 ? 100 : 2), ("CreatedAt", created),
            ("UpdatedAt", created));
        foreach (var user in index < Size - 1 ? (string[])["ada", "listener-0"] : ["listener-0"])
        {
            yield return Mutation.Insert(
                Schema.Current.Table("PlaylistFollowers"),
                ("UserId", user), ("PlaylistId", id), ("Public", true), ("FollowedAt", created));
        }

        yield return SearchEntries.Write(new SearchEntry(EntityType.Playlist, id, $"A list {index}", index, MarketSet.Everywhere));
        foreach (var (item, order) in Items.Take(index == 0 ? 100 : 2).Zip(OrderKeys.Between(null, null, 100)!))
        {
            yield return Mutation.Insert(
                Schema.Current.Table("PlaylistItems"),
                ("PlaylistId", id), ("OrderKey", order), ("Type", SpotifyUri.WireName(item.Type)), ("PlayableId", item.Id),
                ("AddedAt", created), ("AddedBy", owner));
        }
    }

    private static string List(IEnumerable<string> values, int count) => string.Join(',', values.Take(count));

    private static T[] Each<T>(Func<int, T> create) => [.. Enumerable.Range(0, Size).Select(create)];

    private static string[] Ids<T>(IEnumerable<T> entities, Func<T, string> id) => [.. entities.Select(id)];

    private static string Id(string kind, int index) =>
        SpotifyId.FromName(string.Create(CultureInfo.InvariantCulture, $"{kind}:{index}"));
}
