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

    /// <summary>Returns the mutations that write an artist.</summary>
    public static IEnumerable<Mutation> Write(Artist artist) =>
    [
        Mutation.Upsert(Artists,
            ("ArtistId", artist.Id), ("Name", artist.Name), ("Genres", Lines(artist.Genres)), ("Popularity", artist.Popularity),
            ("Followers", artist.Followers), ("ImageId", artist.ImageId), ("MusicBrainzId", artist.MusicBrainzId),
            ("SortName", artist.SortName)),
        SearchEntries.Write(SearchEntryOf(artist)),
    ];

    /// <summary>Returns the mutations that write an album and its credits, without its tracks.</summary>
    /// <param name="album">The album.</param>
    /// <param name="credited">The artists of its tracks, whose discographies include the album too.</param>
    public static IEnumerable<Mutation> Write(Album album, params IEnumerable<ArtistCredit> credited) =>
    [
        Mutation.Upsert(Albums,
            ("AlbumId", album.Id), ("AlbumType", album.AlbumType), ("Name", album.Name), ("ReleaseDate", album.ReleaseDate),
            ("Label", album.Label), ("Copyrights", Lines(album.Copyrights)), ("Genres", Lines(album.Genres)), ("Upc", album.Upc),
            ("Popularity", album.Popularity), ("Markets", album.Markets.Text), ("ImageId", album.ImageId),
            ("AddedAt", album.AddedAt)),
        Mutation.Delete(AlbumArtists, new Key(album.Id)),
        .. album.Artists.Select((artist, position) =>
            Mutation.Insert(AlbumArtists, ("AlbumId", album.Id), ("Position", position), ("ArtistId", artist.Id))),
        Mutation.Delete(ArtistAlbums, new Key(album.Id)),
        .. album.Artists.DistinctBy(artist => artist.Id).Select(artist =>
            Release(album, artist, AlbumGroups.TryParse(album.AlbumType, out var group) ? group : AlbumGroup.Album)),
        .. credited.ExceptBy(album.Artists.Select(artist => artist.Id), artist => artist.Id)
            .Select(artist => Release(album, artist, AlbumGroup.AppearsOn)),
        SearchEntries.Write(SearchEntryOf(album)),
    ];

    /// <summary>Returns the mutations that write a show, without its episodes.</summary>
    public static IEnumerable<Mutation> Write(Show show) =>
    [
        Mutation.Upsert(Shows,
            ("ShowId", show.Id), ("Name", show.Name), ("Publisher", show.Publisher), ("Description", show.Description),
            ("Languages", Lines(show.Languages)), ("Copyrights", Lines(show.Copyrights)), ("Explicit", show.Explicit),
            ("Popularity", show.Popularity), ("Markets", show.Markets.Text), ("ImageId", show.ImageId)),
        SearchEntries.Write(SearchEntryOf(show)),
    ];

    /// <summary>Returns the mutations that write an audiobook, without its chapters.</summary>
    public static IEnumerable<Mutation> Write(Audiobook book) =>
    [
        Mutation.Upsert(Audiobooks,
            ("AudiobookId", book.Id), ("Name", book.Name), ("Authors", Lines(book.Authors)), ("Narrators", Lines(book.Narrators)),
            ("Publisher", book.Publisher), ("Description", book.Description), ("Edition", book.Edition),
            ("Languages", Lines(book.Languages)), ("Copyrights", Lines(book.Copyrights)), ("Explicit", book.Explicit),
            ("Popularity", book.Popularity), ("Markets", book.Markets.Text), ("ImageId", book.ImageId)),
        SearchEntries.Write(SearchEntryOf(book)),
    ];

    /// <summary>
    /// Returns the mutations that write a track, episode or chapter, without its audio. Chapters have no search document, because search
    /// returns their audiobook.
    /// </summary>
    /// <param name="playable">The track, episode or chapter.</param>
    /// <param name="parentName">The name of its album, show or audiobook, which is part of the search document.</param>
    /// <param name="composers">The names of its composers, by which search finds it too.</param>
    /// <param name="genres">Its genres, or those of its album.</param>
    public static IEnumerable<Mutation> Write(
        Playable playable, string parentName, IReadOnlyList<string>? composers = null, IReadOnlyList<string>? genres = null)
    {
        yield return Mutation.Upsert(Playables,
            ("PlayableId", playable.Id), ("Type", SpotifyUri.WireName(playable.Type)), ("ParentId", playable.ParentId),
            ("DiscNumber", playable.DiscNumber), ("Number", playable.Number), ("Name", playable.Name), ("DurationMs", playable.DurationMs),
            ("Explicit", playable.Explicit),
            ("Popularity", playable.Popularity), ("Markets", playable.Rights.Markets.Text), ("AvailableFrom", playable.Rights.From),
            ("AvailableUntil", playable.Rights.Until), ("Isrc", playable.Isrc), ("ReleaseDate", playable.ReleaseDate),
            ("Description", playable.Description), ("Languages", Lines(playable.Languages)), ("ImageId", playable.ImageId),
            ("AddedAt", playable.AddedAt));
        yield return Mutation.Delete(Credits, new Key(playable.Id));
        for (var i = 0; i < playable.Artists.Count; i++)
        {
            yield return Mutation.Insert(
                Credits,
                ("PlayableId", playable.Id), ("Position", i), ("ArtistId", playable.Artists[i].Id), ("Popularity", playable.Popularity),
                ("Markets", playable.Rights.Markets.Text));
        }

        if (playable.Type != EntityType.Chapter)
            yield return SearchEntries.Write(SearchEntryOf(playable, parentName, composers ?? [], genres ?? []));
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

    /// <summary>Returns the searchable texts and properties of an artist.</summary>
    public static SearchEntry SearchEntryOf(Artist artist) =>
        new(EntityType.Artist, artist.Id, artist.Name, artist.Popularity, MarketSet.Everywhere)
        {
            OtherNames = artist.SortName is { } sortName ? [sortName] : [],
            Genres = artist.Genres,
        };

    /// <summary>Returns the searchable texts and properties of an album.</summary>
    public static SearchEntry SearchEntryOf(Album album) => new(EntityType.Album, album.Id, album.Name, album.Popularity, album.Markets)
    {
        Artists = album.Artists,
        ReleaseDate = album.ReleaseDate,
        AddedAt = album.AddedAt,
        Genres = album.Genres,
    };

    /// <summary>Returns the searchable texts and properties of a show.</summary>
    public static SearchEntry SearchEntryOf(Show show) => new(EntityType.Show, show.Id, show.Name, show.Popularity, show.Markets)
    {
        OtherArtists = [show.Publisher],
    };

    /// <summary>Returns the searchable texts and properties of an audiobook.</summary>
    public static SearchEntry SearchEntryOf(Audiobook book) => new(EntityType.Audiobook, book.Id, book.Name, book.Popularity, book.Markets)
    {
        OtherArtists = [.. book.Authors, .. book.Narrators],
    };

    /// <summary>Returns the searchable texts and properties of a track or an episode.</summary>
    /// <param name="playable">The track or episode.</param>
    /// <param name="parentName">The name of its album or show.</param>
    /// <param name="composers">The names of its composers.</param>
    /// <param name="genres">Its genres, or those of its album.</param>
    public static SearchEntry SearchEntryOf(
        Playable playable, string parentName, IReadOnlyList<string> composers, IReadOnlyList<string> genres) =>
        new(playable.Type, playable.Id, playable.Name, playable.Popularity, playable.Rights.Markets)
        {
            Artists = playable.Artists,
            OtherArtists = composers,
            Album = parentName,
            ReleaseDate = playable.ReleaseDate,
            AddedAt = playable.AddedAt,
            Genres = genres,
        };

    private static Mutation Release(Album album, ArtistCredit artist, AlbumGroup group) => Mutation.Insert(
        ArtistAlbums,
        ("AlbumId", album.Id), ("ArtistId", artist.Id), ("AlbumGroup", (int)group), ("ReleaseDate", album.ReleaseDate),
        ("Markets", album.Markets.Text));

    private static string Lines(IEnumerable<string> values) => string.Join('\n', values);
}
