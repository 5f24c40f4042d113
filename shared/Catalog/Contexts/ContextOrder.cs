using Spotify.Domain.Data;
using Spotify.Domain.Playlists;

namespace Spotify.Catalog.Contexts;

/// <summary>A column of the order of a context.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type: STRING, INT64 or TIMESTAMP.</param>
/// <param name="Descending">Whether higher values come first.</param>
internal readonly record struct KeyColumn(string Name, ColumnType Type, bool Descending = false);

/// <summary>
/// The order of the items of a type of context: the rows that have them, and the columns that order the rows. No two items of a context
/// have the same values in these columns.
/// </summary>
/// <param name="Rows">The table and the condition for the rows of <c>@context</c>.</param>
/// <param name="Item">The column with the id of the track, episode or chapter.</param>
/// <param name="Columns">The columns that order the rows.</param>
internal sealed record ContextOrder(string Rows, string Item, params IReadOnlyList<KeyColumn> Columns)
{
    /// <summary>The items of a playlist.</summary>
    public static readonly ContextOrder Playlist = new(
        "PlaylistItems WHERE PlaylistId = @context", "PlayableId", new KeyColumn("OrderKey", ColumnType.String));

    /// <summary>The liked songs of a user, the latest first.</summary>
    public static readonly ContextOrder Collection = new(
        "LibraryItems WHERE UserId = @context AND Type = 'track'",
        "ItemId",
        new KeyColumn("AddedAt", ColumnType.Timestamp, Descending: true),
        new KeyColumn("ItemId", ColumnType.String));

    /// <summary>The tracks of an album or the chapters of an audiobook.</summary>
    public static readonly ContextOrder Parent = new(
        "Playables WHERE ParentId = @context",
        "PlayableId",
        new KeyColumn("DiscNumber", ColumnType.Int64),
        new KeyColumn("Number", ColumnType.Int64),
        new KeyColumn("PlayableId", ColumnType.String));

    /// <summary>The episodes of a show, the latest first.</summary>
    public static readonly ContextOrder Latest = Parent with
    {
        Columns = [.. Parent.Columns.Select(column => column with { Descending = true })],
    };

    /// <summary>The tracks of an artist that are available in a market, the most popular first.</summary>
    public static readonly ContextOrder Artist = new(
        "Credits WHERE ArtistId = @context AND (Markets = '*' OR Markets LIKE @market)",
        "PlayableId",
        new KeyColumn("Popularity", ColumnType.Int64, Descending: true),
        new KeyColumn("PlayableId", ColumnType.String));

    /// <summary>The names of the columns of an item's key in a page, in order.</summary>
    public static IReadOnlyList<string> KeyNames { get; } = ["Key0", "Key1", "Key2"];

    /// <summary>
    /// Returns the statement of a page from a key on, including the item with the key. The keys of the page are selected first, so that
    /// items that are skipped cost no joins. A page of a playlist that is visible and empty has one row without an item.
    /// </summary>
    /// <param name="forward">Whether the page follows the key, in order; otherwise it precedes the key, in reverse order.</param>
    public Statement Page(bool forward) => Page(forward, index => $"@from{index}", [
        .. Columns.Select((column, i) => ($"from{i}", column.Type)),
    ]);

    /// <summary>Returns the statement of a page from the first occurrence of <c>@item</c> on, including that item.</summary>
    /// <param name="forward">Whether the page follows the item, in order; otherwise it precedes the item, in reverse order.</param>
    public Statement PageFromItem(bool forward) => Page(
        forward, index => $"(SELECT MIN({Columns[index].Name}) FROM {Rows} AND {Item} = @item)", [("item", ColumnType.String)]);

