using System.Net;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Events.Taste;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.WireContract;

/// <summary>The cases of top artists and tracks.</summary>
internal static class TasteCases
{
    public static IEnumerable<ContractCase> All =>
    [
        new("top-artists", "get-users-top-artists", "GET /v1/me/top/artists?limit=1"),
        new("top-artists-app", "get-users-top-artists", "GET /v1/me/top/artists", HttpStatusCode.Forbidden, Sender: Sender.App),
        new("top-tracks", "get-users-top-tracks", "GET /v1/me/top/tracks?time_range=short_term"),
        new("top-tracks-bad-range", "get-users-top-tracks", "GET /v1/me/top/tracks?time_range=week", HttpStatusCode.BadRequest),
    ];

    /// <summary>The taste of the first user.</summary>
    public static IEnumerable<Mutation> Mutations
    {
        get
        {
            var (now, state) = (DateTimeOffset.UtcNow, new TasteState());
            state.Apply(new TastePlay("1", now, 1000) { Track = Number(Dawn.Id), Artists = [Number(Beyonce.Id)] }, now);
            state.Apply(
                new TastePlay("2", now, 500) { Track = Number(Duet.Id), Artists = [Number(Zebra.Id), Number(Beyonce.Id)] }, now);
            yield return Mutation.Upsert(
                Schema.Current.Table("Tastes"), ("UserId", "ada"), ("State", state.Encode()), ("UpdatedAt", now));
        }
    }

    private static UInt128 Number(string id) => SpotifyId.TryParse(id, out var number) ? number : throw new ArgumentException(id);
}
