using System.Globalization;
using System.Text.RegularExpressions;

namespace Spotify.Domain.Data;

/// <summary>
/// A parser of the subset of Spanner's data definition language that the schema files use: CREATE TABLE with ROW DELETION POLICY,
/// CREATE INDEX and CREATE SEARCH INDEX with STORING, ALTER TABLE … ADD COLUMN, generated ARRAY and TOKENLIST columns, DROP TABLE and DROP
/// SEARCH INDEX. Other statements are errors, because an engine that derives its schema from the parsed statements would silently differ
/// from Spanner.
/// </summary>
/// <seealso href="https://cloud.google.com/spanner/docs/reference/standard-sql/data-definition-language"/>
internal sealed partial class SchemaParser
{
    private readonly List<(string Text, int Position)> tokens = [];
    private readonly string sql;
    private int next;

    private SchemaParser(string sql)
    {
        this.sql = sql;
        var position = 0;
        foreach (Match match in TokenPattern().Matches(sql))
        {
            if (match.Index != position) throw new FormatException($"unexpected '{sql[position]}' at character {position}");
            position = match.Index + match.Length;
            if (!match.Groups["skip"].Success) tokens.Add((match.Value, match.Index));
        }

        if (position != sql.Length) throw new FormatException($"unexpected '{sql[position]}' at character {position}");
    }

    /// <exception cref="FormatException">A statement is not supported. The message includes the position.</exception>
    public static IReadOnlyList<SchemaStatement> Parse(string sql)
    {
        var parser = new SchemaParser(sql);
        var statements = new List<SchemaStatement>();
        while (parser.next < parser.tokens.Count) statements.Add(parser.Statement());
        return statements;
    }

    private SchemaStatement Statement()
    {
        var first = next;
        SchemaStatement statement;
        if (Accept("CREATE", "TABLE")) statement = CreateTable();
        else if (Accept("CREATE", "SEARCH", "INDEX")) statement = CreateSearchIndex();
        else if (Accept("CREATE", "UNIQUE", "INDEX")) statement = CreateIndex(unique: true);
        else if (Accept("CREATE", "NULL_FILTERED", "INDEX")) statement = CreateIndex(nullFiltered: true);
        else if (Accept("CREATE", "INDEX")) statement = CreateIndex();
        else if (Accept("ALTER", "TABLE")) statement = AddColumn();
        else if (Accept("DROP", "SEARCH", "INDEX")) statement = new DropSearchIndex("", Name());
        else if (Accept("DROP", "TABLE")) statement = new DropTable("", Name());
        else throw Unexpected("a CREATE TABLE, CREATE INDEX, CREATE SEARCH INDEX, ALTER TABLE … ADD COLUMN or DROP statement");

        var end = next < tokens.Count ? tokens[next].Position : sql.Length;
        Expect(";");
        // The emulator of Spanner rejects comments within a statement.
        return statement with { Sql = CommentPattern().Replace(sql[tokens[first].Position..end], "").TrimEnd() };
    }

    private CreateTable CreateTable()
    {
        var name = Name();
        var columns = new List<Column>();
        var foreignKeys = new List<ForeignKey>();
        Expect("(");
        while (!Accept(")"))
        {
            if (Accept("CONSTRAINT")) Name();
            if (Accept("FOREIGN", "KEY")) foreignKeys.Add(ForeignKey());
            else columns.Add(Column(Name()));
            if (!Accept(",") && Peek() != ")") throw Unexpected("',' or ')'");
        }

        Expect("PRIMARY");
        Expect("KEY");
        var key = Names();
        ForeignKey? parent = null;
        RowDeletionPolicy? deletion = null;
        while (Accept(","))
        {
            if (parent is null && deletion is null && Accept("INTERLEAVE", "IN", "PARENT"))
                parent = new ForeignKey([], Name(), [], Cascade: OnDeleteCascade());
            else if (deletion is null && Accept("ROW", "DELETION", "POLICY"))
                deletion = DeletionPolicy(columns);
            else
                throw Unexpected("INTERLEAVE IN PARENT or ROW DELETION POLICY");
        }

        return new CreateTable("", new Table(name, columns, key, parent, foreignKeys, deletion));
    }

    private RowDeletionPolicy DeletionPolicy(List<Column> columns)
    {
        Expect("(");
        Expect("OLDER_THAN");
        Expect("(");
        var column = Name();
        if (columns.Find(other => other.Name == column) is not { Type: ColumnType.Timestamp })
        {
            next--;
            throw Unexpected("a TIMESTAMP column");
        }

        Expect(",");
        Expect("INTERVAL");
        if (!int.TryParse(Next(), NumberStyles.None, CultureInfo.InvariantCulture, out var days))
        {
            next--;
            throw Unexpected("a number of days");
        }

        Expect("DAY");
        Expect(")");
        Expect(")");
        return new RowDeletionPolicy(column, days);
    }

