using System.Globalization;
using System.Net;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Web;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Catalog;

/// <summary>A mapping of catalog entities to the objects of the Web API, for one viewer.</summary>
public sealed class CatalogWire(Viewer viewer)
{
    private ApiLinks Links => viewer.Links;

    /// <summary>Maps an artist in full.</summary>
    public ArtistObject Artist(Artist artist) => new(
        ExternalUrls: Urls(EntityType.Artist, artist.Id),
        Followers: new FollowersObject(null, artist.Followers),
        Genres: artist.Genres,
        Href: Links.Href(EntityType.Artist, artist.Id),
        Id: artist.Id,
        Images: Images(artist.ImageId),
        Name: artist.Name,
        Popularity: artist.Popularity,
        Type: "artist",
        Uri: Uri(EntityType.Artist, artist.Id));

    /// <summary>Maps an album for a list.</summary>
    public SimplifiedAlbumObject Album(Album album) => new(
        AlbumType: album.AlbumType,
        TotalTracks: album.TotalTracks,
        AvailableMarkets: album.Markets.ToList(),
        ExternalUrls: Urls(EntityType.Album, album.Id),
        Href: Links.Href(EntityType.Album, album.Id),
        Id: album.Id,
        Images: Images(album.ImageId),
        Name: album.Name,
        ReleaseDate: album.ReleaseDate,
        ReleaseDatePrecision: Precision(album.ReleaseDate),
        Restrictions: viewer.Market is { } market && !album.Markets.Contains(market) ? new RestrictionObject("market") : null,
        Type: "album",
        Uri: Uri(EntityType.Album, album.Id),
        Artists: [.. album.Artists.Select(Credit)]);

    /// <summary>Maps an album in full.</summary>
    public AlbumObject Album(Album album, PagingObject<SimplifiedTrackObject> tracks) => new(
        Base: Album(album),
        Tracks: tracks,
        Copyrights: [.. album.Copyrights.Select(Copyright)],
        ExternalIds: new ExternalIdObject(null, album.Upc),
        Genres: album.Genres,
        Label: album.Label,
        Popularity: album.Popularity);

    /// <summary>Maps a track for the list of its album.</summary>
    public SimplifiedTrackObject Track(Playable track)
    {
        var restriction = Restriction(track);
        return new SimplifiedTrackObject(
            Artists: [.. track.Artists.Select(Credit)],
            AvailableMarkets: viewer.MarketGiven ? null : track.Rights.Markets.ToList(),
            DiscNumber: track.DiscNumber,
            DurationMs: track.DurationMs,
            Explicit: track.Explicit,
            ExternalUrls: Urls(EntityType.Track, track.Id),
            Href: Links.Href(EntityType.Track, track.Id),
            Id: track.Id,
            IsPlayable: viewer.Market is null ? null : restriction is null,
            Restrictions: restriction,
            Name: track.Name,
            PreviewUrl: null,
            TrackNumber: track.Number,
            Type: "track",
            Uri: Uri(EntityType.Track, track.Id),
            IsLocal: false);
    }

    /// <summary>Maps a track in full.</summary>
    public TrackObject Track(Playable track, Album? album) => new(
        Base: Track(track),
        Album: album is null ? null : Album(album),
        ExternalIds: new ExternalIdObject(track.Isrc, null),
        Popularity: track.Popularity);

    /// <summary>Maps a show for a list.</summary>
    public SimplifiedShowObject Show(Show show) => new(
        AvailableMarkets: show.Markets.ToList(),
        Copyrights: [.. show.Copyrights.Select(Copyright)],
        Description: show.Description,
        HtmlDescription: WebUtility.HtmlEncode(show.Description),
        Explicit: show.Explicit,
        ExternalUrls: Urls(EntityType.Show, show.Id),
        Href: Links.Href(EntityType.Show, show.Id),
        Id: show.Id,
        Images: Images(show.ImageId),
        IsExternallyHosted: false,
        Languages: show.Languages,
        MediaType: "audio",
        Name: show.Name,
        Publisher: show.Publisher,
        Type: "show",
        Uri: Uri(EntityType.Show, show.Id),
        TotalEpisodes: show.TotalEpisodes);

    /// <summary>Maps an episode for the list of its show. The resume point is null if the viewer may not see it.</summary>
    public SimplifiedEpisodeObject Episode(Playable episode, Show show, ResumePointObject? resumePoint)
    {
        var restriction = Restriction(episode);
        return new SimplifiedEpisodeObject(
            AudioPreviewUrl: null,
            Description: episode.Description,
            HtmlDescription: WebUtility.HtmlEncode(episode.Description),
            DurationMs: episode.DurationMs,
            Explicit: episode.Explicit,
            ExternalUrls: Urls(EntityType.Episode, episode.Id),
            Href: Links.Href(EntityType.Episode, episode.Id),
            Id: episode.Id,
            Images: Images(episode.ImageId ?? show.ImageId),
            IsExternallyHosted: false,
            IsPlayable: viewer.Market is not null && restriction is null,
            Language: episode.Languages.FirstOrDefault(),
            Languages: episode.Languages,
            Name: episode.Name,
            ReleaseDate: episode.ReleaseDate,
            ReleaseDatePrecision: Precision(episode.ReleaseDate),
            ResumePoint: resumePoint,
            Type: "episode",
            Uri: Uri(EntityType.Episode, episode.Id),
            Restrictions: restriction);
    }

