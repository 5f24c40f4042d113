using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Events;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.PlaybackRecorder;

/// <summary>The result of <see cref="PlayStore.RecordAsync"/>.</summary>
/// <param name="Listener">The listener.</param>
/// <param name="Plays">
/// The plays as recorded, which may differ from those given: the first insert of an event id wins. Every effect uses these values, so that
/// all agree.
/// </param>
/// <param name="Ads">The ad impressions, with the time of the first insert of the event id.</param>
internal sealed record RecordedEvents(
    Listener Listener, IReadOnlyList<(RecordedPlay Play, bool IsNew)> Plays, IReadOnlyList<ClientEvent> Ads);

/// <summary>The store of plays, ad impressions and listeners.</summary>
public sealed class PlayStore(IDatabase database, ListenerReader listeners, TimeProvider time)
{
    private const int MaxIds = 100;

    /// <summary>
    /// The age of a batch from which its user is not inserted. Less than the time that a removed account stays marked after its last token,
    /// so that old events cannot bring the account back.
    /// </summary>
    private static readonly TimeSpan MaxAgeOfNewUsers = TimeSpan.FromMinutes(5);

    private static readonly Table Listeners = Schema.Current.Table("Listeners");

    private static readonly Table AdHistory = Schema.Current.Table("AdHistory");

    private static readonly Statement ExistingPlays = new(
        $"""
        SELECT EventId, PlayedAt, Type, PlayableId, PlayedMs, DurationMs, EndReason, ContextUri FROM PlayHistory
        WHERE UserId = @user AND EventId IN ({Statement.List("id", MaxIds)})
        """,
        [("user", ColumnType.String), .. Statement.ListParameters("id", MaxIds, ColumnType.String)]);

    private static readonly Statement ExistingAds = new(
        $"SELECT EventId, HappenedAt FROM AdHistory WHERE UserId = @user AND EventId IN ({Statement.List("id", MaxIds)})",
        [("user", ColumnType.String), .. Statement.ListParameters("id", MaxIds, ColumnType.String)]);

    /// <summary>
    /// Inserts plays and ad impressions with distinct event ids that are not yet recorded, and the rows of the user and the listener if
    /// there are none. Can be repeated.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="known">The listener as of some seconds ago; null if there was none.</param>
    /// <param name="plays">The plays.</param>
    /// <param name="ads">The ad impressions.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The recorded events; null if the account is being removed.</returns>
    /// <exception cref="PoisonMessageException">
    /// The user has no row and cannot be inserted, because the country is unknown or the batch is old; or a value violates the schema.
    /// </exception>
    internal async Task<RecordedEvents?> RecordAsync(
        EventBatch batch, Listener? known, IReadOnlyList<RecordedPlay> plays, IReadOnlyList<ClientEvent> ads, CancellationToken ct)
    {
        if (known is not null)
        {
            try
            {
                List<Mutation> inserts =
                    [.. plays.SelectMany(play => play.Inserts(batch.UserId)), .. ads.Select(ad => Insert(batch.UserId, ad))];
                var isActive = plays.Count > 0 && known.IsNewlyActive(batch.ReceivedAt);
                if (isActive) inserts.Add(ActiveListeners.Upsert(batch.UserId, known.TimeZone, batch.ReceivedAt));
                if (inserts.Count > 0) await database.CommitAsync(inserts, ct);
                if (isActive) listeners.Remember(batch.UserId, known with { ActiveAt = batch.ReceivedAt });
                return new RecordedEvents(known, [.. plays.Select(play => (play, true))], ads);
            }
            catch (Exception e) when (e is RowExistsException or ConstraintException)
            {
                // Recorded before, or the user was removed meanwhile.
                listeners.Forget(batch.UserId);
            }
        }

        try
        {
            return await database.TransactAsync(transaction => RecordMissingAsync(transaction, batch, plays, ads), ct);
        }
        catch (ConstraintException e)
        {
            throw new PoisonMessageException($"The database rejects a row: {e.Message}", e);
        }
    }

    private async Task<RecordedEvents?> RecordMissingAsync(
        ITransaction transaction, EventBatch batch, IReadOnlyList<RecordedPlay> plays, IReadOnlyList<ClientEvent> ads)
    {
        var listener = await ListenerReader.FindAsync(transaction, batch.UserId) ?? await InsertUserAsync(transaction, batch);
        if (listener.IsRemoved) return null;
        if (listener.Id is null)
        {
            listener = listener with { Id = SpotifyId.New() };
            transaction.Add(Mutation.Insert(Listeners, ("UserId", batch.UserId), ("ListenerId", listener.Id)));
        }

        if (plays.Count > 0 && listener.IsNewlyActive(batch.ReceivedAt))
            transaction.Add(ActiveListeners.Upsert(batch.UserId, listener.TimeZone, batch.ReceivedAt));
        var firstPlays = await ReadAsync(ExistingPlays, plays.Select(play => play.EventId), RecordedPlay.FromRow);
        var firstAds = await ReadAsync(ExistingAds, ads.Select(ad => ad.Id), ad => ad.Timestamp("HappenedAt"));
        foreach (var play in plays)
            if (!firstPlays.ContainsKey(play.EventId))
                foreach (var mutation in play.Inserts(batch.UserId)) transaction.Add(mutation);
        foreach (var ad in ads)
            if (!firstAds.ContainsKey(ad.Id)) transaction.Add(Insert(batch.UserId, ad));
        return new RecordedEvents(
            listener,
            [.. plays.Select(play => firstPlays.TryGetValue(play.EventId, out var first) ? (first, false) : (play, true))],
            [.. ads.Select(ad => firstAds.TryGetValue(ad.Id, out var first) ? ad with { Timestamp = first } : ad)]);

        async Task<Dictionary<string, T>> ReadAsync<T>(Statement statement, IEnumerable<string> eventIds, Func<Row, T> read)
        {
            var existing = new Dictionary<string, T>(StringComparer.Ordinal);
            foreach (var ids in eventIds.Chunk(MaxIds))
            {
                var parameters = new Parameters { { "user", batch.UserId } }.AddList("id", ids, MaxIds);
                await foreach (var row in transaction.QueryAsync(statement, parameters)) existing[row.String("EventId")] = read(row);
            }

            return existing;
        }
    }

    private static Mutation Insert(string userId, ClientEvent ad) =>
        Mutation.Insert(AdHistory, ("UserId", userId), ("EventId", ad.Id), ("HappenedAt", Instant.Truncate(ad.Timestamp)));

    private async Task<Listener> InsertUserAsync(ITransaction transaction, EventBatch batch)
    {
        if (await transaction.IsRemovedAsync(batch.UserId)) return new Listener(null, "", null, IsRemoved: true, []);
        var now = Instant.Truncate(time.GetUtcNow());
        if (now - batch.ReceivedAt > MaxAgeOfNewUsers)
            throw new PoisonMessageException("The user does not exist. The account may have been removed since the events were received.");
        if (batch.Country is not { } country || !Markets.IsKnown(country))
            throw new PoisonMessageException("The user does not exist, and the country is unknown.");
        transaction.Add(new User(batch.UserId, batch.UserId, null, country, batch.Product, false, false, null, now).Insert());
        return new Listener(null, country, null, IsRemoved: false, []);
    }
}
