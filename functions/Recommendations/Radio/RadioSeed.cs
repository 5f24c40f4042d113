using Spotify.Domain;
using Spotify.Functions.Recommendations.Seeds;

namespace Spotify.Functions.Recommendations.Radio;

/// <summary>The seed of a radio.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Id">The id of the entity; the name of the genre, folded, with hyphens; <c>me</c> for the listener's own taste.</param>
public readonly record struct RadioSeed(RadioSeedKind Kind, string Id)
{
    private const string GenrePrefix = "spotify:genre:";
    private const string Me = "me";
    private const int MaxGenreLength = 80;

    /// <summary>The URI, which is the same for all spellings of a seed.</summary>
    public string Uri => $"spotify:{Kind.ToString().ToLowerInvariant()}:{Id}";

    /// <summary>
    /// Parses the URI of a track, an artist, an album, a playlist, a genre (<c>spotify:genre:hip-hop</c>) or of the listener
    /// (<c>spotify:user:me</c>, or with the listener's id).
    /// </summary>
    public static bool TryParse(string? uri, string userId, out RadioSeed seed)
    {
        seed = default;
        if (uri is null) return false;
        if (uri.StartsWith(GenrePrefix, StringComparison.Ordinal))
        {
            var genre = GenreNames.Fold(uri[GenrePrefix.Length..Math.Min(uri.Length, GenrePrefix.Length + MaxGenreLength)])
                .Replace(' ', '-');
            seed = new RadioSeed(RadioSeedKind.Genre, genre);
            return genre.Length is > 0 and <= MaxGenreLength && uri.Length <= GenrePrefix.Length + MaxGenreLength;
        }

        if (!SpotifyUri.TryParse(uri, out var parsed)) return false;
        RadioSeedKind? kind = parsed.Type switch
        {
            EntityType.Track => RadioSeedKind.Track,
            EntityType.Artist => RadioSeedKind.Artist,
            EntityType.Album => RadioSeedKind.Album,
            EntityType.Playlist => RadioSeedKind.Playlist,
            EntityType.User when parsed.Id == Me || parsed.Id == userId => RadioSeedKind.User,
            _ => null,
        };
        if (kind is { } known) seed = new RadioSeed(known, known == RadioSeedKind.User ? Me : parsed.Id);
        return kind is not null;
    }
}

/// <summary>The kinds of seeds of radios.</summary>
public enum RadioSeedKind
{
    /// <summary>A track.</summary>
    Track,

    /// <summary>An artist.</summary>
    Artist,

    /// <summary>An album.</summary>
    Album,

    /// <summary>A playlist that the listener may see.</summary>
    Playlist,

    /// <summary>A genre.</summary>
    Genre,

    /// <summary>The listener's own taste.</summary>
    User,
}
