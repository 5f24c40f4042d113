using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Spotify.Functions.Playlists;

namespace Spotify.Functions.Search.Browse;

/// <summary>The public playlists of the editorial user, by the hashtags of their descriptions.</summary>
internal sealed partial class EditorialPlaylists(PlaylistReader playlists, BrowseCache cache, IOptions<BrowseOptions> options)
{
    /// <summary>The hashtag of featured playlists.</summary>
    public const string Featured = "featured";

    // The ones that were made last.
    private const int MaxPlaylists = 500;

    /// <summary>Returns the playlists with a hashtag, the latest first.</summary>
    /// <param name="hashtag">The hashtag in lower case, without the number sign.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<IReadOnlyList<PlaylistSummary>> WithAsync(string hashtag, CancellationToken ct) =>
        [.. (await AllAsync(ct)).Where(playlist => Has(playlist.Description, hashtag))];

    /// <summary>Returns the ids of the categories of a playlist; none if it is not editorial.</summary>
    public async Task<IReadOnlyList<string>> CategoriesOfAsync(string playlistId, CancellationToken ct) =>
        (await AllAsync(ct)).FirstOrDefault(playlist => playlist.Id == playlistId) is not { } found ? []
        : [.. options.Value.AllCategories().Select(category => category.Id).Where(category => Has(found.Description, category))];

    private static bool Has(ReadOnlySpan<char> description, string hashtag)
    {
        foreach (var match in Hashtags().EnumerateMatches(description))
            if (description.Slice(match.Index + 1, match.Length - 1).Equals(hashtag, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    private async Task<IReadOnlyList<PlaylistSummary>> AllAsync(CancellationToken ct) =>
        options.Value.EditorialUser is { Length: > 0 } user
            ? await cache.GetAsync("editorial", read => playlists.PublicOfOwnerAsync(user, MaxPlaylists, read), ct)
            : [];

    [GeneratedRegex("#[A-Za-z0-9]+")]
    private static partial Regex Hashtags();
}
