using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;

namespace Spotify.Fixtures;

/// <summary>A small catalog with every entity type and fixed names.</summary>
public static class TestCatalog
{
    public static readonly Artist Beyonce = NewArtist("Beyoncé Ångström", 90);
    public static readonly Artist Zebra = NewArtist("Zebra", 10);

    public static readonly Album Sunrise = NewAlbum("Sunrise", "album", "2020-05-01", Beyonce);
    public static readonly Album SwedenOnly = NewAlbum("Sverige", "single", "2021-06", Beyonce) with { Markets = MarketSet.Of("SE") };
    public static readonly Album Together = NewAlbum("Together", "compilation", "1999", Zebra);

    public static readonly Playable Dawn = NewTrack(Sunrise, 1, "Dawn", Beyonce) with { Popularity = 80, Isrc = "SEABC2000001" };
    public static readonly Playable Explicit = NewTrack(Sunrise, 2, "Rude Morning", Beyonce) with { Explicit = true, Popularity = 50 };
    public static readonly Playable Duet = NewTrack(Together, 1, "Duet", Zebra, Beyonce) with { Popularity = 60 };
    public static readonly Playable Swedish = NewTrack(SwedenOnly, 1, "Midsommar", Beyonce) with
    {
        Rights = new Rights(MarketSet.Of("SE"), null, null),
    };

    public static readonly Playable Future = NewTrack(Sunrise, 3, "Tomorrow", Beyonce) with
    {
        Rights = new Rights(MarketSet.Everywhere, new DateTimeOffset(2199, 1, 1, 0, 0, 0, TimeSpan.Zero), null),
    };

    public static readonly Show Radio = new(
        SpotifyId.FromName("show"), "Night Radio", "The Publisher", "Talk & <music>", ["en"], ["C 2020 The Publisher"], false, 40,
        MarketSet.Everywhere, null, 0);

    public static readonly Playable Pilot = NewEpisode(1, "Pilot");
    public static readonly Playable Finale = NewEpisode(2, "Finale");

    public static readonly Audiobook Book = new(
        SpotifyId.FromName("book"), "The Long Road", ["An Author"], ["A Narrator"], "The Publisher", "A story.", "Unabridged", ["en"], [],
        false, 30, MarketSet.Everywhere, null, 0);

    public static readonly Playable Chapter = new(
        SpotifyId.FromName("chapter"), EntityType.Chapter, Book.Id, 1, 1, "Chapter One", 1_000_000, false, 0,
        new Rights(MarketSet.Everywhere, null, null), null, "2020", "How it began.", ["en"], null, []);

    /// <summary>The mutations that write the catalog.</summary>
    public static IEnumerable<Mutation> Mutations =>
    [
        .. CatalogWriter.Write(Beyonce), .. CatalogWriter.Write(Zebra),
        .. CatalogWriter.Write(Sunrise), .. CatalogWriter.Write(SwedenOnly), .. CatalogWriter.Write(Together, Duet.Artists),
        .. Write(Dawn, Sunrise), .. Write(Explicit, Sunrise),
        .. Write(Future, Sunrise), .. Write(Duet, Together),
        .. Write(Swedish, SwedenOnly),
        .. CatalogWriter.Write(Radio), .. CatalogWriter.Write(Pilot, Radio.Name), .. CatalogWriter.Write(Finale, Radio.Name),
        .. CatalogWriter.Write(Book), .. CatalogWriter.Write(Chapter, Book.Name),
    ];

    /// <summary>Creates an artist with an id derived from the name.</summary>
    public static Artist NewArtist(string name, int popularity) =>
        new(SpotifyId.FromName("artist:" + name), name, ["pop", "soul"], popularity, 1234, SpotifyId.FromName("image:" + name));

    /// <summary>Creates an album with an id derived from the name.</summary>
    public static Album NewAlbum(string name, string type, string date, params IReadOnlyList<Artist> artists) => new(
        SpotifyId.FromName("album:" + name), type, name, date, "The Label", ["P 2020 The Label"], ["pop"], "0123456789012", 50,
        MarketSet.Everywhere, SpotifyId.FromName("image:" + name),
        [.. artists.Select(artist => new ArtistCredit(artist.Id, artist.Name))], 0);

    /// <summary>Creates a track with an id derived from its name and album.</summary>
    public static Playable NewTrack(Album album, int number, string name, params IReadOnlyList<Artist> artists) => new(
        SpotifyId.FromName($"track:{album.Name}:{name}"), EntityType.Track, album.Id, 1, number, name, 200_000, false, 0,
        new Rights(MarketSet.Everywhere, null, null), null, album.ReleaseDate, "", [], null,
        [.. artists.Select(artist => new ArtistCredit(artist.Id, artist.Name))]);

    private static IEnumerable<Mutation> Write(Playable track, Album album) => CatalogWriter.Write(track, album.Name, genres: album.Genres);

    private static Playable NewEpisode(int number, string name) => new(
        SpotifyId.FromName("episode:" + name), EntityType.Episode, Radio.Id, 1, number, name, 1_800_000, false, 20,
        new Rights(MarketSet.Everywhere, null, null), null, "2020-01-0" + number, "What was said.", ["en"], null, []);
}
