using SQLitePCL;

namespace Spotify.Local.Database;

/// <summary>An error of SQLite.</summary>
/// <param name="extendedCode">The extended result code.</param>
/// <param name="message">SQLite's message.</param>
/// <seealso href="https://www.sqlite.org/rescode.html"/>
public sealed class SqliteException(int extendedCode, string message) : Exception(message)
{
    /// <summary>The extended result code.</summary>
    public int ExtendedCode => extendedCode;

    /// <summary>Whether a constraint of the schema was violated.</summary>
    public bool IsConstraint => (extendedCode & 0xFF) == raw.SQLITE_CONSTRAINT;
}
