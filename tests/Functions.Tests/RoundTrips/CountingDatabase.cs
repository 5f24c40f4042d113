using System.Runtime.CompilerServices;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Tests.RoundTrips;

/// <summary>A database whose calls wait for the <see cref="RequestClock"/> of their request.</summary>
internal sealed class CountingDatabase(IDatabase database) : IDatabase
{
    public async Task<Row?> ReadAsync(Table table, Key key, Staleness? staleness, CancellationToken ct)
    {
        if (RequestClock.Of is { } clock) await clock.ReadAsync().ConfigureAwait(false);
        return await database.ReadAsync(table, key, staleness, ct).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<Row> QueryAsync(
        Statement statement, Parameters parameters, Staleness? staleness, [EnumeratorCancellation] CancellationToken ct)
    {
        if (RequestClock.Of is { } clock) await clock.ReadAsync().ConfigureAwait(false);
        await foreach (var row in database.QueryAsync(statement, parameters, staleness, ct).ConfigureAwait(false)) yield return row;
    }

    public async Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct)
    {
        if (RequestClock.Of is { } clock) await clock.CommitAsync().ConfigureAwait(false);
        await database.CommitAsync(mutations, ct).ConfigureAwait(false);
    }

    public Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct)
    {
        var clock = RequestClock.Of;
        return clock is null ? database.TransactAsync(body, ct) : database.TransactAsync(async transaction =>
        {
            var result = await body(new CountingTransaction(transaction, clock));
            await clock.CommitAsync();
            return result;
        }, ct);
    }

    private sealed class CountingTransaction(ITransaction transaction, RequestClock clock) : ITransaction
    {
        public async Task<Row?> ReadAsync(Table table, Key key)
        {
            await clock.ReadAsync().ConfigureAwait(false);
            return await transaction.ReadAsync(table, key).ConfigureAwait(false);
        }

        public async IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters)
        {
            await clock.ReadAsync().ConfigureAwait(false);
            await foreach (var row in transaction.QueryAsync(statement, parameters).ConfigureAwait(false)) yield return row;
        }

        public void Add(Mutation mutation) => transaction.Add(mutation);
    }
}

/// <summary>A search index whose searches wait for the <see cref="RequestClock"/> of their request.</summary>
internal sealed class CountingSearchIndex(ISearchIndex index) : ISearchIndex
{
    public async Task<IReadOnlyList<SearchCandidates>> CandidatesAsync(SearchQuery query, CancellationToken ct)
    {
        if (RequestClock.Of is { } clock) await Task.WhenAll(query.Types.Select(_ => clock.ReadAsync())).ConfigureAwait(false);
        return await index.CandidatesAsync(query, ct).ConfigureAwait(false);
    }
}
