using Spotify.Domain.Ports;
using Spotify.Search;
using SQLitePCL;

namespace Spotify.Benchmarks.Search;

/// <summary>A bare SQLite connection.</summary>
internal class PlainSession : IDisposable
{
    private readonly sqlite3 connection;

    public PlainSession(string file)
    {
        Check(raw.sqlite3_open(file, out connection));
        Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000");
    }

    public void Run(string sql) => Check(raw.sqlite3_exec(connection, sql));

    /// <summary>Returns the number in the first row of a query.</summary>
    public long Number(string sql)
    {
        using var statement = Prepare(sql);
        return raw.sqlite3_step(statement) == raw.SQLITE_ROW ? raw.sqlite3_column_int64(statement, 0) : 0;
    }

    public void Dispose() => connection.Dispose();

    protected sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(connection, sql, out var statement));
        return statement;
    }

    protected static void Check(int code)
    {
        if (code != raw.SQLITE_OK) throw new BenchmarkException($"SQLite returned {code}.");
    }
}

/// <summary>An FTS5 table as the documentation shows it: one row per entity, sorted by its own relevance.</summary>
internal sealed class PlainIndex : PlainSession
{
    private readonly sqlite3_stmt insert;
    private readonly sqlite3_stmt select;

    public PlainIndex(string file)
        : base(file)
    {
        Run("CREATE VIRTUAL TABLE IF NOT EXISTS Names USING fts5 (Id UNINDEXED, Type, Name, Artists, Album, prefix = '1 2 3')");
        insert = Prepare("INSERT INTO Names (Id, Type, Name, Artists, Album) VALUES (?, ?, ?, ?, ?)");
        select = Prepare("SELECT Id FROM Names WHERE Names MATCH ? ORDER BY rank LIMIT 20");
    }

    public void Add(IEnumerable<SearchEntry> entries)
    {
        Run("BEGIN");
        foreach (var entry in entries)
        {
            string[] values =
                [entry.Id, entry.Type.ToString(), entry.Name, string.Join(' ', entry.Artists.Select(artist => artist.Name)), entry.Album];
            for (var i = 0; i < values.Length; i++) Check(raw.sqlite3_bind_text(insert, i + 1, values[i]));
            if (raw.sqlite3_step(insert) != raw.SQLITE_DONE) throw new BenchmarkException("SQLite cannot insert.");
            Check(raw.sqlite3_reset(insert));
        }

        Run("COMMIT");
    }

    public void Find(IReadOnlyList<SearchTerm> terms)
    {
        var match = string.Join(" AND ", terms.Select(term => $"\"{term.Text}\"{(term.IsPrefix ? " *" : "")}"));
        Check(raw.sqlite3_bind_text(select, 1, "Type : track AND " + match));
        while (raw.sqlite3_step(select) == raw.SQLITE_ROW) _ = raw.sqlite3_column_text(select, 0).utf8_to_string();
        Check(raw.sqlite3_reset(select));
    }
}
