using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Spotify.Player;
using Spotify.Web.Requests;

namespace Spotify.Functions.Playback;

/// <summary>The place of an item in the context that is played.</summary>
/// <param name="Context">The context.</param>
/// <param name="Offset">The position in the context, from 0; null if unknown. For playlists, liked songs and shuffled contexts.</param>
/// <param name="Key">The key of the occurrence, as the state of the player has it; null if unknown. Takes precedence.</param>
/// <param name="ShuffleSeed">The seed of the shuffled order; null if the context is not shuffled.</param>
/// <param name="ShuffleStart">The key of the occurrence that was played first in the shuffled context; null for the first in order.</param>
public sealed record PlaybackPlace(
    PlayContext Context, int? Offset = null, string? Key = null, long? ShuffleSeed = null, string? ShuffleStart = null)
{
    /// <summary>The maximum length of a key, in characters.</summary>
    public const int MaxKeyLength = 300;

    /// <summary>Reads a place from the parameters of a request.</summary>
    /// <param name="query">The parameters: context_uri, offset, key, shuffle_seed and shuffle_start.</param>
    /// <param name="userId">The listener, whose liked songs can be the context.</param>
    /// <param name="place">The place; null if there is no context.</param>
    /// <param name="error">The name of the invalid parameter, and the values that are wanted; null if all are valid.</param>
    public static bool TryParse(
        IQueryCollection query, string userId, out PlaybackPlace? place, [NotNullWhen(false)] out string? error)
    {
        place = null;
        error = null;
        long? seed = null;
        if (query["shuffle_seed"].ToString() is { Length: > 0 } seedText)
        {
            if (IsNumber(seedText, ShuffleOrder.MaxSeed, out var value)) seed = value;
            else error = $"Invalid shuffle_seed: a number from 0 to {ShuffleOrder.MaxSeed} is wanted";
        }

        int? offset = null;
        if (query["offset"].ToString() is { Length: > 0 } offsetText)
        {
            if (IsNumber(offsetText, PageRequest.MaxOffset, out var value)) offset = (int)value;
            else error = $"Invalid offset: a number from 0 to {PageRequest.MaxOffset} is wanted";
        }

        var (key, start) = (query["key"].ToString(), query["shuffle_start"].ToString());
        if (key.Length > MaxKeyLength) error = $"Invalid key: at most {MaxKeyLength} characters are wanted";
        if (start.Length > MaxKeyLength) error = $"Invalid shuffle_start: at most {MaxKeyLength} characters are wanted";

        PlayContext? context = null;
        if (query["context_uri"].ToString() is { Length: > 0 } uri && !PlayContext.TryParse(uri, userId, out context))
            error = "Invalid context_uri: the URI of an album, artist, audiobook, playlist, show or of your liked songs is wanted";
        if (error is not null) return false;
        if (context is not null) place = new PlaybackPlace(context, offset, NullIfEmpty(key), seed, NullIfEmpty(start));
        return true;
    }

    private static bool IsNumber(string text, long max, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= max;

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
