using Google.Cloud.Spanner.Data;
using Google.Cloud.Spanner.V1;
using Spotify.Domain.Data;
using Key = Spotify.Domain.Data.Key;
using Mutation = Spotify.Domain.Data.Mutation;
using SpannerKey = Google.Cloud.Spanner.Data.Key;
using SpannerKeyRange = Google.Cloud.Spanner.Data.KeyRange;
using SpannerKeySet = Google.Cloud.Spanner.Data.KeySet;

namespace Spotify.Google.Database;

/// <summary>Spanner commands, and the conversion of values between the port and Spanner.</summary>
internal static class SpannerCommands
{
    /// <summary>Creates a read of one row.</summary>
    public static SpannerCommand Read(this SpannerConnection connection, Table table, Key key) => connection.CreateReadCommand(
        table.Name, ReadOptions.FromColumns(table.Columns.Select(column => column.Name)), SpannerKeySet.FromKeys(KeyOf(key)));

    /// <summary>Creates a query.</summary>
    public static SpannerCommand Select(this SpannerConnection connection, Statement statement, Parameters parameters)
    {
        var values = parameters.ToDictionary(parameter => parameter.Key, parameter => parameter.Value, StringComparer.Ordinal);
        return connection.CreateSelectCommand(
            statement.Sql,
            [.. statement.Parameters.Select(parameter => Parameter(parameter.Name, parameter.Type, values[parameter.Name]))]);
    }

    /// <summary>Creates a mutation.</summary>
    public static SpannerCommand Write(this SpannerConnection connection, Mutation mutation)
    {
        var name = mutation.Table.Name;
        SpannerParameterCollection values =
            [.. mutation.Values.Select(value => Parameter(value.Column, mutation.Table.Column(value.Column).Type, value.Value))];
        return mutation.Kind switch
        {
            MutationKind.Insert => connection.CreateInsertCommand(name, values),
            MutationKind.Update => connection.CreateUpdateCommand(name, values),
            MutationKind.Upsert => connection.CreateInsertOrUpdateCommand(name, values),
            // A range from a key to the same key contains every row whose key starts with it.
            MutationKind.Delete => Delete(SpannerKeyRange.ClosedClosed(KeyOf(mutation.Key), KeyOf(mutation.Key))),
            _ => Delete(SpannerKeyRange.ClosedOpen(KeyOf(mutation.Key), KeyOf(mutation.EndKey))),
        };

        SpannerCommand Delete(SpannerKeyRange range) => connection.CreateDeleteCommandForKeySet(name, SpannerKeySet.FromRanges(range));
    }

    /// <summary>Runs a read or a query and returns all rows.</summary>
    public static async Task<List<Row>> RowsAsync(this SpannerCommand command, CancellationToken ct)
    {
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<Row>();
        RowShape? shape = null;
        while (await reader.ReadAsync(ct))
        {
            shape ??= new RowShape(Enumerable.Range(0, reader.FieldCount).Select(reader.GetName));
            var values = new object?[reader.FieldCount];
            for (var i = 0; i < values.Length; i++) values[i] = Decode(reader[i]);
            rows.Add(new Row(shape, values));
        }

        return rows;
    }

    private static SpannerKey KeyOf(Key key) => new([.. key.Values.Select(Encode)]);

    private static SpannerParameter Parameter(string name, ColumnType type, object? value) => new(name, type switch
    {
        ColumnType.Int64 => SpannerDbType.Int64,
        ColumnType.Bool => SpannerDbType.Bool,
        ColumnType.Float64 => SpannerDbType.Float64,
        ColumnType.Timestamp => SpannerDbType.Timestamp,
        ColumnType.Bytes => SpannerDbType.Bytes,
        ColumnType.Strings => SpannerDbType.ArrayOf(SpannerDbType.String),
        _ => SpannerDbType.String,
    }, Encode(value));

    private static object Encode(object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset moment => Instant.Truncate(moment).UtcDateTime,
        int number => (long)number,
        _ => value,
    };

    private static object? Decode(object value) => value switch
    {
        DBNull => null,
        bool flag => flag ? 1L : 0L,
        DateTime moment => Instant.ToMicroseconds(moment),
        _ => value,
    };
}
