using System.Text.RegularExpressions;

namespace Spotify.Domain.Data;

/// <summary>
/// A query, with the types of its parameters. Statements are static fields, so that a test finds them all and prepares each on
/// every engine; they keep to the SQL that all of them speak.
/// </summary>
public sealed partial class Statement
{
    /// <summary>A query whose parameters (<c>@name</c>) are exactly those declared.</summary>
    /// <exception cref="ArgumentException">A parameter is declared and not used, or used and not declared.</exception>
    public Statement(string sql, params (string Name, ColumnType Type)[] parameters)
    {
        Sql = sql;
        Parameters = parameters;
        var used = ParameterPattern().Matches(sql).Select(match => match.Value[1..]).ToHashSet(StringComparer.Ordinal);
        if (!used.SetEquals(parameters.Select(parameter => parameter.Name)))
            throw new ArgumentException($"Parameters declared and used differ: {sql}", nameof(parameters));
    }

    /// <summary>Its text.</summary>
    public string Sql { get; }

    /// <summary>Names, without the @, and types of its parameters.</summary>
    public IReadOnlyList<(string Name, ColumnType Type)> Parameters { get; }

    /// <summary>
    /// Parameters <c>@{name}0, @{name}1, …</c> for a list of up to <paramref name="count"/> values: neither engine's arrays are
    /// the other's. Fill it with <see cref="Data.Parameters.AddList"/>.
    /// </summary>
    public static string List(string name, int count) => string.Join(", ", Enumerable.Range(0, count).Select(i => $"@{name}{i}"));

    /// <summary>The declarations that belong to <see cref="List"/>.</summary>
    public static IEnumerable<(string Name, ColumnType Type)> ListParameters(string name, int count, ColumnType type) =>
        Enumerable.Range(0, count).Select(i => ($"{name}{i}", type));

    [GeneratedRegex("@[A-Za-z][A-Za-z0-9]*")]
    private static partial Regex ParameterPattern();
}
