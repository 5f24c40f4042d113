using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;

namespace Spotify.Catalog;

/// <summary>
/// The mutations that write catalog entities. Each writes the entity's row, its credits and its search document together, and
/// may be applied again with the same effect. Artists must be written before what credits them.
/// </summary>
public static class CatalogWriter
{
    private static readonly Table Artists = Schema.Current.Table("Artists");
    private static readonly Table Albums = Schema.Current.Table("Albums");
    private static readonly Table AlbumArtists = Schema.Current.Table("AlbumArtists");
    private static readonly Table Shows = Schema.Current.Table("Shows");
    private static readonly Table Audiobooks = Schema.Current.Table("Audiobooks");
    private static readonly Table Playables = Schema.Current.Table("Playables");
    private static readonly Table Credits = Schema.Current.Table("Credits");
    private static readonly Table SearchDocuments = Schema.Current.Table("SearchDocuments");

    /// <summary>Writes an artist.</summary>
    public static IEnumerable<Mutation> Write(Artist artist) =>
    [
        Mutation.Upsert(Artists,
            ("ArtistId", artist.Id), ("Name", artist.Name), ("Genres", Lines(artist.Genres)), ("Popularity", artist.Popularity),
            ("Followers", artist.Followers), ("ImageId", artist.ImageId)),
        Document(EntityType.Artist, artist.Id, artist.Popularity, MarketSet.Everywhere, artist.Name),
    ];

    /// <summary>Writes an album and its artists; not its tracks.</summary>
    public static IEnumerable<Mutation> Write(Album album) =>
    [
        Mutation.Upsert(Albums,
            ("AlbumId", album.Id), ("AlbumType", album.AlbumType), ("Name", album.Name), ("ReleaseDate", album.ReleaseDate), ("Label", album.Label),
            ("Copyrights", Lines(album.Copyrights)), ("Genres", Lines(album.Genres)), ("Upc", album.Upc), ("Popularity", album.Popularity),
            ("Markets", album.Markets.Text), ("ImageId", album.ImageId)),
        Mutation.Delete(AlbumArtists, new Key(album.Id)),
        .. album.Artists.Select((artist, position) => Mutation.Insert(AlbumArtists, ("AlbumId", album.Id), ("Position", position), ("ArtistId", artist.Id))),
        Document(EntityType.Album, album.Id, album.Popularity, album.Markets, [album.Name, .. album.Artists.Select(artist => artist.Name)]),
    ];

    /// <summary>Writes a show; not its episodes.</summary>
    public static IEnumerable<Mutation> Write(Show show) =>
    [
        Mutation.Upsert(Shows,
            ("ShowId", show.Id), ("Name", show.Name), ("Publisher", show.Publisher), ("Description", show.Description), ("Languages", Lines(show.Languages)),
            ("Copyrights", Lines(show.Copyrights)), ("Explicit", show.Explicit), ("Popularity", show.Popularity), ("Markets", show.Markets.Text),
            ("ImageId", show.ImageId)),
        Document(EntityType.Show, show.Id, show.Popularity, show.Markets, show.Name, show.Publisher),
    ];

    /// <summary>Writes an audiobook; not its chapters.</summary>
    public static IEnumerable<Mutation> Write(Audiobook book) =>
    [
        Mutation.Upsert(Audiobooks,
            ("AudiobookId", book.Id), ("Name", book.Name), ("Authors", Lines(book.Authors)), ("Narrators", Lines(book.Narrators)),
            ("Publisher", book.Publisher), ("Description", book.Description), ("Edition", book.Edition), ("Languages", Lines(book.Languages)),
            ("Copyrights", Lines(book.Copyrights)), ("Explicit", book.Explicit), ("Popularity", book.Popularity), ("Markets", book.Markets.Text),
            ("ImageId", book.ImageId)),
        Document(EntityType.Audiobook, book.Id, book.Popularity, book.Markets, [book.Name, .. book.Authors, .. book.Narrators]),
    ];

    /// <summary>Writes a track, episode or chapter; not its audio. Chapters are found through their book.</summary>
    /// <param name="playable">What to write.</param>
    /// <param name="parentName">The name of its album, show or audiobook, by which it is found as well.</param>
    public static IEnumerable<Mutation> Write(Playable playable, string parentName)
    {
        yield return Mutation.Upsert(Playables,
            ("PlayableId", playable.Id), ("Type", SpotifyUri.WireName(playable.Type)), ("ParentId", playable.ParentId), ("DiscNumber", playable.DiscNumber),
            ("Number", playable.Number), ("Name", playable.Name), ("DurationMs", playable.DurationMs), ("Explicit", playable.Explicit),
            ("Popularity", playable.Popularity), ("Markets", playable.Rights.Markets.Text), ("AvailableFrom", playable.Rights.From),
            ("AvailableUntil", playable.Rights.Until), ("Isrc", playable.Isrc), ("ReleaseDate", playable.ReleaseDate),
            ("Description", playable.Description), ("Languages", Lines(playable.Languages)), ("ImageId", playable.ImageId));
        yield return Mutation.Delete(Credits, new Key(playable.Id));
        for (var i = 0; i < playable.Artists.Count; i++)
            yield return Mutation.Insert(Credits, ("PlayableId", playable.Id), ("Position", i), ("ArtistId", playable.Artists[i].Id));
        if (playable.Type != EntityType.Chapter)
            yield return Document(playable.Type, playable.Id, playable.Popularity, playable.Rights.Markets, [playable.Name, parentName, .. playable.Artists.Select(artist => artist.Name)]);
    }

    /// <summary>Sets the audio of a playable that was written before.</summary>
    /// <param name="playableId">Which.</param>
    /// <param name="revision">The revision, which is part of its objects' names.</param>
    /// <param name="encodings">Its encodings, as shared/Audio's EncodingList writes them.</param>
    /// <param name="gainDb">What brings it to the reference loudness, in dB.</param>
    /// <param name="peakDb">Its highest true peak, in dB relative to full scale; null if it was not measured.</param>
    public static Mutation WriteAudio(string playableId, string revision, string encodings, double gainDb, double? peakDb) => Mutation.Update(
        Playables, ("PlayableId", playableId), ("Revision", revision), ("Encodings", encodings), ("GainDb", gainDb), ("PeakDb", peakDb));

    /// <summary>The row by which something is found: by the words of <paramref name="texts"/>.</summary>
    public static Mutation Document(EntityType type, string id, int popularity, MarketSet markets, params IEnumerable<string> texts) => Mutation.Upsert(
        SearchDocuments,
        ("Type", SpotifyUri.WireName(type)), ("Id", id), ("Words", TextFolding.Document(texts)), ("Popularity", popularity), ("Markets", markets.Text));

    private static string Lines(IEnumerable<string> values) => string.Join('\n', values);
}
