using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Recommendations.Seeds;

/// <summary>The tracks, artists and albums that are not recommended to a listener.</summary>
/// <param name="Tracks">The tracks.</param>
/// <param name="Artists">The artists.</param>
/// <param name="Albums">The albums.</param>
internal sealed record Wishes(IReadOnlySet<UInt128> Tracks, IReadOnlySet<UInt128> Artists, IReadOnlySet<UInt128> Albums)
{
    /// <summary>No wishes.</summary>
    public static Wishes None { get; } = new(new HashSet<UInt128>(), new HashSet<UInt128>(), new HashSet<UInt128>());
}

/// <summary>
/// A reader of a listener's exclusions: from the taste, and from recommendations. Takes one round trip.
/// </summary>
internal sealed class ListenerWishes(IDatabase database)
{
    private static readonly Statement OfUser = new(
        """
        SELECT Uri FROM TasteExclusions WHERE UserId = @user
        UNION ALL
        SELECT Uri FROM NotInterested WHERE UserId = @user
        """,
        ("user", ColumnType.String));

    /// <summary>Returns the wishes of a user; none for an app without a user.</summary>
    public async Task<Wishes> OfAsync(string? userId, CancellationToken ct)
    {
        if (userId is null) return Wishes.None;
        var (tracks, artists, albums) = (new HashSet<UInt128>(), new HashSet<UInt128>(), new HashSet<UInt128>());
        await foreach (var row in database.QueryAsync(OfUser, new Parameters { { "user", userId } }, null, ct))
        {
            if (!SpotifyUri.TryParse(row.String("Uri"), out var uri) || !SpotifyId.TryParse(uri.Id, out var id)) continue;
            _ = uri.Type switch
            {
                EntityType.Track => tracks.Add(id),
                EntityType.Artist => artists.Add(id),
                EntityType.Album => albums.Add(id),
                _ => false,
            };
        }

        return new Wishes(tracks, artists, albums);
    }
}
