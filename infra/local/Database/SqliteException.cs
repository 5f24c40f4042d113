using SQLitePCL;

namespace Spotify.Local.Database;

/// <summary>SQLite refused.</summary>
/// <param name="extendedCode">Its extended result code.</param>
/// <param name="message">Its message.</param>
/// <seealso href="https://www.sqlite.org/rescode.html"/>
public sealed class SqliteException(int extendedCode, string message) : Exception(message)
{
    /// <summary>The extended result code.</summary>
    public int ExtendedCode => extendedCode;

    /// <summary>Whether a rule of the schema was broken.</summary>
    public bool IsConstraint => (extendedCode & 0xFF) == raw.SQLITE_CONSTRAINT;
}
