using System.Reflection;
using Spotify.Domain.Data;

namespace Spotify.Fixtures;

/// <summary>All <see cref="WarehouseStatement"/>s of the product, found by reflection in static fields.</summary>
public static class ProductWarehouseStatements
{
    /// <summary>The type and field name of each statement, for theories.</summary>
    public static IEnumerable<object[]> All => Fields.Select(found => new object[] { found.DeclaringType!.FullName!, found.Name });

    private static IEnumerable<FieldInfo> Fields => ProductStatements.Assemblies.SelectMany(assembly => assembly.GetTypes())
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
        .Where(found => found.FieldType == typeof(WarehouseStatement));

    /// <summary>Returns the statement in a field.</summary>
    public static WarehouseStatement Get(string type, string name) =>
        (WarehouseStatement)Fields.Single(field => field.DeclaringType!.FullName == type && field.Name == name).GetValue(null)!;

    /// <summary>Returns a value for each parameter of a statement.</summary>
    public static Parameters Values(WarehouseStatement statement)
    {
        var parameters = new Parameters();
        foreach (var (name, type) in statement.Parameters)
            parameters.Add(name, type switch
            {
                ColumnType.Int64 => 1L,
                ColumnType.Bool => true,
                ColumnType.Float64 => 0.5,
                ColumnType.Timestamp => DateTimeOffset.UnixEpoch,
                ColumnType.Date => new DateOnly(2026, 12, 31),
                _ => "x",
            });
        return parameters;
    }
}