    /// <summary>Maps an audiobook for a list.</summary>
    public SimplifiedAudiobookObject Audiobook(Audiobook book) => new(
        Authors: [.. book.Authors.Select(name => new AuthorObject(name))],
        AvailableMarkets: book.Markets.ToList(),
        Copyrights: [.. book.Copyrights.Select(Copyright)],
        Description: book.Description,
        HtmlDescription: WebUtility.HtmlEncode(book.Description),
        Edition: book.Edition.Length == 0 ? null : book.Edition,
        Explicit: book.Explicit,
        ExternalUrls: Urls(EntityType.Audiobook, book.Id),
        Href: Links.Href(EntityType.Audiobook, book.Id),
        Id: book.Id,
        Images: Images(book.ImageId),
        Languages: book.Languages,
        MediaType: "audio",
        Name: book.Name,
        Narrators: [.. book.Narrators.Select(name => new NarratorObject(name))],
        Publisher: book.Publisher,
        Type: "audiobook",
        Uri: Uri(EntityType.Audiobook, book.Id),
        TotalChapters: book.TotalChapters);

    /// <summary>
    /// Maps a chapter for the list of its audiobook. Chapter numbers start at 0 and the type is <c>episode</c>, as open-api.yml says. The
    /// resume point is null if the viewer may not see it.
    /// </summary>
    public SimplifiedChapterObject Chapter(Playable chapter, Audiobook book, ResumePointObject? resumePoint)
    {
        var restriction = Restriction(chapter);
        return new SimplifiedChapterObject(
            AudioPreviewUrl: null,
            AvailableMarkets: viewer.MarketGiven ? null : chapter.Rights.Markets.ToList(),
            ChapterNumber: chapter.Number - 1,
            Description: chapter.Description,
            HtmlDescription: WebUtility.HtmlEncode(chapter.Description),
            DurationMs: chapter.DurationMs,
            Explicit: chapter.Explicit,
            ExternalUrls: Urls(EntityType.Chapter, chapter.Id),
            Href: Links.Href(EntityType.Chapter, chapter.Id),
            Id: chapter.Id,
            Images: Images(chapter.ImageId ?? book.ImageId),
            IsPlayable: viewer.Market is not null && restriction is null,
            Languages: chapter.Languages,
            Name: chapter.Name,
            ReleaseDate: chapter.ReleaseDate,
            ReleaseDatePrecision: Precision(chapter.ReleaseDate),
            ResumePoint: resumePoint,
            Type: "episode",
            Uri: Uri(EntityType.Chapter, chapter.Id),
            Restrictions: restriction);
    }

    /// <summary>Returns a page of a list, with links to the previous and the next page.</summary>
    /// <param name="path">The list's path and query in the Web API, without limit and offset.</param>
    /// <param name="items">The items on the page.</param>
    /// <param name="page">The page.</param>
    /// <param name="total">The number of items in the whole list.</param>
    public PagingObject<T> Page<T>(string path, IReadOnlyList<T> items, PageRequest page, int total)
    {
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var next = page.Offset + page.Limit;
        return new PagingObject<T>(
            Href: At(page.Offset),
            Items: items,
            Limit: page.Limit,
            Next: next < total && next <= PageRequest.MaxOffset ? At(next) : null,
            Offset: page.Offset,
            Previous: page.Offset > 0 ? At(Math.Max(0, page.Offset - page.Limit)) : null,
            Total: total);

        string At(int offset) =>
            Links.Path(string.Create(CultureInfo.InvariantCulture, $"{path}{separator}offset={offset}&limit={page.Limit}"));
    }

    /// <summary>Returns the URLs of all sizes of an image; none if the image id is null.</summary>
    public IReadOnlyList<ImageObject> Images(string? imageId) => Images(imageId, Links);

    /// <summary>Returns the URLs of all sizes of an image; none if the image id is null.</summary>
    public static IReadOnlyList<ImageObject> Images(string? imageId, ApiLinks links) =>
        imageId is null ? [] : [.. ImageNames.Sizes.Select(size => new ImageObject(links.Image(imageId, size), size, size))];

    /// <summary>Maps an artist for the credits of an album or track.</summary>
    public SimplifiedArtistObject Credit(ArtistCredit artist) => new(
        ExternalUrls: Urls(EntityType.Artist, artist.Id),
        Href: Links.Href(EntityType.Artist, artist.Id),
        Id: artist.Id,
        Name: artist.Name,
        Type: "artist",
        Uri: Uri(EntityType.Artist, artist.Id));

    /// <summary>Returns the URL of an entity in the web player.</summary>
    public ExternalUrlObject Urls(EntityType type, string id) => new(Links.Page(type, id));

    /// <summary>Returns the URI of an entity.</summary>
    public static string Uri(EntityType type, string id) => new SpotifyUri(type, id).ToString();

    private RestrictionObject? Restriction(Playable playable) => viewer.Restricts(playable.Rights, playable.Explicit) switch
    {
        Domain.Catalog.Restriction.None => null,
        Domain.Catalog.Restriction.Explicit => new RestrictionObject("explicit"),
        Domain.Catalog.Restriction.NotReleased => new RestrictionObject("not_released"),
        _ => new RestrictionObject("market"),
    };

    private static CopyrightObject Copyright(string line) =>
        line.Length > 2 && line[0] is 'C' or 'P' && line[1] == ' '
            ? new CopyrightObject(line[2..], line[..1])
            : new CopyrightObject(line, "C");

    private static string Precision(string date) => date.Length switch
    {
        4 => "year",
        7 => "month",
        _ => "day",
    };
}
