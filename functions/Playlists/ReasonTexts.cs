using System.Globalization;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Recommendations.Ranking;
using Spotify.Web.Wire;

namespace Spotify.Functions.Playlists;

/// <summary>The sentences that tell a listener why a generated playlist has an item.</summary>
internal sealed class ReasonTexts
{
    private const string Unspecific = "Picked for you";

    private static readonly Statement Names = new(
        $"""
        SELECT PlayableId AS Id, Name FROM Playables WHERE PlayableId IN ({Statement.List("id", CatalogReader.MaxIds)})
        UNION ALL
        SELECT ArtistId AS Id, Name FROM Artists WHERE ArtistId IN ({Statement.List("id", CatalogReader.MaxIds)})
        """,
        [.. Statement.ListParameters("id", CatalogReader.MaxIds, ColumnType.String)]);

    private readonly Dictionary<string, string> names;

    private ReasonTexts(Dictionary<string, string> names) => this.names = names;

    /// <summary>Reads the names of the tracks and artists of reasons, in one query; in none if there are no reasons.</summary>
    /// <param name="database">The database.</param>
    /// <param name="reasons">The reasons of a page of items, at most <see cref="CatalogReader.MaxIds"/>.</param>
    /// <param name="ct">Cancels the read.</param>
    public static async Task<ReasonTexts> ReadAsync(IDatabase database, IReadOnlyList<PickReason> reasons, CancellationToken ct)
    {
        // The sentence names one of both.
        var ids = reasons.Select(reason => reason.Track ?? reason.Artist).OfType<UInt128>().Distinct().Select(SpotifyId.Format).ToList();
        if (ids.Count == 0) return new ReasonTexts([]);
        var parameters = new Parameters().AddList("id", ids, CatalogReader.MaxIds);
        return new ReasonTexts(await database.QueryAsync(Names, parameters, Staleness.Recent, ct)
            .ToDictionaryAsync(row => row.String("Id"), row => row.String("Name"), StringComparer.Ordinal, ct));
    }

    /// <summary>Returns the object of a reason; null if there is none.</summary>
    public PickReasonObject? Show(PickReason? reason) => reason is not { } known ? null : new PickReasonObject(
        Type: PickReasonText.NameOf(known.Kind),
        Uri: known.Track is { } track ? CatalogWire.Uri(EntityType.Track, SpotifyId.Format(track))
            : known.Artist is { } artist ? CatalogWire.Uri(EntityType.Artist, SpotifyId.Format(artist))
            : null,
        Genre: known.Genre,
        Market: known.Market,
        Text: Text(known));

    // The catalog may no longer have the track or the artist.
    private string Text(PickReason reason)
    {
        var example = Name(reason.Track) ?? Name(reason.Artist) ?? reason.Genre;
        return reason.Kind switch
        {
            PickKind.PlayedTogether when example is not null => $"Because you listened to {example}",
            PickKind.SimilarContent when example is not null => $"Similar to {example}",
            PickKind.SimilarSound when example is not null => $"Sounds like {example}",
            PickKind.FamiliarArtist or PickKind.FamiliarGenre when example is not null => $"Because you listen to {example}",
            PickKind.Popular => reason.Market is { } market ? $"Popular in {Country(market)}" : "Popular at the moment",
            PickKind.Exploration when example is not null => $"Something different: {example}",
            PickKind.NewTrack or PickKind.NewRelease => Name(reason.Artist) is { } artist ? $"New release by {artist}" : "New release",
            PickKind.Played => "You play it often",
            PickKind.LikedByBoth => "You both like it",
            PickKind.LikedByOne => "One of you likes it",
            _ => Unspecific,
        };
    }

    private string? Name(UInt128? id) => id is { } known ? names.GetValueOrDefault(SpotifyId.Format(known)) : null;

    private static string Country(string market)
    {
        try
        {
            return new RegionInfo(market).EnglishName;
        }
        catch (ArgumentException)
        {
            return market;
        }
    }
}
