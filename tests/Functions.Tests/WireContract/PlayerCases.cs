using System.Net;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.WireContract;

/// <summary>The cases of the player. Playback is paused, so that positions do not change.</summary>
internal static class PlayerCases
{
    private const string State = "get-information-about-the-users-current-playback";
    private const string Playing = "get-the-users-currently-playing-track";

    public static IEnumerable<ContractCase> All =>
    [
        new("player-nothing", State, "GET /v1/me/player", HttpStatusCode.NoContent),
        new("player-devices-none", "get-a-users-available-devices", "GET /v1/me/player/devices", Sender: Sender.Bob),
        new("player-queue-nothing", "get-queue", "GET /v1/me/player/queue"),
        new("player-pause-nothing", "pause-a-users-playback", "PUT /v1/me/player/pause", HttpStatusCode.NotFound),
        Command("transfer", "transfer-a-users-playback", "PUT /v1/me/player", """{"device_ids":["kitchen"]}"""),
        // Before the start, because a radio would be requested at the end of the album.
        Command("repeat", "set-repeat-mode-on-users-playback", "PUT /v1/me/player/repeat?state=context"),
        Command("play", "start-a-users-playback", "PUT /v1/me/player/play", $$"""{"context_uri":"spotify:album:{{Sunrise.Id}}"}"""),
        Command("pause", "pause-a-users-playback", "PUT /v1/me/player/pause"),
        Command("seek", "seek-to-position-in-currently-playing-track", "PUT /v1/me/player/seek?position_ms=12345"),
        Command("volume", "set-volume-for-users-playback", "PUT /v1/me/player/volume?volume_percent=70"),
        Command("queue-add", "add-to-queue", $"POST /v1/me/player/queue?uri=spotify:episode:{Pilot.Id}"),
        new("player", State, "GET /v1/me/player"),
        new("currently-playing", Playing, "GET /v1/me/player/currently-playing"),
        new("player-devices", "get-a-users-available-devices", "GET /v1/me/player/devices"),
        new("player-queue", "get-queue", "GET /v1/me/player/queue"),
        Command("next", "skip-users-playback-to-next-track", "POST /v1/me/player/next"),
        Command("pause-episode", "pause-a-users-playback", "PUT /v1/me/player/pause"),
        Command("seek-episode", "seek-to-position-in-currently-playing-track", "PUT /v1/me/player/seek?position_ms=1"),
        new("player-episode", State, "GET /v1/me/player?additional_types=track,episode"),
        new("player-episode-as-track-only", State, "GET /v1/me/player"),
        Command("previous", "skip-users-playback-to-previous-track", "POST /v1/me/player/previous"),
        Command("play-chapter", "start-a-users-playback", "PUT /v1/me/player/play", $$"""{"uris":["spotify:chapter:{{Chapter.Id}}"]}"""),
        Command("pause-chapter", "pause-a-users-playback", "PUT /v1/me/player/pause"),
        Command("seek-chapter", "seek-to-position-in-currently-playing-track", "PUT /v1/me/player/seek?position_ms=2"),
        new("player-chapter", State, "GET /v1/me/player?additional_types=episode"),
        Command("shuffle", "toggle-shuffle-for-users-playback", "PUT /v1/me/player/shuffle?state=true"),
        new("player-volume-101", "set-volume-for-users-playback", "PUT /v1/me/player/volume?volume_percent=101", HttpStatusCode.BadRequest),
    ];

    private static ContractCase Command(string name, string operation, string request, string? body = null) =>
        new("player-" + name, operation, request, HttpStatusCode.NoContent, body);
}
