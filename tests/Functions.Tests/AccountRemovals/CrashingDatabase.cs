using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Tests.AccountRemovals;

/// <summary>A database that fails after some transactions, as if the process had stopped.</summary>
internal sealed class CrashingDatabase(IDatabase database, int transactions) : IDatabase
{
    private int left = transactions;

    /// <summary>The number of mutations of the largest transaction.</summary>
    public int MaxMutations { get; private set; }

    public Task<Row?> ReadAsync(Table table, Key key, Staleness? staleness, CancellationToken ct) =>
        database.ReadAsync(table, key, staleness, ct);

    public IAsyncEnumerable<Row> QueryAsync(
        Statement statement, Parameters parameters, Staleness? staleness, CancellationToken ct) =>
        database.QueryAsync(statement, parameters, staleness, ct);

    public Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct) => database.CommitAsync(mutations, ct);

    public Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct) =>
        // The empty steps before the crash are free, so that a later process gets further.
        left <= 0 ? throw new IOException("Crash") : RunAsync(body, ct);

    private Task<T> RunAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            var counted = new Counted(transaction);
            var result = await body(counted);
            if (counted.Mutations > 0) left--;
            MaxMutations = Math.Max(MaxMutations, counted.Mutations);
            return result;
        },
        ct);

    private sealed class Counted(ITransaction transaction) : ITransaction
    {
        public int Mutations { get; private set; }

        public Task<Row?> ReadAsync(Table table, Key key) => transaction.ReadAsync(table, key);

        public IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters) =>
            transaction.QueryAsync(statement, parameters);

        public void Add(Mutation mutation)
        {
            Mutations++;
            transaction.Add(mutation);
        }
    }
}
