using System.Runtime.CompilerServices;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Fixtures;

/// <summary>A database that counts round trips and the rows of queries, and calls a test before each transaction and mutation.</summary>
public sealed class InterceptedDatabase(IDatabase database) : IDatabase
{
    private int reads;
    private int commits;
    private int rows;

    /// <summary>Called before a transaction.</summary>
    public Func<Task>? BeforeTransaction { get; set; }

    /// <summary>Called for each mutation of a transaction.</summary>
    public Action<Mutation>? OnMutation { get; set; }

    /// <summary>The number of reads and commits, also within transactions.</summary>
    public (int Reads, int Commits) RoundTrips => (reads, commits);

    /// <summary>The number of rows that queries have returned.</summary>
    public int Rows => rows;

    public Task<Row?> ReadAsync(Table table, Key key, Staleness? staleness, CancellationToken ct)
    {
        Interlocked.Increment(ref reads);
        return database.ReadAsync(table, key, staleness, ct);
    }

    public async IAsyncEnumerable<Row> QueryAsync(
        Statement statement, Parameters parameters, Staleness? staleness, [EnumeratorCancellation] CancellationToken ct)
    {
        Interlocked.Increment(ref reads);
        await foreach (var row in database.QueryAsync(statement, parameters, staleness, ct))
        {
            Interlocked.Increment(ref rows);
            yield return row;
        }
    }

    public Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct)
    {
        Interlocked.Increment(ref commits);
        return database.CommitAsync(mutations, ct);
    }

    public async Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct)
    {
        if (BeforeTransaction is { } before) await before();
        Interlocked.Increment(ref commits);
        return await database.TransactAsync(transaction => body(new Transaction(this, transaction)), ct);
    }

    private sealed class Transaction(InterceptedDatabase owner, ITransaction transaction) : ITransaction
    {
        public Task<Row?> ReadAsync(Table table, Key key)
        {
            Interlocked.Increment(ref owner.reads);
            return transaction.ReadAsync(table, key);
        }

        public IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters)
        {
            Interlocked.Increment(ref owner.reads);
            return transaction.QueryAsync(statement, parameters);
        }

        public void Add(Mutation mutation)
        {
            owner.OnMutation?.Invoke(mutation);
            transaction.Add(mutation);
        }
    }
}
