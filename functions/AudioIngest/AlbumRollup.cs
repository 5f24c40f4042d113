using Spotify.Domain.Catalog;

namespace Spotify.Functions.AudioIngest;

/// <summary>The properties of a track that its album depends on.</summary>
internal sealed record AlbumTrack(
    string Id, int DiscNumber, int Number, string ReleaseDate, string? ImageId, IReadOnlyList<ArtistCredit> Artists);

/// <summary>
/// The derivation of an album from its tracks. As far as possible, the result depends only on the set of tracks, not on the order of their
/// import.
/// </summary>
internal static class AlbumRollup
{
    private const int MaxTracksOfSingle = 3;

    /// <summary>Returns the album with a track added or replaced.</summary>
    /// <param name="stored">The stored album; null if it is new.</param>
    /// <param name="before">The album's stored tracks.</param>
    /// <param name="track">The track to add or replace.</param>
    /// <param name="described">The description of the album in the track's file.</param>
    /// <param name="artists">The described artists of the album.</param>
    /// <param name="genres">The track's genres.</param>
    public static Album Add(
        Album? stored,
        IReadOnlyList<AlbumTrack> before,
        AlbumTrack track,
        AlbumDescription described,
        IReadOnlyList<ArtistCredit> artists,
        IReadOnlyList<string> genres)
    {
        var tracks = before.Where(other => other.Id != track.Id).Append(track)
            .OrderBy(other => other.DiscNumber).ThenBy(other => other.Number).ThenBy(other => other.Id, StringComparer.Ordinal).ToList();
        var replaces = tracks.Count == before.Count;
        var common = Common(tracks);
        var isMixed = artists.Count == 0 && common.Count == 0;

        // If the stored tracks have a common artist, the stored type "compilation" must come from a tag, so it is kept.
        var wasFlagged = stored?.AlbumType == "compilation" && (artists.Count > 0 || Common(before).Count > 0);
        var isAlbum = stored?.AlbumType == "album" || Math.Max(tracks.Count, described.TotalTracks ?? 0) > MaxTracksOfSingle;
        return new Album(
            described.Id,
            isMixed || wasFlagged || described.IsCompilation ? "compilation" : isAlbum ? "album" : "single",
            described.Name,
            tracks.Select(other => other.ReleaseDate).Max(StringComparer.Ordinal)!,
            Text(stored?.Label, described.Label, replaces) ?? "",
            stored is null || (replaces && described.Copyrights.Count > 0)
                ? described.Copyrights
                : Union(stored.Copyrights, described.Copyrights),
            Union(stored?.Genres ?? [], genres),
            Text(stored?.Upc, described.Upc, replaces),
            stored?.Popularity ?? 0,
            stored?.Markets ?? MarketSet.Everywhere,
            tracks.Select(other => other.ImageId).FirstOrDefault(image => image is not null) ?? stored?.ImageId,
            artists.Count > 0 ? artists : isMixed ? [TrackDescription.VariousArtists] : common,
            tracks.Count);
    }

    /// <summary>Returns the union of two lists in ordinal order, which does not depend on the order of the lists.</summary>
    public static IReadOnlyList<string> Union(IEnumerable<string> first, IEnumerable<string> second) =>
        [.. first.Concat(second).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    // The artists that are credited on every track, in the order of the first track.
    private static List<ArtistCredit> Common(IReadOnlyList<AlbumTrack> tracks) => tracks.Count == 0
        ? []
        : [.. tracks[0].Artists.Where(artist => tracks.All(track => track.Artists.Any(other => other.Id == artist.Id)))];

    // If tracks disagree, the smaller text is used, so that the result does not depend on their order. A replaced track takes precedence,
    // because its tags may have been corrected.
    private static string? Text(string? stored, string? described, bool replaces)
    {
        if (string.IsNullOrEmpty(described)) return stored;
        return string.IsNullOrEmpty(stored) || replaces || string.CompareOrdinal(described, stored) < 0 ? described : stored;
    }
}
