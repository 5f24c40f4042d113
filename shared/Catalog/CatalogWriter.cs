using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Search;

namespace Spotify.Catalog;

/// <summary>
/// A factory of the mutations that write catalog entities. The mutations of an entity write its row, its credits and its search document,
/// and can be repeated. Artists must be written before the entities that credit them.
/// </summary>
public static class CatalogWriter
{
    private static readonly Table Artists = Schema.Current.Table("Artists");
    private static readonly Table Albums = Schema.Current.Table("Albums");
    private static readonly Table AlbumArtists = Schema.Current.Table("AlbumArtists");
    private static readonly Table ArtistAlbums = Schema.Current.Table("ArtistAlbums");
    private static readonly Table Shows = Schema.Current.Table("Shows");
    private static readonly Table Audiobooks = Schema.Current.Table("Audiobooks");
    private static readonly Table Playables = Schema.Current.Table("Playables");
    private static readonly Table Credits = Schema.Current.Table("Credits");
    private static readonly Table SearchDocuments = Schema.Current.Table("SearchDocuments");

    /// <summary>Returns the mutations that write an artist.</summary>
    public static IEnumerable<Mutation> Write(Artist artist) =>
    [
        Mutation.Upsert(Artists,
            ("ArtistId", artist.Id), ("Name", artist.Name), ("Genres", Lines(artist.Genres)), ("Popularity", artist.Popularity),
            ("Followers", artist.Followers), ("ImageId", artist.ImageId), ("MusicBrainzId", artist.MusicBrainzId),
            ("SortName", artist.SortName)),
        Document(EntityType.Artist, artist.Id, artist.Popularity, MarketSet.Everywhere, artist.Name, artist.SortName ?? ""),
    ];

    /// <summary>Returns the mutations that write an album and its credits, without its tracks.</summary>
    /// <param name="album">The album.</param>
    /// <param name="credited">The artists of its tracks, whose discographies include the album too.</param>
    public static IEnumerable<Mutation> Write(Album album, params IEnumerable<ArtistCredit> credited) =>
    [
        Mutation.Upsert(Albums,
            ("AlbumId", album.Id), ("AlbumType", album.AlbumType), ("Name", album.Name), ("ReleaseDate", album.ReleaseDate),
            ("Label", album.Label), ("Copyrights", Lines(album.Copyrights)), ("Genres", Lines(album.Genres)), ("Upc", album.Upc),
            ("Popularity", album.Popularity), ("Markets", album.Markets.Text), ("ImageId", album.ImageId)),
        Mutation.Delete(AlbumArtists, new Key(album.Id)),
        .. album.Artists.Select((artist, position) =>
            Mutation.Insert(AlbumArtists, ("AlbumId", album.Id), ("Position", position), ("ArtistId", artist.Id))),
        Mutation.Delete(ArtistAlbums, new Key(album.Id)),
        .. album.Artists.DistinctBy(artist => artist.Id).Select(artist =>
            Release(album, artist, AlbumGroups.TryParse(album.AlbumType, out var group) ? group : AlbumGroup.Album)),
        .. credited.ExceptBy(album.Artists.Select(artist => artist.Id), artist => artist.Id)
            .Select(artist => Release(album, artist, AlbumGroup.AppearsOn)),
        Document(EntityType.Album, album.Id, album.Popularity, album.Markets, [album.Name, .. album.Artists.Select(artist => artist.Name)]),
    ];

    /// <summary>Returns the mutations that write a show, without its episodes.</summary>
    public static IEnumerable<Mutation> Write(Show show) =>
    [
        Mutation.Upsert(Shows,
            ("ShowId", show.Id), ("Name", show.Name), ("Publisher", show.Publisher), ("Description", show.Description),
            ("Languages", Lines(show.Languages)), ("Copyrights", Lines(show.Copyrights)), ("Explicit", show.Explicit),
            ("Popularity", show.Popularity), ("Markets", show.Markets.Text), ("ImageId", show.ImageId)),
        Document(EntityType.Show, show.Id, show.Popularity, show.Markets, show.Name, show.Publisher),
    ];

    /// <summary>Returns the mutations that write an audiobook, without its chapters.</summary>
    public static IEnumerable<Mutation> Write(Audiobook book) =>
    [
        Mutation.Upsert(Audiobooks,
            ("AudiobookId", book.Id), ("Name", book.Name), ("Authors", Lines(book.Authors)), ("Narrators", Lines(book.Narrators)),
            ("Publisher", book.Publisher), ("Description", book.Description), ("Edition", book.Edition),
            ("Languages", Lines(book.Languages)), ("Copyrights", Lines(book.Copyrights)), ("Explicit", book.Explicit),
            ("Popularity", book.Popularity), ("Markets", book.Markets.Text), ("ImageId", book.ImageId)),
        Document(EntityType.Audiobook, book.Id, book.Popularity, book.Markets, [book.Name, .. book.Authors, .. book.Narrators]),
    ];

