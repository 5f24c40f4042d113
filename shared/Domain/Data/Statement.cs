using System.Text.RegularExpressions;

namespace Spotify.Domain.Data;

/// <summary>
/// A query with typed parameters, in the SQL that all engines support. Statements are static fields, so that a test can find them all and
/// prepare each on every engine.
/// </summary>
public sealed partial class Statement
{
    /// <summary>Creates a statement and checks that its parameters (<c>@name</c>) are declared.</summary>
    /// <exception cref="ArgumentException">A parameter is declared but not used, or used but not declared.</exception>
    public Statement(string sql, params (string Name, ColumnType Type)[] parameters)
    {
        Sql = sql;
        Parameters = parameters;
        var used = ParameterPattern().Matches(sql).Select(match => match.Value[1..]).ToHashSet(StringComparer.Ordinal);
        if (!used.SetEquals(parameters.Select(parameter => parameter.Name)))
            throw new ArgumentException($"The declared parameters differ from the used ones: {sql}", nameof(parameters));
    }

    /// <summary>The query text.</summary>
    public string Sql { get; }

    /// <summary>The names (without the @) and types of the parameters.</summary>
    public IReadOnlyList<(string Name, ColumnType Type)> Parameters { get; }

    /// <summary>
    /// Returns the parameters <c>@{name}0, @{name}1, …</c> for a list of up to <paramref name="count"/> values, to be set by
    /// <see cref="Data.Parameters.AddList"/>. Used instead of an array parameter, because the engines' arrays are incompatible.
    /// </summary>
    public static string List(string name, int count) =>
        string.Join(", ", Enumerable.Range(0, count).Select(i => $"@{name}{i}"));

    /// <summary>Returns the declarations of the parameters of <see cref="List"/>.</summary>
    public static IEnumerable<(string Name, ColumnType Type)> ListParameters(string name, int count, ColumnType type) =>
        Enumerable.Range(0, count).Select(i => ($"{name}{i}", type));

    [GeneratedRegex("@[A-Za-z][A-Za-z0-9]*")]
    private static partial Regex ParameterPattern();
}