    /// <summary>
    /// Returns the statement of the first <c>@limit</c> items with their artists, in order, each with whether the listener may play it.
    /// </summary>
    public Statement All() => new(
        $"""
        SELECT Playables.PlayableId, Playables.Type, Playables.DurationMs, Credits.ArtistId, {KeyList},
          CASE
            WHEN (Playables.Markets = '*' OR Playables.Markets LIKE @market)
              AND (Playables.AvailableFrom IS NULL OR Playables.AvailableFrom <= @now)
              AND (Playables.AvailableUntil IS NULL OR Playables.AvailableUntil > @now)
              AND NOT (Playables.Explicit AND @filter)
            THEN 1 ELSE 0
          END AS IsPlayable
        FROM {Joined($"SELECT {ItemAndKeys} FROM {Rows} ORDER BY {OrderBy("", true)} LIMIT @limit", FirstArtist)}
        ORDER BY {OrderBy("Page.", true)}
        """,
        [
            ("context", ColumnType.String), ("limit", ColumnType.Int64), ("market", ColumnType.String), ("now", ColumnType.Timestamp),
            ("filter", ColumnType.Bool), .. Only(IsPlaylist, ("viewer", ColumnType.String)),
        ]);

    private const string FirstArtist = " LEFT JOIN Credits ON Credits.PlayableId = Page.ItemId AND Credits.Position = 0";

    private bool IsPlaylist => ReferenceEquals(this, Playlist);

    private string ItemAndKeys =>
        $"{Item} AS ItemId, {string.Join(", ", Columns.Select((column, i) => $"{column.Name} AS {KeyNames[i]}"))}";

    private string KeyList => string.Join(", ", Columns.Select((_, i) => "Page." + KeyNames[i]));

    private static IEnumerable<(string Name, ColumnType Type)> Only(bool isUsed, (string Name, ColumnType Type) parameter) =>
        isUsed ? [parameter] : [];

    private static string Direction(KeyColumn column, bool forward) => column.Descending == forward ? " DESC" : "";

    private string OrderBy(string page, bool forward) => string.Join(", ", Columns.Select((column, i) =>
        (page.Length == 0 ? column.Name : page + KeyNames[i]) + Direction(column, forward)));

    private string Joined(string page, string join = "")
    {
        const string playables = "LEFT JOIN Playables ON Playables.PlayableId = Page.ItemId";
        return IsPlaylist
            ? $"""
               Playlists LEFT JOIN ({page}) Page ON TRUE
               {playables}{join}
               WHERE Playlists.PlaylistId = @context AND {PlaylistAccess.IsVisibleSql}
               """
            : $"({page}) Page {playables}{join}";
    }

    private Statement Page(bool forward, Func<int, string> from, IReadOnlyList<(string Name, ColumnType Type)> parameters)
    {
        var page = $"""
            SELECT {ItemAndKeys} FROM {Rows} AND {Bound()} ORDER BY {OrderBy("", forward)} LIMIT @limit OFFSET @offset
            """;
        return new Statement(
            $"""
            SELECT {PlayableColumns.Playback}, {KeyList}
            FROM {Joined(page)}
            ORDER BY {OrderBy("Page.", forward)}
            """,
            [
                ("context", ColumnType.String), .. parameters, ("limit", ColumnType.Int64), ("offset", ColumnType.Int64),
                .. Only(IsPlaylist, ("viewer", ColumnType.String)),
                .. Only(ReferenceEquals(this, Artist), ("market", ColumnType.String)),
            ]);

        // The first condition is implied by the second one. The engines find the range of the index by it.
        string Bound() => Columns.Count == 1 ? Compare(0) : $"{Columns[0].Name} {Operator(0)}= {from(0)} AND {Compare(0)}";

        string Compare(int index) => index == Columns.Count - 1
            ? $"{Columns[index].Name} {Operator(index)}= {from(index)}"
            : $"({Columns[index].Name} {Operator(index)} {from(index)}"
                + $" OR ({Columns[index].Name} = {from(index)} AND {Compare(index + 1)}))";

        string Operator(int index) => Columns[index].Descending == forward ? "<" : ">";
    }
}