    private Column Column(string name)
    {
        var (type, length) = Type();
        var notNull = Accept("NOT", "NULL");
        string? @default = null;
        if (Accept("DEFAULT"))
        {
            Expect("(");
            @default = Next();
            Expect(")");
        }

        return new Column(name, type, length, notNull, @default);
    }

    private (ColumnType Type, long? Length) Type()
    {
        var name = Next().ToUpperInvariant();
        switch (name)
        {
            case "INT64": return (ColumnType.Int64, null);
            case "BOOL": return (ColumnType.Bool, null);
            case "FLOAT64": return (ColumnType.Float64, null);
            case "TIMESTAMP": return (ColumnType.Timestamp, null);
            case "STRING" or "BYTES":
                Expect("(");
                var length = Next();
                Expect(")");
                return (
                    name == "STRING" ? ColumnType.String : ColumnType.Bytes,
                    length.Equals("MAX", StringComparison.OrdinalIgnoreCase) ? null : long.Parse(length, CultureInfo.InvariantCulture));
            default:
                next--;
                throw Unexpected("a type");
        }
    }

    private ForeignKey ForeignKey()
    {
        var columns = Names();
        Expect("REFERENCES");
        return new ForeignKey(columns, Name(), Names(), Cascade: OnDeleteCascade());
    }

    private bool OnDeleteCascade()
    {
        if (!Accept("ON", "DELETE")) return false;
        if (Accept("CASCADE")) return true;
        Expect("NO");
        Expect("ACTION");
        return false;
    }

    private CreateIndex CreateIndex(bool unique = false, bool nullFiltered = false)
    {
        var name = Name();
        Expect("ON");
        var table = Name();
        Expect("(");
        var columns = new List<string>();
        do
        {
            var column = Name();
            if (Accept("DESC")) column += " DESC";
            else Accept("ASC");
            columns.Add(column);
        }
        while (Accept(","));
        Expect(")");
        IReadOnlyList<string> storing = Accept("STORING") ? Names() : [];
        return new CreateIndex("", name, table, columns, unique, nullFiltered, storing);
    }

    private CreateSearchIndex CreateSearchIndex()
    {
        var name = Name();
        Expect("ON");
        var table = Name();
        var columns = Names();
        // The index of SQLite reads the columns from the table, which is in the same file.
        if (Accept("STORING")) Names();
        var partition = Accept("PARTITION", "BY") ? Name() : null;
        var order = Accept("ORDER", "BY") ? Name() : null;
        Accept("DESC");
        return new CreateSearchIndex("", name, table, columns, partition, order);
    }

    private SchemaStatement AddColumn()
    {
        var table = Name();
        Expect("ADD");
        Expect("COLUMN");
        var column = Name();
        if (!Accept("TOKENLIST") && !Accept("ARRAY", "<", "STRING", "(", "MAX", ")", ">"))
            return new AddColumn("", table, Column(column));

        // The source is the first argument of the innermost function.
        Expect("AS");
        Expect("(");
        var source = Name();
        while (Accept("(")) source = Name();
        while (!Accept("HIDDEN")) Next();
        return new AddTokens("", table, column, source);
    }

    private List<string> Names()
    {
        Expect("(");
        var names = new List<string>();
        do names.Add(Name());
        while (Accept(","));
        Expect(")");
        return names;
    }

    private string Name()
    {
        var name = Next();
        if (char.IsAsciiLetter(name[0])) return name;
        next--;
        throw Unexpected("a name");
    }

    private string? Peek() => next < tokens.Count ? tokens[next].Text : null;

    private string Next() => next < tokens.Count ? tokens[next++].Text : throw Unexpected("more");

    private bool Accept(params ReadOnlySpan<string> words)
    {
        if (next + words.Length > tokens.Count) return false;
        for (var i = 0; i < words.Length; i++)
            if (!tokens[next + i].Text.Equals(words[i], StringComparison.OrdinalIgnoreCase)) return false;
        next += words.Length;
        return true;
    }

    private void Expect(string word)
    {
        if (!Accept(word)) throw Unexpected($"'{word}'");
    }

    private FormatException Unexpected(string expected) =>
        next < tokens.Count
            ? new FormatException($"expected {expected}, not '{tokens[next].Text}', at character {tokens[next].Position}")
            : new FormatException($"expected {expected} at the end");

    [GeneratedRegex("[ \\t]*--[^\n]*(\n|$)")]
    private static partial Regex CommentPattern();

    [GeneratedRegex(
        """(?<skip>\s+|--[^\n]*(\n|$))|r'[^']*'|[A-Za-z_][A-Za-z0-9_]*|-?[0-9]+(\.[0-9]+)?|"[^"]*"|'[^']*'|=>|[(),;=<>\[\]]""",
        RegexOptions.ExplicitCapture)]
    private static partial Regex TokenPattern();
}
