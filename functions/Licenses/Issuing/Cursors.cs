using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Spotify.Domain;
using Spotify.Web;

namespace Spotify.Functions.Licenses.Issuing;

/// <summary>
/// The position after a page of a request for licenses. The collections are paged in the order of their ids, albums and audiobooks before
/// playlists.
/// </summary>
/// <param name="IsPlaylist">Whether the position is in a playlist, and all albums and audiobooks are done.</param>
/// <param name="Id">The id of the collection; empty before the first playlist.</param>
/// <param name="Position">The number of items of the collection before the position.</param>
/// <param name="After">The order key of the item before it, or the id of the track or chapter before it.</param>
/// <param name="Disc">The disc of the track or chapter before it.</param>
/// <param name="Number">The number of the track or chapter before it.</param>
/// <param name="Version">The version of the playlist when the first page began.</param>
/// <param name="AddedAt">
/// When the collection was added to the device, in microseconds since 1970; 0 if its members cannot be complete after the last page: the
/// device had the playlist before the first page, or has no room for an item of the pages.
/// </param>
public readonly record struct IssueCursor(
    bool IsPlaylist, string Id, int Position, string After, int Disc, int Number, long Version, long AddedAt)
{
    /// <summary>A value of <see cref="After"/> behind all order keys, which are base 62 digits.</summary>
    public const string AfterAll = "~";

    /// <summary>Returns the position after an item of an album or audiobook.</summary>
    public static IssueCursor InParent(string id, int position, int disc, int number, string playableId) =>
        new(false, id, position, playableId, disc, number, 0, 0);

    /// <summary>Returns the position after an item of a playlist.</summary>
    public static IssueCursor InPlaylist(string id, int position, string orderKey, long version) =>
        new(true, id, position, orderKey, 0, 0, version, 0);

    /// <summary>Parses a cursor that <see cref="ToString"/> returns.</summary>
    /// <exception cref="ApiException">400: the format is invalid.</exception>
    public static IssueCursor Parse(string text)
    {
        var words = CursorText.Decode(text)?.Split(' ', 8);
        if (words is [var kind, var id, var position, var disc, var number, var version, var addedAt, var after]
            && kind is "parent" or "playlist"
            && (SpotifyId.IsValid(id) || (id.Length == 0 && kind == "playlist"))
            && CursorText.TryParse(position, int.MaxValue, out var at) && CursorText.TryParse(disc, int.MaxValue, out var onDisc)
            && CursorText.TryParse(number, int.MaxValue, out var numbered)
            && CursorText.TryParse(version, long.MaxValue, out var ofVersion)
            && CursorText.TryParse(addedAt, long.MaxValue, out var added))
            return new IssueCursor(kind == "playlist", id, (int)at, after, (int)onDisc, (int)numbered, ofVersion, added);
        throw CursorText.Invalid();
    }

    /// <inheritdoc/>
    public override string ToString() => CursorText.Encode(string.Create(
        CultureInfo.InvariantCulture,
        $"{(IsPlaylist ? "playlist" : "parent")} {Id} {Position} {Disc} {Number} {Version} {AddedAt} {After}"));
}

/// <summary>The position after a page of a renewal of all licenses that need it: wanted items first, then by expiry.</summary>
/// <param name="ExpiresAt">
/// The expiry of the item before the position, in microseconds since 1970; null in the wanted items, which are ordered by id.
/// </param>
/// <param name="PlayableId">The item before it.</param>
public readonly record struct RenewCursor(long? ExpiresAt, string PlayableId)
{
    /// <summary>Parses a cursor that <see cref="ToString"/> returns.</summary>
    /// <exception cref="ApiException">400: the format is invalid.</exception>
    public static RenewCursor Parse(string text)
    {
        if (CursorText.Decode(text)?.Split(' ') is not [var expiresAt, var id] || !(id.Length == 0 || SpotifyId.IsValid(id)))
            throw CursorText.Invalid();
        if (expiresAt.Length == 0) return new RenewCursor(null, id);
        return CursorText.TryParse(expiresAt, CursorText.MaxTime, out var time) ? new RenewCursor(time, id) : throw CursorText.Invalid();
    }

    /// <inheritdoc/>
    public override string ToString() => CursorText.Encode(string.Create(CultureInfo.InvariantCulture, $"{ExpiresAt} {PlayableId}"));
}

/// <summary>The text of cursors: base64url, so that clients do not depend on the content.</summary>
internal static class CursorText
{
    /// <summary>The last time that the database can store, in microseconds since 1970.</summary>
    public const long MaxTime = 253_402_300_799_999_999;

    public static string Encode(string content) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(content));

    public static string? Decode(string text) =>
        text.Length <= 1024 && Base64Url.IsValid(text) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)) : null;

    public static bool TryParse(string text, long max, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= max;

    public static ApiException Invalid() => ApiException.BadRequest("Invalid cursor: the one of the previous page is wanted");
}
