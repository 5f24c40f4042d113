using System.Net;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Web;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Catalog;

/// <summary>Shows the catalog as the Web API does, to one viewer.</summary>
public sealed class CatalogWire(Viewer viewer)
{
    /// <summary>The sizes pictures come in, in pixels, the largest first.</summary>
    public static readonly IReadOnlyList<int> ImageSizes = [640, 300, 64];

    private ApiLinks Links => viewer.Links;

    /// <summary>An artist in full.</summary>
    public ArtistObject Artist(Artist artist) => new(
        Urls(EntityType.Artist, artist.Id),
        new FollowersObject(null, artist.Followers),
        artist.Genres,
        Links.Href(EntityType.Artist, artist.Id),
        artist.Id,
        Images(artist.ImageId),
        artist.Name,
        artist.Popularity,
        "artist",
        Uri(EntityType.Artist, artist.Id));

    /// <summary>An album as lists carry it.</summary>
    public SimplifiedAlbumObject Album(Album album) => new(
        album.AlbumType,
        album.TotalTracks,
        album.Markets.ToList(),
        Urls(EntityType.Album, album.Id),
        Links.Href(EntityType.Album, album.Id),
        album.Id,
        Images(album.ImageId),
        album.Name,
        album.ReleaseDate,
        Precision(album.ReleaseDate),
        viewer.Market is { } market && !album.Markets.Contains(market) ? new RestrictionObject("market") : null,
        "album",
        Uri(EntityType.Album, album.Id),
        [.. album.Artists.Select(Credit)]);

    /// <summary>An album in full.</summary>
    public AlbumObject Album(Album album, PagingObject<SimplifiedTrackObject> tracks) => new(
        Album(album),
        tracks,
        [.. album.Copyrights.Select(Copyright)],
        new ExternalIdObject(null, album.Upc),
        album.Genres,
        album.Label,
        album.Popularity);

    /// <summary>A track as albums carry it.</summary>
    public SimplifiedTrackObject Track(Playable track)
    {
        var restriction = Restriction(track);
        return new SimplifiedTrackObject(
            [.. track.Artists.Select(Credit)],
            viewer.MarketGiven ? null : track.Rights.Markets.ToList(),
            track.DiscNumber,
            track.DurationMs,
            track.Explicit,
            Urls(EntityType.Track, track.Id),
            Links.Href(EntityType.Track, track.Id),
            track.Id,
            viewer.Market is null ? null : restriction is null,
            restriction,
            track.Name,
            null,
            track.Number,
            "track",
            Uri(EntityType.Track, track.Id),
            false);
    }

    /// <summary>A track in full.</summary>
    public TrackObject Track(Playable track, Album? album) => new(
        Track(track),
        album is null ? null : Album(album),
        new ExternalIdObject(track.Isrc, null),
        track.Popularity);

    /// <summary>A show as lists carry it.</summary>
    public SimplifiedShowObject Show(Show show) => new(
        show.Markets.ToList(),
        [.. show.Copyrights.Select(Copyright)],
        show.Description,
        WebUtility.HtmlEncode(show.Description),
        show.Explicit,
        Urls(EntityType.Show, show.Id),
        Links.Href(EntityType.Show, show.Id),
        show.Id,
        Images(show.ImageId),
        false,
        show.Languages,
        "audio",
        show.Name,
        show.Publisher,
        "show",
        Uri(EntityType.Show, show.Id),
        show.TotalEpisodes);

    /// <summary>An episode as shows carry it.</summary>
    public SimplifiedEpisodeObject Episode(Playable episode, Show show)
    {
        var restriction = Restriction(episode);
        return new SimplifiedEpisodeObject(
            null,
            episode.Description,
            WebUtility.HtmlEncode(episode.Description),
            episode.DurationMs,
            episode.Explicit,
            Urls(EntityType.Episode, episode.Id),
            Links.Href(EntityType.Episode, episode.Id),
            episode.Id,
            Images(episode.ImageId ?? show.ImageId),
            false,
            viewer.Market is not null && restriction is null,
            episode.Languages.FirstOrDefault(),
            episode.Languages,
            episode.Name,
            episode.ReleaseDate,
            Precision(episode.ReleaseDate),
            "episode",
            Uri(EntityType.Episode, episode.Id),
            restriction);
    }

