using System.Net;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Fixtures;

namespace Spotify.Functions.Tests.WireContract;

/// <summary>Playlists.</summary>
internal static class PlaylistCases
{
    private static readonly string Mix = SpotifyId.FromName("playlist:mix");

    /// <summary>What writes the playlist that the cases read.</summary>
    public static IEnumerable<Mutation> Mutations =>
    [
        Mutation.Insert(Schema.Current.Table("Playlists"),
            ("PlaylistId", Mix), ("OwnerId", "ada"), ("Name", "Mix"), ("Description", "Of all sorts"), ("Public", true), ("Collaborative", false), ("Version", 1L), ("Items", 1L),
            ("Followers", 0L), ("ImageId", null), ("CreatedAt", DateTimeOffset.UnixEpoch), ("UpdatedAt", DateTimeOffset.UnixEpoch)),
        Mutation.Insert(Schema.Current.Table("PlaylistItems"),
            ("PlaylistId", Mix), ("OrderKey", "a"), ("Type", "track"), ("PlayableId", TestCatalogue.Dawn.Id), ("AddedAt", DateTimeOffset.UnixEpoch), ("AddedBy", "ada")),
    ];

    public static IEnumerable<ContractCase> All =>
    [
        new("playlist", "get-playlist", $"GET /v1/playlists/{Mix}"),
        new("playlist-missing", "get-playlist", $"GET /v1/playlists/{SpotifyId.FromName("missing")}", HttpStatusCode.NotFound),
        new("playlist-items", "get-playlists-items", $"GET /v1/playlists/{Mix}/items"),
        new("playlist-tracks", "get-playlists-tracks", $"GET /v1/playlists/{Mix}/tracks"),
    ];
}
