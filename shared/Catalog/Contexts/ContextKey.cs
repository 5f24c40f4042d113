using System.Globalization;
using Spotify.Domain.Data;

namespace Spotify.Catalog.Contexts;

/// <summary>
/// The keys of the occurrences of items in a context: the values that order them, separated by colons. A key remains a place in the context
/// when the item is removed.
/// </summary>
public static class ContextKey
{
    // After all ids, in every engine's order of strings.
    private const string MaxString = "~";

    private static readonly long MaxTime = Instant.ToMicroseconds(Instant.Truncate(DateTimeOffset.MaxValue));

    /// <summary>Returns the key of a track of an album, an episode of a show, or a chapter of an audiobook.</summary>
    public static string InParent(int disc, int number, string id) => string.Create(CultureInfo.InvariantCulture, $"{disc}:{number}:{id}");

    /// <summary>Returns the key of a track of an artist.</summary>
    public static string OfArtist(int popularity, string id) => string.Create(CultureInfo.InvariantCulture, $"{popularity}:{id}");

    /// <summary>Returns the key of a row of a page.</summary>
    internal static string Of(ContextOrder order, Row row) => string.Join(':', order.Columns.Select((column, i) =>
        column.Type == ColumnType.String
            ? row.String(ContextOrder.KeyNames[i])
            : row.Int64(ContextOrder.KeyNames[i]).ToString(CultureInfo.InvariantCulture)));

    /// <summary>Adds the parameters of a key. Adds those of the start of the context if the key is null or has another format.</summary>
    internal static void AddTo(Parameters parameters, ContextOrder order, string? key)
    {
        var values = Values(order, key) ?? [.. order.Columns.Select(Start)];
        for (var i = 0; i < values.Length; i++) parameters.Add($"from{i}", values[i]);
    }

    private static object[]? Values(ContextOrder order, string? key)
    {
        if (key?.Split(':') is not { } parts || parts.Length != order.Columns.Count) return null;
        var values = new object[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var type = order.Columns[i].Type;
            if (type == ColumnType.String) values[i] = parts[i];
            else if (long.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                values[i] = Number(type, number);
            else return null;
        }

        return values;
    }

    private static object Start(KeyColumn column) =>
        column.Type == ColumnType.String ? column.Descending ? MaxString : ""
        : Number(column.Type, column.Descending ? long.MaxValue : 0);

    private static object Number(ColumnType type, long number) =>
        type == ColumnType.Timestamp ? Instant.FromMicroseconds(Math.Clamp(number, 0, MaxTime)) : number;
}
