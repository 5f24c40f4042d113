using Spotify.Domain;

namespace Spotify.Functions.Recommendations.Home;

/// <summary>The shelves of a listener's home page, as references to their content.</summary>
/// <param name="Shelves">The shelves, in order. None is empty.</param>
/// <param name="Excluded">The URIs of the tracks, artists and albums that the listener does not want to be recommended.</param>
/// <param name="IsComplete">Whether all sources of shelves have answered with all that they have.</param>
internal sealed record HomePlan(IReadOnlyList<PlannedShelf> Shelves, IReadOnlySet<string> Excluded, bool IsComplete);

/// <summary>A shelf, as references to its content.</summary>
/// <param name="Id">The id, which is unique on the page.</param>
/// <param name="Name">The name for the listener.</param>
/// <param name="Items">The content, up to <see cref="MaxItems"/>.</param>
internal sealed record PlannedShelf(string Id, string Name, IReadOnlyList<SpotifyUri> Items)
{
    /// <summary>The largest number of items.</summary>
    public const int MaxItems = 50;

    /// <summary>Whether the items are recommendations: then tracks, artists and albums that are not wanted are left out.</summary>
    public bool IsRecommended { get; init; }

    /// <summary>Returns the shelves with at most <see cref="MaxItems"/> distinct items; none if there are no items.</summary>
    public static IReadOnlyList<PlannedShelf> Of(string id, string name, IEnumerable<SpotifyUri> items, bool isRecommended = false)
    {
        SpotifyUri[] distinct = [.. items.Distinct().Take(MaxItems)];
        return distinct.Length == 0 ? [] : [new PlannedShelf(id, name, distinct) { IsRecommended = isRecommended }];
    }
}