    /// <summary>
    /// Returns the mutations that write a track, episode or chapter, without its audio. Chapters have no search document, because search
    /// returns their audiobook.
    /// </summary>
    /// <param name="playable">The track, episode or chapter.</param>
    /// <param name="parentName">The name of its album, show or audiobook, which is part of the search document.</param>
    /// <param name="alsoFoundBy">Further names in the search document, such as those of composers.</param>
    public static IEnumerable<Mutation> Write(Playable playable, string parentName, params IEnumerable<string> alsoFoundBy)
    {
        yield return Mutation.Upsert(Playables,
            ("PlayableId", playable.Id), ("Type", SpotifyUri.WireName(playable.Type)), ("ParentId", playable.ParentId),
            ("DiscNumber", playable.DiscNumber), ("Number", playable.Number), ("Name", playable.Name), ("DurationMs", playable.DurationMs),
            ("Explicit", playable.Explicit),
            ("Popularity", playable.Popularity), ("Markets", playable.Rights.Markets.Text), ("AvailableFrom", playable.Rights.From),
            ("AvailableUntil", playable.Rights.Until), ("Isrc", playable.Isrc), ("ReleaseDate", playable.ReleaseDate),
            ("Description", playable.Description), ("Languages", Lines(playable.Languages)), ("ImageId", playable.ImageId));
        yield return Mutation.Delete(Credits, new Key(playable.Id));
        for (var i = 0; i < playable.Artists.Count; i++)
        {
            yield return Mutation.Insert(
                Credits,
                ("PlayableId", playable.Id), ("Position", i), ("ArtistId", playable.Artists[i].Id), ("Popularity", playable.Popularity),
                ("Markets", playable.Rights.Markets.Text));
        }

        if (playable.Type != EntityType.Chapter)
        {
            string[] texts = [playable.Name, parentName, .. playable.Artists.Select(artist => artist.Name), .. alsoFoundBy];
            yield return Document(playable.Type, playable.Id, playable.Popularity, playable.Rights.Markets, texts);
        }
    }

    /// <summary>Returns the mutation that sets the audio of an existing track, episode or chapter.</summary>
    /// <param name="playableId">The id.</param>
    /// <param name="revision">The revision, which is part of the names of the audio objects.</param>
    /// <param name="encodings">The encodings, formatted by <see cref="Audio.EncodingList.Format"/>.</param>
    /// <param name="gainDb">The gain that brings it to the reference loudness, in dB.</param>
    /// <param name="peakDb">The highest true peak, in dB relative to full scale; null if it was not measured.</param>
    public static Mutation WriteAudio(string playableId, string revision, string encodings, double gainDb, double? peakDb) =>
        Mutation.Update(
            Playables,
            ("PlayableId", playableId), ("Revision", revision), ("Encodings", encodings), ("GainDb", gainDb), ("PeakDb", peakDb));

    /// <summary>Returns the mutation that sets the loudness of the album of an existing track.</summary>
    /// <param name="playableId">The id.</param>
    /// <param name="gainDb">The gain that brings the album to the reference loudness, in dB.</param>
    /// <param name="peakDb">The highest true peak of the album, in dB relative to full scale; null if it was not measured.</param>
    public static Mutation WriteAlbumLoudness(string playableId, double gainDb, double? peakDb) =>
        Mutation.Update(Playables, ("PlayableId", playableId), ("AlbumGainDb", gainDb), ("AlbumPeakDb", peakDb));

    /// <summary>Returns the mutation that writes a search document, which matches the words of the given texts.</summary>
    public static Mutation Document(EntityType type, string id, int popularity, MarketSet markets, params IEnumerable<string> texts) =>
        Mutation.Upsert(
            SearchDocuments,
            ("Type", SpotifyUri.WireName(type)), ("Id", id),
            ("Words", string.Join(' ', texts.SelectMany(SearchText.Terms).Distinct(StringComparer.Ordinal))),
            ("Popularity", popularity), ("Markets", markets.Text));

    private static Mutation Release(Album album, ArtistCredit artist, AlbumGroup group) => Mutation.Insert(
        ArtistAlbums,
        ("AlbumId", album.Id), ("ArtistId", artist.Id), ("AlbumGroup", (int)group), ("ReleaseDate", album.ReleaseDate),
        ("Markets", album.Markets.Text));

    private static string Lines(IEnumerable<string> values) => string.Join('\n', values);
}
