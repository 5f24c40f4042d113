using System.Collections.Frozen;
using System.Reflection;

namespace Spotify.Domain.Data;

/// <summary>A numbered file of <c>infra/spanner</c>, whose statements are applied once, in order and atomically.</summary>
/// <param name="Number">The number, from 1 without gaps. Files are applied in this order.</param>
/// <param name="Name">The file name.</param>
/// <param name="Statements">The statements of the file.</param>
public sealed record SchemaFile(int Number, string Name, IReadOnlyList<SchemaStatement> Statements);

/// <summary>
/// The database schema: the numbered files of <c>infra/spanner</c> in Spanner's GoogleSQL, embedded in this assembly. They are the only
/// definition of the tables; other engines derive their schema from them.
/// </summary>
public sealed class Schema
{
    private readonly FrozenDictionary<string, Table> tables;

    /// <summary>Parses schema files.</summary>
    /// <exception cref="FormatException">The files are not numbered 1, 2, 3, …, or a statement is not supported.</exception>
    public Schema(IEnumerable<(string Name, string Sql)> files)
    {
        var byName = new Dictionary<string, Table>(StringComparer.Ordinal);
        Files =
        [
            .. files
                .OrderBy(file => file.Name, StringComparer.Ordinal)
                .Select(Parse)
                .Select(file => file with { Statements = [.. file.Statements.Select(Resolve)] }),
        ];
        tables = byName.ToFrozenDictionary(StringComparer.Ordinal);

        SchemaStatement Resolve(SchemaStatement statement)
        {
            switch (statement)
            {
                case CreateTable { Table: var table } create:
                    if (table.Parent is { } parent)
                    {
                        var key = byName[parent.ReferencedTable].KeyColumns;
                        create = create with { Table = table with { Parent = parent with { Columns = key, ReferencedColumns = key } } };
                    }

                    byName.Add(table.Name, create.Table);
                    return create;
                case AddColumn add:
                    byName[add.Table] = byName[add.Table] with { Columns = [.. byName[add.Table].Columns, add.Column] };
                    return add;
                case DropTable drop:
                    byName.Remove(drop.Table);
                    return drop;
                default:
                    return statement;
            }
        }
    }

    /// <summary>The schema of this version of the code.</summary>
    public static Schema Current { get; } = new(Embedded());

    /// <summary>The files, in the order of application.</summary>
    public IReadOnlyList<SchemaFile> Files { get; }

    /// <summary>All tables that are not dropped, including columns added by later files.</summary>
    public IEnumerable<Table> Tables => tables.Values;

    /// <summary>Returns the table with a name.</summary>
    /// <exception cref="ArgumentException">The table does not exist.</exception>
    public Table Table(string name) =>
        tables.TryGetValue(name, out var table) ? table : throw new ArgumentException($"The schema has no table {name}.", nameof(name));

    private static SchemaFile Parse((string Name, string Sql) file, int index)
    {
        if (!int.TryParse(file.Name.AsSpan(0, Math.Min(4, file.Name.Length)), out var number) || number != index + 1)
            throw new FormatException($"Schema file {file.Name} should be numbered {index + 1:0000}.");
        try
        {
            return new SchemaFile(number, file.Name, SchemaParser.Parse(file.Sql));
        }
        catch (FormatException e)
        {
            throw new FormatException($"{file.Name}: {e.Message}", e);
        }
    }

    private static IEnumerable<(string Name, string Sql)> Embedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("spanner/", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (name["spanner/".Length..], reader.ReadToEnd());
        }
    }
}
