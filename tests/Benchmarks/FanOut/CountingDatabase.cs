using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Benchmarks.FanOut;

/// <summary>A database that counts reads, also those of transactions, and commits.</summary>
internal sealed class CountingDatabase(IDatabase inner) : IDatabase
{
    private int reads;
    private int commits;

    public int Reads => reads;

    public int Commits => commits;

    public Task<Row?> ReadAsync(Table table, Key key, Staleness? staleness, CancellationToken ct)
    {
        Interlocked.Increment(ref reads);
        return inner.ReadAsync(table, key, staleness, ct);
    }

    public IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters, Staleness? staleness, CancellationToken ct)
    {
        Interlocked.Increment(ref reads);
        return inner.QueryAsync(statement, parameters, staleness, ct);
    }

    public Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct)
    {
        Interlocked.Increment(ref commits);
        return inner.CommitAsync(mutations, ct);
    }

    public Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct)
    {
        Interlocked.Increment(ref commits);
        return inner.TransactAsync(transaction => body(new Transaction(transaction, this)), ct);
    }

    private sealed class Transaction(ITransaction inner, CountingDatabase owner) : ITransaction
    {
        public Task<Row?> ReadAsync(Table table, Key key)
        {
            Interlocked.Increment(ref owner.reads);
            return inner.ReadAsync(table, key);
        }

        public IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters)
        {
            Interlocked.Increment(ref owner.reads);
            return inner.QueryAsync(statement, parameters);
        }

        public void Add(Mutation mutation) => inner.Add(mutation);
    }
}
