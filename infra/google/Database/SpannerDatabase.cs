using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Google.Api.Gax;
using Google.Api.Gax.Grpc;
using Google.Cloud.Spanner.Data;
using Google.Cloud.Spanner.V1;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Key = Spotify.Domain.Data.Key;
using Mutation = Spotify.Domain.Data.Mutation;
using SpannerKey = Google.Cloud.Spanner.Data.Key;
using SpannerKeyRange = Google.Cloud.Spanner.Data.KeyRange;
using SpannerKeySet = Google.Cloud.Spanner.Data.KeySet;

namespace Spotify.Google.Database;

/// <summary>
/// The database of the cloud: Spanner. Every call has a deadline; what is safe to send again is sent again within it.
/// <list type="bullet">
/// <item>A commit that was applied although its answer got lost is known to Spanner by its transaction, and not applied again.</item>
/// <item>What cannot be done in time, or not be reached, ends in a <see cref="TimeoutException"/>. Nobody knows then whether a commit was
/// applied: as with every write, the caller may repeat it.</item>
/// <item>One commit takes up to 80,000 mutations, counted as columns of rows, those of indexes included.</item>
/// </list>
/// </summary>
/// <seealso href="https://cloud.google.com/spanner/quotas"/>
public sealed class SpannerDatabase : IDatabase
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Spotify.Spanner";

    private const int MaxMutations = 80_000;

    private static readonly Statement One = new("SELECT 1 AS One");

    private readonly SpannerOptions options;
    private readonly TimeProvider time;
    private readonly SpannerConnectionStringBuilder connecting;
    private readonly Histogram<double> duration;

    /// <summary>A database that is connected to when it is first used, or opened.</summary>
    public SpannerDatabase(IOptions<SpannerOptions> options, TimeProvider time, IMeterFactory meters)
    {
        this.options = options.Value;
        this.time = time;
        duration = meters.Create(MeterName).CreateHistogram<double>("spotify.spanner.call.duration", "s", "Time a call took, by operation and outcome.");
        connecting = new SpannerConnectionStringBuilder($"Data Source={this.options.Database}", this.options.EmulatorHost is null or "" ? null : ChannelCredentials.Insecure)
        {
            SessionPoolManager = SessionPoolManager.CreateWithSettings(Pool(this.options), Settings(this.options)),
        };
        if (this.options.EmulatorHost is { Length: > 0 } emulator)
        {
            connecting.Host = emulator[..emulator.LastIndexOf(':')];
            connecting.Port = int.Parse(emulator[(emulator.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Fetches credentials, connects and makes a first session, so that the first request does not wait for them.</summary>
    /// <exception cref="InvalidOperationException">The database cannot be reached, is not there, or may not be read.</exception>
    public async Task OpenAsync(CancellationToken ct)
    {
        try
        {
            await CallAsync("open", options.ReadDeadline, token => RowsAsync(connection => Select(connection, One, Parameters.None), null, token), ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"{SpannerOptions.Section}:{nameof(options.Database)} {options.Database} cannot be opened: {Detail(e)}", e);
        }
    }

    /// <inheritdoc/>
    public async Task<Row?> ReadAsync(Table table, Key key, CancellationToken ct) =>
        (await CallAsync("read", options.ReadDeadline, token => RowsAsync(connection => Read(connection, table, key), null, token), ct)).FirstOrDefault();

    /// <inheritdoc/>
    public async IAsyncEnumerable<Row> QueryAsync(
        Statement statement, Parameters parameters, Staleness? staleness, [EnumeratorCancellation] CancellationToken ct)
    {
        // All rows are fetched before the first is handed on: a caller that asks again between two rows would otherwise hold one session
        // while it waits for another, and enough of them would wait for each other.
        var bound = staleness is { } old ? TimestampBound.OfMaxStaleness(old.MaxAge) : null;
        foreach (var row in await CallAsync("query", options.ReadDeadline, token => RowsAsync(connection => Select(connection, statement, parameters), bound, token), ct))
        {
            ct.ThrowIfCancellationRequested();
            yield return row;
        }
    }

    /// <inheritdoc/>
    public Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct) => CallAsync("commit", options.CommitDeadline, async token =>
    {
        if (mutations.Count == 0) return 0;
        return await RunAsync(transaction =>
        {
            foreach (var mutation in mutations) transaction.Add(mutation);
            return Task.FromResult(0);
        }, token);
    }, ct);

    /// <inheritdoc/>
    public Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct) =>
        CallAsync("transact", options.CommitDeadline, token => RunAsync(body, token), ct);

    // One call uses a session from its start to its end. An instance that serves 80 requests at once, a few of which ask two things at
    // a time, needs no more than MaxSessions; above that callers wait (Block) rather than fail. Sessions are made when they are
    // missed, in batches of five for one round trip, and reused last in, first out: the minimum, 100 by default, would cost every cold
    // start 20 such round trips for sessions that most instances never use. The pool keeps idle ones alive from a background loop
    // that stands still while the instance has no request and so no CPU; Spanner drops them after an hour then, which RowsAsync and
    // RunAsync allow for; and so it does with those of an instance that is gone.
    private static SessionPoolOptions Pool(SpannerOptions options) => new()
    {
        MinimumPooledSessions = options.MinSessions,
        MaximumActiveSessions = options.MaxSessions,
        WaitOnResourcesExhausted = ResourcesExhaustedBehavior.Block,
        Timeout = options.ReadDeadline,
    };

    private static SpannerSettings Settings(SpannerOptions options)
    {
        // So that Spanner too gives up, and does not go on for an hour.
        var settings = new SpannerSettings();
        settings.ExecuteStreamingSqlSettings = settings.ExecuteStreamingSqlSettings.WithExpiration(Expiration.FromTimeout(options.ReadDeadline));
        settings.StreamingReadSettings = settings.StreamingReadSettings.WithExpiration(Expiration.FromTimeout(options.ReadDeadline));
        return settings;
    }

    private async Task<List<Row>> RowsAsync(Func<SpannerConnection, SpannerCommand> command, TimestampBound? bound, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await using var connection = Connection();
                await connection.OpenAsync(ct);
                using var reading = command(connection);
                if (bound is not null) reading.EphemeralTransactionCreationOptions = SpannerTransactionCreationOptions.ForTimestampBoundReadOnly(bound).WithIsSingleUse(true);
                return await RowsAsync(reading, ct);
            }
            catch (SpannerException e) when (e.ErrorCode == ErrorCode.Aborted)
            {
                // Nothing aborts a read but the loss of its session, which has left the pool now.
                ct.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task<T> RunAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct)
    {
        while (true)
        {
            Transaction? run = null;
            try
            {
                await using var connection = Connection();
                await connection.OpenAsync(ct);
                return await connection.RunWithRetriableTransactionAsync(
                    async transaction =>
                    {
                        run = new Transaction(connection, transaction, ct);
                        var result = await body(run);
                        await run.FinishAsync();
                        return result;
                    },
                    SpannerTransactionCreationOptions.ReadWrite,
                    new SpannerTransactionOptions { CommitTimeout = (int)Math.Ceiling(options.CommitDeadline.TotalSeconds) },
                    ct);
            }
            catch (SpannerException e) when (e.ErrorCode == ErrorCode.Aborted && run is not { MayBeCommitted: true })
            {
                // Aborted transactions are run again inside; what comes out is the loss of a session, which has left the pool now.
                ct.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task<T> CallAsync<T>(string operation, TimeSpan deadline, Func<CancellationToken, Task<T>> call, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var started = time.GetTimestamp();
        using var expiry = new CancellationTokenSource(deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, expiry.Token);
        var outcome = "ok";
        try
        {
            return await call(either.Token);
        }
        catch (Exception e)
        {
            var told = Tell(e);
            outcome = told is SpannerException spanner ? spanner.ErrorCode.ToString() : told.GetType().Name;
            if (ReferenceEquals(told, e)) throw;
            throw told;
        }
        finally
        {
            duration.Record(time.GetElapsedTime(started).TotalSeconds, new("operation", operation), new("outcome", outcome));
        }

        Exception Tell(Exception e) => e switch
        {
            _ when Stopped(e) && ct.IsCancellationRequested => new OperationCanceledException(e.Message, e, ct),
            _ when Stopped(e) && (expiry.IsCancellationRequested || e is not OperationCanceledException) =>
                new TimeoutException($"Spanner did not finish a {operation} within {deadline.TotalSeconds:0.###} s.", e),
            SpannerException { ErrorCode: ErrorCode.Unavailable } or RpcException { StatusCode: StatusCode.Unavailable } =>
                new TimeoutException($"Spanner did not answer a {operation}: {Detail(e)}", e),
            SpannerException spanner => Translate(spanner),
            _ => e,
        };
    }

    private static bool Stopped(Exception e) => e is OperationCanceledException
        or SpannerException { ErrorCode: ErrorCode.Cancelled or ErrorCode.DeadlineExceeded }
        or RpcException { StatusCode: StatusCode.Cancelled or StatusCode.DeadlineExceeded };

    // Spanner tells a missing parent from a missing row, and an index from a key, by the message alone.
    private static Exception Translate(SpannerException e) => (e.ErrorCode, Detail(e)) switch
    {
        (ErrorCode.AlreadyExists, var detail) when !detail.Contains("violation", StringComparison.OrdinalIgnoreCase) => new RowExistsException(detail, e),
        (ErrorCode.NotFound, var detail) when detail.Contains("Parent", StringComparison.Ordinal) => new ConstraintException(detail, e),
        (ErrorCode.NotFound, var detail) when detail.Contains("Row ", StringComparison.Ordinal) => new RowMissingException(detail, e),
        (ErrorCode.AlreadyExists or ErrorCode.FailedPrecondition or ErrorCode.OutOfRange, var detail) => new ConstraintException(detail, e),
        (ErrorCode.InvalidArgument, var detail) => new ArgumentException($"Spanner: {detail}", e),
        _ => e,
    };

    private static string Detail(Exception e) => e is SpannerException { RpcException: { } inner } ? inner.Status.Detail : e is RpcException rpc ? rpc.Status.Detail : e.Message;

    private SpannerConnection Connection() => new(connecting) { EnlistInTransaction = false };

    private static SpannerCommand Read(SpannerConnection connection, Table table, Key key) => connection.CreateReadCommand(
        table.Name, ReadOptions.FromColumns(table.Columns.Select(column => column.Name)), SpannerKeySet.FromKeys(KeyOf(key)));

    private static SpannerCommand Select(SpannerConnection connection, Statement statement, Parameters parameters)
    {
        var values = parameters.ToDictionary(parameter => parameter.Key, parameter => parameter.Value, StringComparer.Ordinal);
        return connection.CreateSelectCommand(statement.Sql, [.. statement.Parameters.Select(parameter => Parameter(parameter.Name, parameter.Type, values[parameter.Name]))]);
    }

    private static SpannerCommand Write(SpannerConnection connection, Mutation mutation)
    {
        var name = mutation.Table.Name;
        SpannerParameterCollection values = [.. mutation.Values.Select(value => Parameter(value.Column, mutation.Table.Column(value.Column).Type, value.Value))];
        return mutation.Kind switch
        {
            MutationKind.Insert => connection.CreateInsertCommand(name, values),
            MutationKind.Update => connection.CreateUpdateCommand(name, values),
            MutationKind.Upsert => connection.CreateInsertOrUpdateCommand(name, values),
            // A range from a key to itself is every row whose key starts with it.
            MutationKind.Delete => connection.CreateDeleteCommandForKeySet(name, SpannerKeySet.FromRanges(SpannerKeyRange.ClosedClosed(KeyOf(mutation.Key), KeyOf(mutation.Key)))),
            _ => connection.CreateDeleteCommandForKeySet(name, SpannerKeySet.FromRanges(SpannerKeyRange.ClosedOpen(KeyOf(mutation.Key), KeyOf(mutation.EndKey)))),
        };
    }

    private static async Task<List<Row>> RowsAsync(SpannerCommand command, CancellationToken ct)
    {
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<Row>();
        RowShape? shape = null;
        while (await reader.ReadAsync(ct))
        {
            shape ??= new RowShape(Enumerable.Range(0, reader.FieldCount).Select(reader.GetName));
            var values = new object?[reader.FieldCount];
            for (var i = 0; i < values.Length; i++) values[i] = Decode(reader[i]);
            rows.Add(new Row(shape, values));
        }

        return rows;
    }

    private static SpannerKey KeyOf(Key key) => new([.. key.Values.Select(Encode)]);

    private static SpannerParameter Parameter(string name, ColumnType type, object? value) => new(name, type switch
    {
        ColumnType.Int64 => SpannerDbType.Int64,
        ColumnType.Bool => SpannerDbType.Bool,
        ColumnType.Float64 => SpannerDbType.Float64,
        ColumnType.Timestamp => SpannerDbType.Timestamp,
        ColumnType.Bytes => SpannerDbType.Bytes,
        _ => SpannerDbType.String,
    }, Encode(value));

    private static object Encode(object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset moment => Instant.Truncate(moment).UtcDateTime,
        int number => (long)number,
        _ => value,
    };

    private static object? Decode(object value) => value switch
    {
        DBNull => null,
        bool flag => flag ? 1L : 0L,
        DateTime moment => Instant.ToMicroseconds(moment),
        _ => value,
    };

    private sealed class Transaction(SpannerConnection connection, SpannerTransaction transaction, CancellationToken ct) : ITransaction
    {
        private readonly TransactionId unbegun = transaction.TransactionId;
        private readonly List<Mutation> mutations = [];
        private bool idle = true;
        private bool finished;

        /// <summary>Whether a commit may have been sent: the transaction begins with its first read, or else with its commit.</summary>
        public bool MayBeCommitted => finished && !transaction.TransactionId.Equals(unbegun);

        public async Task<Row?> ReadAsync(Table table, Key key) => (await RowsAsync(Read(connection, table, key))).FirstOrDefault();

        public async IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters)
        {
            foreach (var row in await RowsAsync(Select(connection, statement, parameters))) yield return row;
        }

        public void Add(Mutation mutation) => mutations.Add(mutation);

        /// <summary>Hands over the mutations. They are committed when this returns.</summary>
        public async Task FinishAsync()
        {
            // Those of indexes and of deleted rows count as well, but only Spanner knows how many they are.
            var count = mutations.Sum(mutation => Math.Max(1, mutation.Values.Count));
            if (count > MaxMutations) throw new ArgumentException($"A commit takes up to {MaxMutations} mutations (columns of rows); this has {count}.");
            foreach (var mutation in mutations)
            {
                using var command = Write(connection, mutation);
                command.Transaction = transaction;
                await command.ExecuteNonQueryAsync(ct);
            }

            // The client refuses to commit what never began.
            if (idle && mutations.Count == 0) await RowsAsync(Select(connection, One, Parameters.None));
            finished = true;
        }

        private async Task<List<Row>> RowsAsync(SpannerCommand command)
        {
            using (command)
            {
                idle = false;
                command.Transaction = transaction;
                return await SpannerDatabase.RowsAsync(command, ct);
            }
        }
    }
}
