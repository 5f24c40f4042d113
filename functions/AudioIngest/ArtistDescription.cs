using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>The description of an artist in the tags of a file.</summary>
/// <param name="Name">The name.</param>
/// <param name="MusicBrainzId">The MusicBrainz id; null if unknown.</param>
/// <param name="SortName">The name for sorting; null if unknown.</param>
public sealed record ArtistDescription(string Name, string? MusicBrainzId = null, string? SortName = null)
{
    private static readonly Table Artists = Schema.Current.Table("Artists");

    private static readonly Statement OfMusicBrainz = new(
        "SELECT ArtistId FROM Artists WHERE MusicBrainzId = @id ORDER BY ArtistId LIMIT 1", ("id", ColumnType.String));

    /// <summary>The folded name: names that differ only in case, accents and punctuation are the same artist.</summary>
    public string Key => NameKey.Of(Name);

    /// <summary>The credit of an artist without a namesake.</summary>
    public ArtistCredit Credit => new(SpotifyId.FromName("artist:" + Key), Name);

    /// <summary>Returns the artists of a file, one by one.</summary>
    /// <param name="phrases">The artists as they are displayed, possibly several in a phrase.</param>
    /// <param name="names">The artists one by one; empty if the file does not tell them apart.</param>
    /// <param name="ids">Their MusicBrainz ids.</param>
    /// <param name="sortNames">Their names for sorting.</param>
    public static IReadOnlyList<ArtistDescription> Of(
        IReadOnlyList<string> phrases, IReadOnlyList<string> names, IReadOnlyList<string> ids, IReadOnlyList<string> sortNames)
    {
        var list = names.Count > 0 ? names : phrases;

        // Formats without lists have all names in one value.
        if (list.Count == 1 && ids.Count > 1)
            list = new[] { '/', ';' }.Select(one => list[0].Split(one, StringSplitOptions.TrimEntries))
                .FirstOrDefault(parts => parts.Length == ids.Count && parts.All(part => part.Length > 0)) ?? list;
        return
        [
            .. list.Select((name, i) => new ArtistDescription(
                    name, ids.Count == list.Count ? ids[i] : null, sortNames.Count == list.Count ? sortNames[i] : null))
                .DistinctBy(artist => (artist.Key, artist.MusicBrainzId)),
        ];
    }

    /// <summary>
    /// Returns the id of the artist in the catalog: the one with the same MusicBrainz id, or else with the same folded name. Namesakes are
    /// told apart by different MusicBrainz ids.
    /// </summary>
    internal async Task<string> ResolveAsync(ITransaction transaction)
    {
        if (MusicBrainzId is null) return Credit.Id;
        var known = await transaction.QueryAsync(OfMusicBrainz, new Parameters { { "id", MusicBrainzId } })
            .Select(row => row.String("ArtistId")).FirstOrDefaultAsync();
        if (known is not null) return known;
        var namesake = await transaction.ReadAsync(Artists, new Key(Credit.Id));
        return namesake?.StringOrNull("MusicBrainzId") is null ? Credit.Id : SpotifyId.FromName("artist:musicbrainz:" + MusicBrainzId);
    }
}