    /// <summary>An audiobook as lists carry it.</summary>
    public SimplifiedAudiobookObject Audiobook(Audiobook book) => new(
        [.. book.Authors.Select(name => new AuthorObject(name))],
        book.Markets.ToList(),
        [.. book.Copyrights.Select(Copyright)],
        book.Description,
        WebUtility.HtmlEncode(book.Description),
        book.Edition.Length == 0 ? null : book.Edition,
        book.Explicit,
        Urls(EntityType.Audiobook, book.Id),
        Links.Href(EntityType.Audiobook, book.Id),
        book.Id,
        Images(book.ImageId),
        book.Languages,
        "audio",
        book.Name,
        [.. book.Narrators.Select(name => new NarratorObject(name))],
        book.Publisher,
        "audiobook",
        Uri(EntityType.Audiobook, book.Id),
        book.TotalChapters);

    /// <summary>A chapter as audiobooks carry it. Its number counts from 0 and its type is <c>episode</c>, as the description has it.</summary>
    public SimplifiedChapterObject Chapter(Playable chapter, Audiobook book)
    {
        var restriction = Restriction(chapter);
        return new SimplifiedChapterObject(
            null,
            viewer.MarketGiven ? null : chapter.Rights.Markets.ToList(),
            chapter.Number - 1,
            chapter.Description,
            WebUtility.HtmlEncode(chapter.Description),
            chapter.DurationMs,
            chapter.Explicit,
            Urls(EntityType.Chapter, chapter.Id),
            Links.Href(EntityType.Chapter, chapter.Id),
            chapter.Id,
            Images(chapter.ImageId ?? book.ImageId),
            viewer.Market is not null && restriction is null,
            chapter.Languages,
            chapter.Name,
            chapter.ReleaseDate,
            Precision(chapter.ReleaseDate),
            "episode",
            Uri(EntityType.Chapter, chapter.Id),
            restriction);
    }

    /// <summary>A page of a list, with the addresses of the pages before and after it.</summary>
    /// <param name="path">The list's address in the Web API, with all of its query but limit and offset.</param>
    public PagingObject<T> Page<T>(string path, IReadOnlyList<T> items, PageRequest page, int total)
    {
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        return new PagingObject<T>(
            At(page.Offset),
            items,
            page.Limit,
            page.Offset + page.Limit < total && page.Offset + page.Limit <= PageRequest.MaxOffset ? At(page.Offset + page.Limit) : null,
            page.Offset,
            page.Offset > 0 ? At(Math.Max(0, page.Offset - page.Limit)) : null,
            total);

        string At(int offset) => Links.Path(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}{separator}offset={offset}&limit={page.Limit}"));
    }

    /// <summary>The addresses of a picture in every size.</summary>
    public IReadOnlyList<ImageObject> Images(string? imageId) => Images(imageId, Links);

    /// <summary>The addresses of a picture in every size.</summary>
    public static IReadOnlyList<ImageObject> Images(string? imageId, ApiLinks links) =>
        imageId is null ? [] : [.. ImageSizes.Select(size => new ImageObject(links.Image(imageId, size), size, size))];

    /// <summary>An artist as credits carry it.</summary>
    public SimplifiedArtistObject Credit(ArtistCredit artist) => new(
        Urls(EntityType.Artist, artist.Id), Links.Href(EntityType.Artist, artist.Id), artist.Id, artist.Name, "artist", Uri(EntityType.Artist, artist.Id));

    /// <summary>Where people find an entity.</summary>
    public ExternalUrlObject Urls(EntityType type, string id) => new(Links.Page(type, id));

    /// <summary>An entity's URI.</summary>
    public static string Uri(EntityType type, string id) => new SpotifyUri(type, id).ToString();

    private RestrictionObject? Restriction(Playable playable) => viewer.Restricts(playable.Rights, playable.Explicit) switch
    {
        Domain.Catalog.Restriction.None => null,
        Domain.Catalog.Restriction.Explicit => new RestrictionObject("explicit"),
        Domain.Catalog.Restriction.NotReleased => new RestrictionObject("not_released"),
        _ => new RestrictionObject("market"),
    };

    private static CopyrightObject Copyright(string line) =>
        line.Length > 2 && line[0] is 'C' or 'P' && line[1] == ' ' ? new CopyrightObject(line[2..], line[..1]) : new CopyrightObject(line, "C");

    private static string Precision(string date) => date.Length switch
    {
        4 => "year",
        7 => "month",
        _ => "day",
    };
}
