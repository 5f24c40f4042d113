using System.Net;
using Spotify.Domain.Data;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.WireContract;

/// <summary>The cases of what listeners have played.</summary>
internal static class ListeningCases
{
    private static readonly DateTimeOffset PlayedAt = new(2026, 3, 1, 20, 15, 30, 250, TimeSpan.Zero);

    public static IEnumerable<ContractCase> All =>
    [
        new("recently-played", "get-recently-played", "GET /v1/me/player/recently-played"),
        new("recently-played-page", "get-recently-played", "GET /v1/me/player/recently-played?limit=1"),
        new(
            "recently-played-both-cursors",
            "get-recently-played",
            "GET /v1/me/player/recently-played?before=1&after=1",
            HttpStatusCode.BadRequest),
        new("recently-played-nothing", "get-recently-played", "GET /v1/me/player/recently-played", Sender: Sender.Bob),
    ];

    /// <summary>The mutations that write the history and the resume points of Ada, who has a row.</summary>
    public static IEnumerable<Mutation> Mutations =>
    [
        Play("1", 0, $"spotify:album:{Sunrise.Id}"), Play("2", 1, null),
        Stopped(Pilot.Id, 61_500, isPlayed: false), Stopped(Chapter.Id, 0, isPlayed: true),
    ];

    private static Mutation Stopped(string id, long position, bool isPlayed) => Mutation.Insert(
        Schema.Current.Table("ResumePoints"),
        ("UserId", "ada"), ("PlayableId", id), ("PositionMs", position), ("FullyPlayed", isPlayed), ("UpdatedAt", PlayedAt));

    private static Mutation Play(string id, int minutes, string? context) => Mutation.Insert(
        Schema.Current.Table("PlayHistory"),
        ("UserId", "ada"), ("EventId", id), ("PlayedAt", PlayedAt.AddMinutes(minutes)), ("Type", "track"), ("PlayableId", Dawn.Id),
        ("PlayedMs", 200_000L), ("DurationMs", 200_000L), ("EndReason", "completed"), ("Engagement", 1000L), ("IsListed", true),
        ("ContextUri", context));
}
