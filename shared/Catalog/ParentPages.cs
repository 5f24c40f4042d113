using Spotify.Domain.Data;

namespace Spotify.Catalog;

/// <summary>
/// The SQL of the pages of several albums, shows or audiobooks (parents): the ids of their tracks, episodes or chapters, in order. Skipped
/// items cost an index entry each, because the ids are selected before anything is joined.
/// </summary>
internal static class ParentPages
{
    /// <summary>The number of parents of the smaller statements.</summary>
    public const int Few = 20;

    /// <summary>The maximum number of parents.</summary>
    public const int Max = 50;

    /// <summary>
    /// Returns the number of parents of the smallest statement for a number of ids: 1, <see cref="Few"/> or <see cref="Max"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more than <see cref="Max"/> ids.</exception>
    public static int CountFor(int ids) => ids switch
    {
        <= 1 => 1,
        <= Few => Few,
        <= Max => Max,
        _ => throw new ArgumentOutOfRangeException(nameof(ids), ids, null),
    };

    /// <summary>Returns the SQL that selects <c>PlayableId</c>.</summary>
    /// <param name="parents">The number of parents.</param>
    /// <param name="direction">The empty string, or <c>DESC</c> with a space before it.</param>
    public static string Sql(int parents, string direction)
    {
        var order = $"DiscNumber{direction}, Number{direction}, PlayableId{direction}";
        var pages = Enumerable.Range(0, parents).Select(i => $"""
            SELECT * FROM (SELECT PlayableId FROM Playables WHERE ParentId = @parent{i} ORDER BY {order} LIMIT @limit OFFSET @offset)
            """);
        return string.Join(" UNION ALL ", pages);
    }

    /// <summary>Returns the declarations of the parameters of <see cref="Sql"/>.</summary>
    public static IEnumerable<(string Name, ColumnType Type)> Parameters(int parents) =>
        [.. Statement.ListParameters("parent", parents, ColumnType.String), ("limit", ColumnType.Int64), ("offset", ColumnType.Int64)];

    /// <summary>
    /// Returns the values of the parameters, for the number of parents of <see cref="CountFor"/>. A parent without an id has no rows.
    /// </summary>
    public static Parameters Values(IReadOnlyCollection<string> parentIds, int offset, int limit)
    {
        var parameters = new Parameters { { "limit", limit }, { "offset", offset } };
        var i = 0;
        foreach (var id in parentIds) parameters.Add($"parent{i++}", id);
        while (i < CountFor(parentIds.Count)) parameters.Add($"parent{i++}", "");
        return parameters;
    }
}
