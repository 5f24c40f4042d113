using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Player.State;

/// <summary>The tracks and episodes of a player. Chapters are shown as episodes, with the audiobook as the show.</summary>
internal sealed class PlayedItems(CatalogService catalog)
{
    /// <summary>
    /// Returns the objects of up to <see cref="CatalogReader.MaxIds"/> items by URI. Items that the catalog no longer has are missing.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, object>> ReadAsync(IEnumerable<string> uris, Viewer viewer, CancellationToken ct)
    {
        var ids = uris.Distinct(StringComparer.Ordinal)
            .Select(text => SpotifyUri.TryParse(text, out var uri) ? uri : default)
            .ToLookup(uri => uri.Type, uri => uri.Id);
        var tracks = OfAsync(EntityType.Track, catalog.TracksAsync);
        var episodes = OfAsync(EntityType.Episode, catalog.EpisodesAsync);
        var chapters = OfAsync(EntityType.Chapter, catalog.ChaptersAsync);
        var items = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var track in await tracks) items[track.Uri] = track;
        foreach (var episode in await episodes) items[episode.Uri] = episode;
        foreach (var chapter in await chapters) items[chapter.Uri] = AsEpisode(chapter);
        return items;

        async Task<IEnumerable<T>> OfAsync<T>(
            EntityType type, Func<IReadOnlyList<string>, Viewer, CancellationToken, Task<IReadOnlyList<T?>>> read) where T : class
        {
            IReadOnlyList<string> wanted = [.. ids[type].Where(id => id is not null)];
            return wanted.Count == 0 ? [] : (await read(wanted, viewer, ct)).OfType<T>();
        }
    }

    private static EpisodeObject AsEpisode(ChapterObject chapter)
    {
        var book = chapter.Audiobook;
        var show = new SimplifiedShowObject(
            AvailableMarkets: book.AvailableMarkets,
            Copyrights: book.Copyrights,
            Description: book.Description,
            HtmlDescription: book.HtmlDescription,
            Explicit: book.Explicit,
            ExternalUrls: book.ExternalUrls,
            Href: book.Href,
            Id: book.Id,
            Images: book.Images,
            IsExternallyHosted: false,
            Languages: book.Languages,
            MediaType: book.MediaType,
            Name: book.Name,
            Publisher: book.Publisher,
            Type: "show",
            Uri: book.Uri,
            TotalEpisodes: book.TotalChapters);
        var episode = new SimplifiedEpisodeObject(
            AudioPreviewUrl: chapter.AudioPreviewUrl,
            Description: chapter.Description,
            HtmlDescription: chapter.HtmlDescription,
            DurationMs: chapter.DurationMs,
            Explicit: chapter.Explicit,
            ExternalUrls: chapter.ExternalUrls,
            Href: chapter.Href,
            Id: chapter.Id,
            Images: chapter.Images,
            IsExternallyHosted: false,
            IsPlayable: chapter.IsPlayable,
            Language: chapter.Languages.FirstOrDefault(),
            Languages: chapter.Languages,
            Name: chapter.Name,
            ReleaseDate: chapter.ReleaseDate,
            ReleaseDatePrecision: chapter.ReleaseDatePrecision,
            ResumePoint: chapter.ResumePoint,
            Type: chapter.Type,
            Uri: chapter.Uri,
            Restrictions: chapter.Restrictions);
        return new EpisodeObject(episode, show);
    }
}
