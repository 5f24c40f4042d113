using System.Runtime.CompilerServices;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Local.Database;

namespace Spotify.Local.LiveDocuments;

/// <summary>
/// The live documents of one machine: a SQLite file of its own, so that players and the database do not wait for each other's writes. A
/// write returns when it is on disk; concurrent writes share a flush. Watchers learn of writes of this process.
/// </summary>
public sealed class SqlitePlayerStates : IPlayerStates, IPlayerStateFeed, IDisposable
{
    private const int Version = 1;

    // Number is never used again, so that a document that was deleted and started again differs from the old one at the same revision.
    private const string Table = "CREATE TABLE Players (Number INTEGER PRIMARY KEY AUTOINCREMENT, UserId TEXT NOT NULL UNIQUE, "
        + "Revision INTEGER NOT NULL, State TEXT NOT NULL, ValidSince INTEGER NOT NULL, Revocations TEXT)";

    private const string ReadSql = "SELECT Number, Revision, State, ValidSince, Revocations FROM Players WHERE UserId = @user";

    private const string InsertSql = "INSERT INTO Players (UserId, Revision, State, ValidSince, Revocations) "
        + "VALUES (@user, @revision, @state, @since, @revocations) ON CONFLICT (UserId) DO NOTHING";

    private const string UpdateSql =
        "UPDATE Players SET Revision = @revision, State = @state, ValidSince = @since, Revocations = @revocations "
        + "WHERE UserId = @user AND Number = @number AND Revision = @read";

    private const string DeleteSql = "DELETE FROM Players WHERE UserId = @user";

    private readonly ChangeSignals changes = new();
    private readonly SqliteReaders readers;
    private readonly GroupCommit writes;

    /// <summary>Opens the file at <paramref name="path"/>. Creates it if it does not exist.</summary>
    /// <exception cref="DataVersionException">A newer version wrote the file.</exception>
    public SqlitePlayerStates(string path)
    {
        SQLitePCL.Batteries_V2.Init();
        readers = new SqliteReaders(path);
        var writer = new SqliteSession(path);
        try
        {
            // Checkpoints stay at SQLite's default of 4 MB, because writes wait for them: 32 MB take 80 ms.
            CreateTable(writer);
        }
        catch
        {
            writer.Dispose();
            throw;
        }

        writes = new GroupCommit(writer);
    }

    /// <summary>The number of listeners whose documents are watched.</summary>
    internal int WatchedListeners => changes.Count;

    /// <inheritdoc/>
    public Task<PlayerDocument?> ReadAsync(string userId, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult(Read(userId));
    }

    /// <inheritdoc/>
    public async Task<bool> TryWriteAsync(string userId, PlayerDocument? basedOn, PlayerDocument document, CancellationToken ct)
    {
        document.CheckReplaces(basedOn);
        var parameters = new Parameters
        {
            { "user", userId },
            { "revision", document.Revision },
            { "state", document.State },
            { "since", document.ValidSince },
            { "revocations", document.Revocations },
        };
        if (basedOn is not null)
        {
            parameters.Add("number", basedOn.Version);
            parameters.Add("read", basedOn.Revision);
        }

        var sql = basedOn is null ? InsertSql : UpdateSql;
        if (!await writes.RunAsync(session => Task.FromResult(session.Execute(sql, parameters) > 0), ct)) return false;
        changes.Raise(userId);
        return true;
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string userId, CancellationToken ct)
    {
        var parameters = new Parameters { { "user", userId } };
        if (await writes.RunAsync(session => Task.FromResult(session.Execute(DeleteSql, parameters) > 0), ct)) changes.Raise(userId);
    }

    /// <inheritdoc/>
    // Reads the document after each signal, so that an idle watcher holds no document and a slow one gets the newest.
    public async IAsyncEnumerable<PlayerDocument?> WatchAsync(string userId, [EnumeratorCancellation] CancellationToken ct)
    {
        using var watch = changes.Begin(userId);
        var (isFirst, last) = (true, (Number: (object?)null, Revision: (long?)null));
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var changed = watch.Changed;
            var document = Read(userId);
            var current = (document?.Version, document?.Revision);
            // A change between a signal and the read after it has a signal of its own.
            if (isFirst || !current.Equals(last)) yield return document;
            (isFirst, last) = (false, current);
            await changed.WaitAsync(ct);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        readers.Dispose();
        writes.Dispose();
    }

    private PlayerDocument? Read(string userId)
    {
        using var reader = readers.Rent();
        using var row = reader.Session.Open(ReadSql, new Parameters { { "user", userId } });
        if (!row.Next()) return null;
        return new PlayerDocument(row.Int64(1), row.Text(2))
        {
            ValidSince = Instant.FromMicroseconds(row.Int64(3)),
            Revocations = row.IsNull(4) ? null : row.Text(4),
            Version = row.Int64(0),
        };
    }

    private static void CreateTable(SqliteSession writer)
    {
        if (VersionOf(writer) == Version) return;
        using var transaction = writer.Begin();
        // Another process may have created the table while this process waited for the lock.
        var version = VersionOf(writer);
        if (version > Version)
            throw new DataVersionException(
                "The live documents were written by a newer version. Run that version, or use another --data directory.");
        if (version == 0) writer.RunOnce(Table);
        writer.RunOnce($"PRAGMA user_version = {Version}");
        transaction.Commit();
    }

    private static int VersionOf(SqliteSession session) =>
        session.Query("PRAGMA user_version", Parameters.None).Single().Int32("user_version");
}
