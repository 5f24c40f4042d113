using System.Reflection;
using Spotify.Domain.Data;
using Spotify.Functions;
using Spotify.Local;

namespace Spotify.Fixtures;

/// <summary>
/// All <see cref="Statement"/>s of the product, found by reflection in static fields and in the declarations of personal data.
/// </summary>
public static class ProductStatements
{
    /// <summary>The assembly of the one-machine host and all of the product's assemblies that it references.</summary>
    public static IReadOnlyCollection<Assembly> Assemblies { get; } = ReferencedBy(typeof(LocalHost).Assembly);

    /// <summary>The type and field name of each statement, for theories.</summary>
    public static IEnumerable<object[]> All =>
    [
        .. Fields.Select(found => new object[] { found.DeclaringType!.FullName!, found.Name }),
        .. FunctionDefinitions.PersonalData.Select(rows => new object[] { nameof(FunctionDefinitions.PersonalData), rows.Name }),
    ];

    private static IEnumerable<FieldInfo> Fields => Assemblies.SelectMany(assembly => assembly.GetTypes())
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
        .Where(found => found.FieldType == typeof(Statement));

    /// <summary>Returns the statement in a field, or of declared rows.</summary>
    public static Statement Get(string type, string name) => type == nameof(FunctionDefinitions.PersonalData)
        ? FunctionDefinitions.PersonalData.Single(rows => rows.Name == name).Select
        : (Statement)Fields.Single(field => field.DeclaringType!.FullName == type && field.Name == name).GetValue(null)!;

    private static HashSet<Assembly> ReferencedBy(Assembly root)
    {
        var found = new HashSet<Assembly>();
        var left = new Stack<Assembly>([root]);
        while (left.TryPop(out var assembly))
        {
            if (!found.Add(assembly)) continue;
            foreach (var name in assembly.GetReferencedAssemblies())
                if (name.Name!.StartsWith("Spotify.", StringComparison.Ordinal)) left.Push(Assembly.Load(name));
        }

        return found;
    }
}
