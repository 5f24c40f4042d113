using System.Collections.Concurrent;

namespace Spotify.Local.Database;

/// <summary>
/// The sessions that read a file, which do not wait for its writer. As many are open as have ever read at once. The system caches the file
/// for all of them.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class SqliteReaders(string path) : IDisposable
{
    private const int CacheKilobytes = 8_000;

    private readonly ConcurrentBag<SqliteSession> sessions = [];

    /// <summary>Rents a session. Disposing the lease returns it.</summary>
    public Lease Rent() => new(this, sessions.TryTake(out var session) ? session : new SqliteSession(path, CacheKilobytes));

    /// <summary>Closes the sessions that are not rented.</summary>
    public void Dispose()
    {
        while (sessions.TryTake(out var session)) session.Dispose();
    }

    /// <summary>A rented session.</summary>
    internal readonly struct Lease(SqliteReaders readers, SqliteSession session) : IDisposable
    {
        public SqliteSession Session => session;

        public void Dispose() => readers.sessions.Add(session);
    }
}
