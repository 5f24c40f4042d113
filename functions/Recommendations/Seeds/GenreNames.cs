using System.Runtime.CompilerServices;
using Spotify.Recommendations.Tracks;
using Spotify.Search;

namespace Spotify.Functions.Recommendations.Seeds;

/// <summary>
/// The names of a model's genres by their spelling in requests: <c>hip-hop</c> is <c>Hip Hop</c>. Computed once per model.
/// </summary>
internal static class GenreNames
{
    private static readonly ConditionalWeakTable<TrackTable, ILookup<string, string>> Known = [];

    /// <summary>
    /// Returns the names of a genre in a model, the spelling with the most tracks first; empty if the model does not know the genre.
    /// </summary>
    public static IReadOnlyList<string> Find(TrackTable tracks, string genre) => [.. Known.GetValue(tracks, Load)[Fold(genre)]];

    /// <summary>Returns a genre in the form in which it is compared.</summary>
    public static string Fold(string genre) => SearchText.FoldedName(genre.Replace('-', ' '));

    private static ILookup<string, string> Load(TrackTable tracks) => Enumerable.Range(0, tracks.GenreCount)
        .OrderByDescending(genre => tracks.GenreTracks(genre).Length)
        .Select(tracks.GenreName)
        .ToLookup(Fold, StringComparer.Ordinal);
}
