using System.Diagnostics.Metrics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Google.Api.Gax;
using Google.Api.Gax.Grpc;
using Google.Cloud.Spanner.Data;
using Google.Cloud.Spanner.V1;
using Microsoft.Extensions.Options;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Hosting;
using Spotify.Hosting.Database;
using Key = Spotify.Domain.Data.Key;
using Mutation = Spotify.Domain.Data.Mutation;

namespace Spotify.Google.Database;

/// <summary>
/// The database of the cloud: Spanner. Every call has a deadline, and safe calls are retried within it.
/// <list type="bullet">
/// <item>Spanner identifies a commit by its transaction, so a commit whose response was lost is not applied twice.</item>
/// <item>Calls that do not finish in time or cannot reach Spanner throw a <see cref="TimeoutException"/>. The state of a commit is
/// unknown then; the caller may repeat it, as with every write.</item>
/// <item>A commit has at most 80,000 mutations, counted as columns of rows, including those of indexes.</item>
/// </list>
/// </summary>
/// <seealso href="https://cloud.google.com/spanner/quotas"/>
public sealed class SpannerDatabase : IDatabase
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Spotify.Spanner";

    private static readonly Statement One = new("SELECT 1 AS One");

    private readonly SpannerOptions options;
    private readonly TimeProvider time;
    private readonly CallMeter meter;
    private readonly Lazy<SpannerConnectionStringBuilder> target;

    /// <summary>Creates a database that connects on first use or in <see cref="OpenAsync"/>.</summary>
    public SpannerDatabase(IOptions<SpannerOptions> options, Credentials credentials, TimeProvider time, IMeterFactory meters)
    {
        this.options = options.Value;
        this.time = time;
        meter = new CallMeter(meters, time, MeterName);
        target = new(() => Target(this.options, credentials));
    }

    /// <summary>Fetches credentials, connects and creates the first session, so that no request waits for them.</summary>
    /// <exception cref="InvalidOperationException">The database cannot be reached, does not exist, or may not be read.</exception>
    public async Task OpenAsync(CancellationToken ct)
    {
        try
        {
            await CallAsync("open", options.ReadDeadline, token => RowsAsync(Ping, null, token), ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException(
                $"{SpannerOptions.Section}:{nameof(options.Database)} {options.Database} cannot be opened: {SpannerErrors.Detail(e)}", e);
        }
    }

    /// <inheritdoc/>
    public async Task<Row?> ReadAsync(Table table, Key key, Staleness? staleness, CancellationToken ct)
    {
        var rows = await CallAsync(
            "read",
            options.ReadDeadline,
            token => RowsAsync(connection => connection.Read(table, key), Bound(staleness), token),
            ct);
        return rows.FirstOrDefault();
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Row> QueryAsync(
        Statement statement, Parameters parameters, Staleness? staleness, [EnumeratorCancellation] CancellationToken ct)
    {
        // Reads all rows before returning the first. Otherwise a caller that queries again between two rows would hold one session while
        // it waits for another, and enough such callers would deadlock.
        var rows = await CallAsync(
            "query",
            options.ReadDeadline,
            token => RowsAsync(connection => connection.Select(statement, parameters), Bound(staleness), token),
            ct);
        foreach (var row in rows)
        {
            ct.ThrowIfCancellationRequested();
            yield return row;
        }
    }

    /// <inheritdoc/>
    public Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct) => CallAsync(
        "commit",
        options.CommitDeadline,
        async token =>
        {
            if (mutations.Count == 0) return 0;
            return await RunAsync(transaction =>
            {
                foreach (var mutation in mutations) transaction.Add(mutation);
                return Task.FromResult(0);
            }, token);
        },
        ct);

    /// <inheritdoc/>
    public Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct) =>
        CallAsync("transact", options.CommitDeadline, token => RunAsync(body, token), ct);

    /// <summary>Creates the cheapest query, which checks that the database responds.</summary>
    internal static SpannerCommand Ping(SpannerConnection connection) => connection.Select(One, Parameters.None);

    private static SpannerConnectionStringBuilder Target(SpannerOptions options, Credentials credentials)
    {
        var target = new SpannerConnectionStringBuilder($"Data Source={options.Database}", credentials.ForChannel(options.EmulatorHost))
        {
            SessionPoolManager = SessionPoolManager.CreateWithSettings(Pool(options), Settings(options)),
        };
        if (options.EmulatorHost is not { Length: > 0 } emulator) return target;
        target.Host = emulator[..emulator.LastIndexOf(':')];
        target.Port = int.Parse(emulator[(emulator.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
        return target;
    }

    // A call holds one session. An instance that serves 80 requests, most of which make one or two calls at a time, needs at most
    // MaxSessions; beyond that, callers wait (Block). The pool creates sessions on demand, five per round trip, and reuses them last in,
    // first out. The default minimum of 100 would cost every cold start 20 round trips for sessions that most instances never use. The
    // pool keeps idle sessions alive in a background loop, which stops while the instance has no request and so no CPU. Spanner then drops
    // the sessions after an hour; RowsAsync and RunAsync handle the loss.
    private static SessionPoolOptions Pool(SpannerOptions options) => new()
    {
        MinimumPooledSessions = options.MinSessions,
        MaximumActiveSessions = options.MaxSessions,
        WaitOnResourcesExhausted = ResourcesExhaustedBehavior.Block,
        Timeout = options.ReadDeadline,
    };

    private static SpannerSettings Settings(SpannerOptions options)
    {
        // Passes the deadline to Spanner too; its default is an hour.
        var deadline = Expiration.FromTimeout(options.ReadDeadline);
        var settings = new SpannerSettings();
        settings.ExecuteStreamingSqlSettings = settings.ExecuteStreamingSqlSettings.WithExpiration(deadline);
        settings.StreamingReadSettings = settings.StreamingReadSettings.WithExpiration(deadline);
        return settings;
    }

    private static TimestampBound? Bound(Staleness? staleness) =>
        staleness is { } permitted ? TimestampBound.OfMaxStaleness(permitted.MaxAge) : null;

    private SpannerConnection Connect() => new(target.Value) { EnlistInTransaction = false };

    private async Task<List<Row>> RowsAsync(
        Func<SpannerConnection, SpannerCommand> create, TimestampBound? bound, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await using var connection = Connect();
                await connection.OpenAsync(ct);
                using var command = create(connection);
                if (bound is not null)
                {
                    command.EphemeralTransactionCreationOptions =
                        SpannerTransactionCreationOptions.ForTimestampBoundReadOnly(bound).WithIsSingleUse(true);
                }

                return await command.RowsAsync(ct);
            }
            catch (SpannerException e) when (e.ErrorCode == ErrorCode.Aborted)
            {
                // A read is aborted only if its session was lost. The pool has removed the session, so the read is retried.
                ct.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task<T> RunAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct)
    {
        while (true)
        {
            SpannerWriteTransaction? run = null;
            try
            {
                await using var connection = Connect();
                await connection.OpenAsync(ct);
                return await connection.RunWithRetriableTransactionAsync(
                    async transaction =>
                    {
                        run = new SpannerWriteTransaction(connection, transaction, ct);
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
                // The client library retries aborted transactions itself, so this one lost its session, which the pool has removed.
                ct.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task<T> CallAsync<T>(string operation, TimeSpan limit, Func<CancellationToken, Task<T>> call, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        using var deadline = new Deadline(limit, time, ct);
        return await meter.MeasureAsync(operation, async () =>
        {
            try
            {
                return await call(deadline.Token);
            }
            catch (Exception e) when (Translate(e) is var translated && !ReferenceEquals(translated, e))
            {
                throw translated;
            }
        });

        Exception Translate(Exception e) => e switch
        {
            _ when SpannerErrors.IsStopped(e) && ct.IsCancellationRequested => new OperationCanceledException(e.Message, e, ct),
            _ when SpannerErrors.IsStopped(e) && (deadline.HasPassed || e is not OperationCanceledException) =>
                new TimeoutException($"The Spanner operation '{operation}' did not finish within {limit.TotalSeconds:0.###} s.", e),
            _ when SpannerErrors.IsUnavailable(e) =>
                new TimeoutException($"The Spanner operation '{operation}' got no response: {SpannerErrors.Detail(e)}", e),
            SpannerException spanner => SpannerErrors.Translate(spanner),
            _ => e,
        };
    }
}
