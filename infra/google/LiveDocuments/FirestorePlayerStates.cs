using System.Diagnostics.Metrics;
using Google.Api.Gax;
using Google.Api.Gax.Grpc;
using Google.Cloud.Firestore;
using Google.Cloud.Firestore.V1;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Spotify.Hosting;
using Spotify.Hosting.LiveDocuments;
using Precondition = Google.Cloud.Firestore.Precondition;

namespace Spotify.Google.LiveDocuments;

/// <summary>
/// The live documents in Firestore: <c>players/{user}</c> with the fields <c>revision</c>, <c>state</c> (JSON), <c>valid_since</c> (in
/// seconds) and <c>revocations</c> (JSON). A read and a write take one round trip each: a write is conditional on the time of the last
/// update, which <see cref="PlayerDocument.Version"/> holds. Clients listen to the documents directly.
/// </summary>
public sealed partial class FirestorePlayerStates : IPlayerStates
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Spotify.Firestore";

    private const string Revision = "revision";
    private const string State = "state";
    private const string ValidSince = "valid_since";
    private const string Revocations = "revocations";

    private readonly LiveDocumentOptions options;
    private readonly Credentials credentials;
    private readonly TimeProvider time;
    private readonly ILogger<FirestorePlayerStates> logger;
    private readonly Backoff backoff;
    private readonly CallMeter meter;
    private readonly Lazy<FirestoreDb> database;

    /// <summary>Creates the adapter of a project's database. <see cref="OpenAsync"/> connects it.</summary>
    public FirestorePlayerStates(
        IOptions<LiveDocumentOptions> options,
        Credentials credentials,
        TimeProvider time,
        IMeterFactory meters,
        ILogger<FirestorePlayerStates> logger)
    {
        (this.options, this.credentials, this.time, this.logger) = (options.Value, credentials, time, logger);
        backoff = new Backoff(this.options.MinBackoff, this.options.MaxBackoff, time, Random.Shared);
        meter = new CallMeter(meters, time, MeterName);
        database = new(Connect);
    }

    /// <summary>
    /// Fetches credentials and connects. If Firestore is unavailable, the instance starts nevertheless, because some functions need it for
    /// few of their requests.
    /// </summary>
    public async Task OpenAsync(CancellationToken ct)
    {
        await credentials.FetchAsync(options.EmulatorHost, ct);
        try
        {
            await ReadAsync(Document(PlayerDocumentId.Unused), ct);
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            LogUnavailable(e.Message);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">Firestore rejected the call.</exception>
    /// <exception cref="TimeoutException">Firestore was unavailable until the deadline.</exception>
    public Task<PlayerDocument?> ReadAsync(string userId, CancellationToken ct) =>
        ReadAsync(Document(PlayerDocumentId.Of(userId)), ct);

    /// <inheritdoc/>
    /// <exception cref="IOException">Firestore rejected the call. Nothing was written.</exception>
    /// <exception cref="TimeoutException">
    /// Firestore was unavailable until the deadline, or another write followed a try whose response was lost. The document may have been
    /// written.
    /// </exception>
    public Task<bool> TryWriteAsync(string userId, PlayerDocument? basedOn, PlayerDocument document, CancellationToken ct)
    {
        document.CheckReplaces(basedOn);
        if (basedOn is { Version: not Timestamp })
            throw new ArgumentException("The document to replace was not read from Firestore.", nameof(basedOn));
        var target = Document(PlayerDocumentId.Of(userId));
        return meter.MeasureAsync(
            "write",
            () => CallAsync("Writing", (tries, token) => TryWriteAsync(target, (Timestamp?)basedOn?.Version, document, tries, token), ct),
            written => written ? CallOutcome.Ok : CallOutcome.Conflict);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">Firestore rejected the call.</exception>
    /// <exception cref="TimeoutException">Firestore was unavailable until the deadline.</exception>
    public Task DeleteAsync(string userId, CancellationToken ct)
    {
        var document = Document(PlayerDocumentId.Of(userId));
        return meter.MeasureAsync(
            "delete", () => CallAsync("Deleting", (_, token) => document.DeleteAsync(cancellationToken: token), ct));
    }

    private static async Task<PlayerDocument?> GetAsync(DocumentReference document, CancellationToken ct)
    {
        var snapshot = await document.GetSnapshotAsync(ct);
        if (!snapshot.Exists) return null;
        return new PlayerDocument(snapshot.GetValue<long>(Revision), snapshot.GetValue<string>(State))
        {
            ValidSince = DateTimeOffset.FromUnixTimeSeconds(snapshot.GetValue<long>(ValidSince)),
            Revocations = snapshot.TryGetValue<string>(Revocations, out var revocations) ? revocations : null,
            Version = snapshot.UpdateTime,
        };
    }

    private static async Task<bool> TryWriteAsync(
        DocumentReference target, Timestamp? basedOn, PlayerDocument document, int tries, CancellationToken ct)
    {
        try
        {
            if (basedOn is { } version) await target.UpdateAsync(FieldsOf(document), Precondition.LastUpdated(version), ct);
            else await target.CreateAsync(FieldsOf(document), ct);
            return true;
        }
        catch (RpcException e) when (IsConflict(e.StatusCode))
        {
            return tries > 1 && await WasWrittenAsync(target, document, ct);
        }
    }

    // NotFound: the document to update was deleted. Aborted: another write of the document is under way.
    private static bool IsConflict(StatusCode status) =>
        status is StatusCode.AlreadyExists or StatusCode.FailedPrecondition or StatusCode.NotFound or StatusCode.Aborted;

    // The conflict of a repeated try may be with the first one, whose response was lost.
    private static async Task<bool> WasWrittenAsync(DocumentReference target, PlayerDocument document, CancellationToken ct)
    {
        var current = await GetAsync(target, ct);
        if (current is null || current.Revision > document.Revision)
            throw new TimeoutException($"The response to writing '{target.Id}' was lost, and another write has followed.");
        return current with { Version = null } == document with { Version = null };
    }

    private static Dictionary<string, object> FieldsOf(PlayerDocument document)
    {
        var fields = new Dictionary<string, object>
        {
            [Revision] = document.Revision,
            [State] = document.State,
            [ValidSince] = document.ValidSince.ToUnixTimeSeconds(),
        };
        if (document.Revocations is { } revocations) fields[Revocations] = revocations;
        else if (document.Revision > 1) fields[Revocations] = FieldValue.Delete;
        return fields;
    }

    private Task<PlayerDocument?> ReadAsync(DocumentReference document, CancellationToken ct) => meter.MeasureAsync(
        "read",
        () => CallAsync("Reading", (_, token) => GetAsync(document, token), ct),
        found => found is null ? CallOutcome.NotFound : CallOutcome.Ok);

    private DocumentReference Document(string id) => database.Value.Collection(PlayerDocumentId.Collection).Document(id);

    /// <param name="action">The action, for errors.</param>
    /// <param name="call">Tries the call. Gets the number of the try, from 1.</param>
    /// <param name="ct">The caller's token.</param>
    private async Task<T> CallAsync<T>(string action, Func<int, CancellationToken, Task<T>> call, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        using var deadline = new Deadline(options.Deadline, time, ct);
        RpcException? last = null;
        try
        {
            for (var tries = 1; ; tries++)
            {
                try
                {
                    return await call(tries, deadline.Token);
                }
                catch (RpcException e) when (IsTransient(e.StatusCode) && !deadline.Token.IsCancellationRequested)
                {
                    last = e;
                }

                await backoff.WaitAsync(tries, deadline.Token);
            }
        }
        catch (Exception e) when (ct.IsCancellationRequested && e is RpcException or OperationCanceledException)
        {
            throw new OperationCanceledException($"{action} a live document was canceled.", e, ct);
        }
        catch (Exception e) when (e is OperationCanceledException || deadline.HasPassed || IsLate(e))
        {
            throw new TimeoutException(
                $"{action} a live document did not finish within {options.Deadline.TotalSeconds:0.###} s: "
                + $"{last?.Status.Detail ?? "no response"}", e);
        }
        catch (RpcException e)
        {
            throw new IOException($"{action} a live document failed: {e.StatusCode}, {e.Status.Detail}", e);
        }
    }

    private static bool IsTransient(StatusCode status) =>
        status is StatusCode.Unavailable or StatusCode.ResourceExhausted or StatusCode.Internal or StatusCode.Unknown;

    private static bool IsLate(Exception e) => e is RpcException { StatusCode: StatusCode.DeadlineExceeded or StatusCode.Cancelled };

    private FirestoreDb Connect()
    {
        var once = CallSettings.FromExpiration(Expiration.FromTimeout(options.Deadline));
        // The emulator applies the security rules unless the caller is the owner.
        var common = string.IsNullOrEmpty(options.EmulatorHost) ? null : CallSettings.FromHeader("Authorization", "Bearer owner");
        return new FirestoreDbBuilder
        {
            ProjectId = options.Project,
            Endpoint = string.IsNullOrEmpty(options.EmulatorHost) ? null : options.EmulatorHost,
            ChannelCredentials = credentials.ForChannel(options.EmulatorHost),
            // The client library would repeat writes, and not say so.
            Settings = new FirestoreSettings { CallSettings = common, CommitSettings = once, BatchGetDocumentsSettings = once },
            BatchGetDocumentsRetrySettings = RetrySettings.FromExponentialBackoff(
                maxAttempts: 1, TimeSpan.Zero, TimeSpan.Zero, backoffMultiplier: 1, retryFilter: _ => false),
        }.Build();
    }

    [LoggerMessage(LogLevel.Error, "The instance starts without live documents: {Problem}")]
    private partial void LogUnavailable(string problem);
}
