using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Spotify.Domain;
using Spotify.Player;
using Spotify.Web.Requests;

namespace Spotify.Functions.Playback;

/// <summary>The place of an item in what is played, by which the next items are found.</summary>
/// <param name="Context">The context; null if unknown.</param>
/// <param name="Offset">The position in the context, from 0; null if unknown. For playlists and liked songs.</param>
/// <param name="Key">The key of the occurrence, as the state of the player has it; null if unknown. Takes precedence.</param>
/// <param name="Next">
/// The next items, up to <see cref="MaxNext"/>, which take precedence over the context; empty if the context decides. Clients name them
/// for shuffled contexts and queues, because the state of the player has them.
/// </param>
public sealed record PlaybackPlace(PlayContext? Context, int? Offset, string? Key, IReadOnlyList<NextItem> Next)
{
    /// <summary>The maximum length of a key, in characters.</summary>
    public const int MaxKeyLength = 300;

    /// <summary>The maximum number of next items that a client names.</summary>
    public const int MaxNext = 3;

    /// <summary>Reads a place from the parameters of a request.</summary>
    /// <param name="query">The parameters: context_uri, offset, key and next.</param>
    /// <param name="userId">The listener, whose liked songs can be the context.</param>
    /// <param name="place">The place; null if there are neither a context nor next items.</param>
    /// <param name="error">The name of the invalid parameter, and the values that are wanted; null if all are valid.</param>
    public static bool TryParse(
        IQueryCollection query, string userId, out PlaybackPlace? place, [NotNullWhen(false)] out string? error)
    {
        place = null;
        error = null;
        int? offset = null;
        if (query["offset"].ToString() is { Length: > 0 } offsetText)
        {
            if (int.TryParse(offsetText, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= PageRequest.MaxOffset)
                offset = value;
            else
                error = $"Invalid offset: a number from 0 to {PageRequest.MaxOffset} is wanted";
        }

        var key = query["key"].ToString();
        if (key.Length > MaxKeyLength) error = $"Invalid key: at most {MaxKeyLength} characters are wanted";

        List<NextItem> next = [];
        if (query["next"].ToString() is { Length: > 0 } nextText && !TryParseNext(nextText, next))
            error = $"Invalid next: 1 to {MaxNext} URIs or ids of tracks, episodes and chapters are wanted, separated by commas";

        PlayContext? context = null;
        if (query["context_uri"].ToString() is { Length: > 0 } uri && !PlayContext.TryParse(uri, userId, out context))
            error = "Invalid context_uri: the URI of an album, artist, audiobook, playlist, show or of your liked songs is wanted";
        if (error is not null) return false;
        if (context is not null || next.Count > 0) place = new PlaybackPlace(context, offset, key.Length == 0 ? null : key, next);
        return true;
    }

    private static bool TryParseNext(string text, List<NextItem> next)
    {
        foreach (var part in text.Split(',', MaxNext + 1))
        {
            if (next.Count == MaxNext || !NextItem.TryParse(part, out var item)) return false;
            next.Add(item);
        }

        return true;
    }
}

/// <summary>An item that a client names as one of the next ones.</summary>
/// <param name="Id">The id.</param>
/// <param name="Type">Track, episode or chapter; null for any.</param>
public readonly record struct NextItem(string Id, EntityType? Type)
{
    /// <summary>Parses the URI or the id of a track, episode or chapter. Returns false if the format is invalid.</summary>
    public static bool TryParse(string text, out NextItem item)
    {
        item = default;
        if (SpotifyUri.TryParse(text, out var uri))
        {
            item = new NextItem(uri.Id, uri.Type);
            return uri.Type is EntityType.Track or EntityType.Episode or EntityType.Chapter;
        }

        item = new NextItem(text, null);
        return SpotifyId.IsValid(text);
    }
}
