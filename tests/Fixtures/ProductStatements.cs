using System.Reflection;
using Spotify.Domain.Data;

namespace Spotify.Fixtures;

/// <summary>All <see cref="Statement"/>s of the product, found by reflection in static fields.</summary>
public static class ProductStatements
{
    private static readonly string[] Names = ["Spotify.Domain", "Spotify.Web", "Spotify.Functions", "Spotify.Local"];

    /// <summary>The assemblies that have statements.</summary>
    public static IEnumerable<Assembly> Assemblies => Names.Select(Assembly.Load);

    /// <summary>The type and field name of each statement, for theories.</summary>
    public static IEnumerable<object[]> All => Fields.Select(found => new object[] { found.DeclaringType!.FullName!, found.Name });

    private static IEnumerable<FieldInfo> Fields => Assemblies.SelectMany(assembly => assembly.GetTypes())
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
        .Where(found => found.FieldType == typeof(Statement));

    /// <summary>Returns the statement in a field.</summary>
    public static Statement Get(string type, string name) =>
        (Statement)Fields.Single(field => field.DeclaringType!.FullName == type && field.Name == name).GetValue(null)!;
}
