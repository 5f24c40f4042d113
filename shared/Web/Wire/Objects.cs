using System.Text.Json.Serialization;

namespace Spotify.Web.Wire;

// The objects of the Web API, with the names in open-api.yml. Null members are omitted, except those that open-api.yml declares nullable,
// which have JsonIgnoreCondition.Never.

public sealed record ErrorResponse(ErrorObject Error);

public sealed record ErrorObject(int Status, string Message, string? Reason = null);

public sealed record ExternalUrlObject(string Spotify);

public sealed record ExternalIdObject(string? Isrc, string? Upc);

public sealed record ImageObject(string Url, int? Height, int? Width);

public sealed record CopyrightObject(string Text, string Type);

public sealed record RestrictionObject(string Reason);

public sealed record AuthorObject(string Name);

public sealed record NarratorObject(string Name);

public sealed record FollowersObject(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Href,
    long Total);

public sealed record PagingObject<T>(
    string Href,
    IReadOnlyList<T> Items,
    int Limit,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next,
    int Offset,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Previous,
    int Total);

/// <summary>A page of a list without offsets. <c>Next</c> is null on the last page, as open-api.yml says and clients expect.</summary>
public sealed record CursorPagingObject<T>(
    string Href,
    int Limit,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next,
    CursorObject Cursors,
    int Total,
    IReadOnlyList<T> Items);

/// <summary>The last item on the page; null on the last page.</summary>
public sealed record CursorObject([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? After);

public sealed record SimplifiedArtistObject(ExternalUrlObject ExternalUrls, string Href, string Id, string Name, string Type, string Uri);

public sealed record ArtistObject(
    ExternalUrlObject ExternalUrls,
    FollowersObject Followers,
    IReadOnlyList<string> Genres,
    string Href,
    string Id,
    IReadOnlyList<ImageObject> Images,
    string Name,
    int Popularity,
    string Type,
    string Uri);

public record SimplifiedAlbumObject(
    string AlbumType,
    int TotalTracks,
    IReadOnlyList<string> AvailableMarkets,
    ExternalUrlObject ExternalUrls,
    string Href,
    string Id,
    IReadOnlyList<ImageObject> Images,
    string Name,
    string ReleaseDate,
    string ReleaseDatePrecision,
    RestrictionObject? Restrictions,
    string Type,
    string Uri,
    IReadOnlyList<SimplifiedArtistObject> Artists)
{
    /// <summary>The artist's relation to the album in the list of an artist's albums; omitted elsewhere.</summary>
    public string? AlbumGroup { get; init; }
}

public sealed record AlbumObject(
    [property: JsonIgnore] SimplifiedAlbumObject Base,
    PagingObject<SimplifiedTrackObject> Tracks,
    IReadOnlyList<CopyrightObject> Copyrights,
    ExternalIdObject ExternalIds,
    IReadOnlyList<string> Genres,
    string Label,
    int Popularity) : SimplifiedAlbumObject(Base);

public record SimplifiedTrackObject(
    IReadOnlyList<SimplifiedArtistObject> Artists,
    IReadOnlyList<string>? AvailableMarkets,
    int DiscNumber,
    int DurationMs,
    bool Explicit,
    ExternalUrlObject ExternalUrls,
    string Href,
    string Id,
    bool? IsPlayable,
    RestrictionObject? Restrictions,
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? PreviewUrl,
    int TrackNumber,
    string Type,
    string Uri,
    bool IsLocal);

public sealed record TrackObject(
    [property: JsonIgnore] SimplifiedTrackObject Base,
    SimplifiedAlbumObject? Album,
    ExternalIdObject ExternalIds,
    int Popularity) : SimplifiedTrackObject(Base);

public record SimplifiedShowObject(
    IReadOnlyList<string> AvailableMarkets,
    IReadOnlyList<CopyrightObject> Copyrights,
    string Description,
    string HtmlDescription,
    bool Explicit,
    ExternalUrlObject ExternalUrls,
    string Href,
    string Id,
    IReadOnlyList<ImageObject> Images,
    bool IsExternallyHosted,
    IReadOnlyList<string> Languages,
    string MediaType,
    string Name,
    string Publisher,
    string Type,
    string Uri,
    int TotalEpisodes);

public sealed record ShowObject(
    [property: JsonIgnore] SimplifiedShowObject Base,
    PagingObject<SimplifiedEpisodeObject> Episodes) : SimplifiedShowObject(Base);

public sealed record ResumePointObject(bool FullyPlayed, long ResumePositionMs);

public record SimplifiedEpisodeObject(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? AudioPreviewUrl,
    string Description,
    string HtmlDescription,
    int DurationMs,
    bool Explicit,
    ExternalUrlObject ExternalUrls,
    string Href,
    string Id,
    IReadOnlyList<ImageObject> Images,
    bool IsExternallyHosted,
    bool IsPlayable,
    string? Language,
    IReadOnlyList<string> Languages,
    string Name,
    string ReleaseDate,
    string ReleaseDatePrecision,
    ResumePointObject? ResumePoint,
    string Type,
    string Uri,
    RestrictionObject? Restrictions);

public sealed record EpisodeObject(
    [property: JsonIgnore] SimplifiedEpisodeObject Base,
    SimplifiedShowObject Show) : SimplifiedEpisodeObject(Base);

public record SimplifiedAudiobookObject(
    IReadOnlyList<AuthorObject> Authors,
    IReadOnlyList<string> AvailableMarkets,
    IReadOnlyList<CopyrightObject> Copyrights,
    string Description,
    string HtmlDescription,
    string? Edition,
    bool Explicit,
    ExternalUrlObject ExternalUrls,
    string Href,
    string Id,
    IReadOnlyList<ImageObject> Images,
    IReadOnlyList<string> Languages,
    string MediaType,
    string Name,
    IReadOnlyList<NarratorObject> Narrators,
    string Publisher,
    string Type,
    string Uri,
    int TotalChapters);

public sealed record AudiobookObject(
    [property: JsonIgnore] SimplifiedAudiobookObject Base,
    PagingObject<SimplifiedChapterObject> Chapters) : SimplifiedAudiobookObject(Base);

public record SimplifiedChapterObject(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? AudioPreviewUrl,
    IReadOnlyList<string>? AvailableMarkets,
    int ChapterNumber,
    string Description,
    string HtmlDescription,
    int DurationMs,
    bool Explicit,
    ExternalUrlObject ExternalUrls,
    string Href,
    string Id,
    IReadOnlyList<ImageObject> Images,
    bool IsPlayable,
    IReadOnlyList<string> Languages,
    string Name,
    string ReleaseDate,
    string ReleaseDatePrecision,
    ResumePointObject? ResumePoint,
    string Type,
    string Uri,
    RestrictionObject? Restrictions);

public sealed record ChapterObject(
    [property: JsonIgnore] SimplifiedChapterObject Base,
    SimplifiedAudiobookObject Audiobook) : SimplifiedChapterObject(Base);

public sealed record AlbumList(IReadOnlyList<AlbumObject?> Albums);

public sealed record ArtistList(IReadOnlyList<ArtistObject?> Artists);

public sealed record TrackList(IReadOnlyList<TrackObject?> Tracks);

public sealed record ShowList(IReadOnlyList<SimplifiedShowObject?> Shows);

public sealed record EpisodeList(IReadOnlyList<EpisodeObject?> Episodes);

public sealed record AudiobookList(IReadOnlyList<AudiobookObject?> Audiobooks);

public sealed record ChapterList(IReadOnlyList<ChapterObject?> Chapters);

public sealed record MarketList(IReadOnlyList<string> Markets);
