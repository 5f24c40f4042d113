using Google.Cloud.Spanner.Data;
using Google.Cloud.Spanner.V1;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Key = Spotify.Domain.Data.Key;
using Mutation = Spotify.Domain.Data.Mutation;

namespace Spotify.Google.Database;

/// <summary>One run of a read-write transaction.</summary>
internal sealed class SpannerWriteTransaction(
    SpannerConnection connection, SpannerTransaction transaction, CancellationToken ct) : ITransaction
{
    private const int MaxMutations = 80_000;

    private readonly TransactionId initialId = transaction.TransactionId;
    private readonly List<Mutation> mutations = [];
    private bool hasRead;
    private bool finished;

    /// <summary>
    /// Whether a commit may have been sent. Spanner assigns the transaction's id with the first read, or else with the commit.
    /// </summary>
    public bool MayBeCommitted => finished && !transaction.TransactionId.Equals(initialId);

    /// <inheritdoc/>
    public async Task<Row?> ReadAsync(Table table, Key key) => (await RowsAsync(connection.Read(table, key))).FirstOrDefault();

    /// <inheritdoc/>
    public async IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters)
    {
        foreach (var row in await RowsAsync(connection.Select(statement, parameters))) yield return row;
    }

    /// <inheritdoc/>
    public void Add(Mutation mutation) => mutations.Add(mutation);

    /// <summary>Adds the mutations to Spanner's transaction. The caller commits it.</summary>
    /// <exception cref="ArgumentException">There are too many mutations for one commit.</exception>
    public async Task FinishAsync()
    {
        // Mutations of indexes and of deleted rows count as well, but only Spanner knows their number.
        var count = mutations.Sum(mutation => Math.Max(1, mutation.Values.Count));
        if (count > MaxMutations)
            throw new ArgumentException($"The commit has {count} mutations (columns of rows); the limit is {MaxMutations}.");
        foreach (var mutation in mutations)
        {
            using var command = connection.Write(mutation);
            command.Transaction = transaction;
            await command.ExecuteNonQueryAsync(ct);
        }

        // The client library refuses to commit a transaction without any call.
        if (!hasRead && mutations.Count == 0) await RowsAsync(SpannerDatabase.Ping(connection));
        finished = true;
    }

    private async Task<List<Row>> RowsAsync(SpannerCommand command)
    {
        using (command)
        {
            hasRead = true;
            command.Transaction = transaction;
            return await command.RowsAsync(ct);
        }
    }
}
