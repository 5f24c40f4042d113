using System.Text.Json;
using Spotify.Domain;

namespace Spotify.Recommendations.Ranking;

/// <summary>
/// The compact text of a <see cref="PickReason"/>, as in the column <c>PlaylistItems.Reason</c>: the kind in snake case, then what it
/// refers to, separated by spaces: <c>played_together t=4iV5W9uYEdYUVa79Axb7Rh</c>. The genre is last, because it may have spaces.
/// </summary>
public static class PickReasonText
{
    /// <summary>The maximum length, in characters.</summary>
    public const int MaxLength = 256;

    private const string Track = " t=";
    private const string Artist = " a=";
    private const string Market = " m=";
    private const string Genre = " g=";

    private static readonly Dictionary<PickKind, string> Names =
        Enum.GetValues<PickKind>().ToDictionary(kind => kind, kind => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString()));

    private static readonly Dictionary<string, PickKind> Kinds = Names.ToDictionary(name => name.Value, name => name.Key);

    /// <summary>Returns the name of a kind, in snake case.</summary>
    public static string NameOf(PickKind kind) => Names[kind];

    /// <summary>Returns the text of a reason. A genre that does not fit is left out.</summary>
    public static string Format(PickReason reason)
    {
        var text = NameOf(reason.Kind);
        if (reason.Track is { } track) text += Track + SpotifyId.Format(track);
        if (reason.Artist is { } artist) text += Artist + SpotifyId.Format(artist);
        if (reason.Market is { } market) text += Market + market;
        if (reason.Genre is { } genre && text.Length + Genre.Length + genre.Length <= MaxLength) text += Genre + genre;
        return text;
    }

    /// <summary>Parses a text that <see cref="Format"/> has returned. Returns false for other texts, and for unknown kinds.</summary>
    public static bool TryParse(string? text, out PickReason reason)
    {
        reason = default;
        if (text is null) return false;
        var (rest, genre) = Split(text, Genre);
        (rest, var market) = Split(rest, Market);
        (rest, var artist) = Split(rest, Artist);
        (rest, var track) = Split(rest, Track);
        if (!Kinds.TryGetValue(rest, out var kind) || !TryParseId(artist, out var artistId) || !TryParseId(track, out var trackId))
            return false;
        reason = new PickReason(kind, trackId, artistId, genre, market);
        return true;
    }

    private static (string Before, string? Value) Split(string text, string name) =>
        text.IndexOf(name, StringComparison.Ordinal) is >= 0 and var start
            ? (text[..start], text[(start + name.Length)..])
            : (text, null);

    private static bool TryParseId(string? text, out UInt128? id)
    {
        id = null;
        if (text is null) return true;
        if (!SpotifyId.TryParse(text, out var number)) return false;
        id = number;
        return true;
    }
}
