using Spotify.Domain.Catalog;

namespace Spotify.Functions.Ingest;

/// <summary>What an album needs to know of one of its tracks.</summary>
internal sealed record AlbumTrack(string Id, int DiscNumber, int Number, string ReleaseDate, string? ImageId, IReadOnlyList<ArtistCredit> Artists);

/// <summary>
/// Makes an album of what its tracks say. Whatever can follows from the set of tracks alone, so that it comes out the same in whichever
/// order they arrive.
/// </summary>
internal static class AlbumRollup
{
    private const int MostTracksOfSingle = 3;

    /// <summary>The album with one of its tracks added or replaced.</summary>
    /// <param name="stored">The album as it is; null if it is new.</param>
    /// <param name="before">Its tracks as they are.</param>
    /// <param name="track">The track that is added or replaced.</param>
    /// <param name="said">What the track's file says of the album.</param>
    /// <param name="genres">The track's genres.</param>
    public static Album Add(Album? stored, IReadOnlyList<AlbumTrack> before, AlbumTrack track, AlbumDescription said, IReadOnlyList<string> genres)
    {
        var tracks = before.Where(other => other.Id != track.Id).Append(track)
            .OrderBy(other => other.DiscNumber).ThenBy(other => other.Number).ThenBy(other => other.Id, StringComparer.Ordinal).ToList();
        var replaces = tracks.Count == before.Count;
        var common = Common(tracks);
        var isMixed = said.Artists.Count == 0 && common.Count == 0;

        // "Compilation" on an album whose tracks did have an artist in common can only come from a tag.
        var wasFlagged = stored?.AlbumType == "compilation" && (said.Artists.Count > 0 || Common(before).Count > 0);
        var isAlbum = stored?.AlbumType == "album" || Math.Max(tracks.Count, said.TotalTracks ?? 0) > MostTracksOfSingle;
        return new Album(
            said.Id,
            isMixed || wasFlagged || said.IsCompilation ? "compilation" : isAlbum ? "album" : "single",
            said.Name,
            tracks.Select(other => other.ReleaseDate).Max(StringComparer.Ordinal)!,
            Text(stored?.Label, said.Label, replaces) ?? "",
            stored is null || (replaces && said.Copyrights.Count > 0) ? said.Copyrights : Union(stored.Copyrights, said.Copyrights),
            Union(stored?.Genres ?? [], genres),
            Text(stored?.Upc, said.Upc, replaces),
            stored?.Popularity ?? 0,
            stored?.Markets ?? MarketSet.Everywhere,
            tracks.Select(other => other.ImageId).FirstOrDefault(image => image is not null) ?? stored?.ImageId,
            said.Artists.Count > 0 ? said.Artists : isMixed ? [TrackDescription.VariousArtists] : common,
            tracks.Count);
    }

    /// <summary>Both lists without repetitions, in the order of their characters: which came first does not matter.</summary>
    public static IReadOnlyList<string> Union(IEnumerable<string> some, IEnumerable<string> others) =>
        [.. some.Concat(others).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    // The artists that every track credits, in the first one's order.
    private static List<ArtistCredit> Common(IReadOnlyList<AlbumTrack> tracks) => tracks.Count == 0
        ? []
        : [.. tracks[0].Artists.Where(artist => tracks.All(track => track.Artists.Any(other => other.Id == artist.Id)))];

    // Where tracks disagree the smaller text wins, so that their order does not matter; one that is imported anew has been corrected.
    private static string? Text(string? stored, string? said, bool replaces)
    {
        if (string.IsNullOrEmpty(said)) return stored;
        return string.IsNullOrEmpty(stored) || replaces || string.CompareOrdinal(said, stored) < 0 ? said : stored;
    }
}
