using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Web.PersonalData;
using Spotify.Web.Wire;

namespace Spotify.Functions.Listening.Taste;

/// <summary>
/// The private sessions of listeners, whose plays do not count as taste. They are kept as intervals, so that plays that arrive later are
/// judged by their time.
/// </summary>
internal sealed class PrivateSessions(IDatabase database, TimeProvider time)
{
    private static readonly Table Table = Schema.Current.Table("PrivateSessions");

    // A session that is started again so soon is the same one, so that switching on and off makes few rows.
    private static readonly TimeSpan Gap = TimeSpan.FromMinutes(1);

    private static readonly Statement Latest = new(
        "SELECT StartedAt, EndsAt FROM PrivateSessions WHERE UserId = @user ORDER BY StartedAt DESC LIMIT 1", ("user", ColumnType.String));

    /// <summary>Returns the session that is active now.</summary>
    public async Task<PrivateSessionObject> GetAsync(string userId, CancellationToken ct)
    {
        var row = await database.QueryAsync(Latest, Of(userId), null, ct).FirstOrDefaultAsync(ct);
        return Show(row?.Timestamp("StartedAt"), row?.Timestamp("EndsAt"));
    }

    /// <summary>Starts a session, or sets the end of the active one.</summary>
    /// <exception cref="Web.ApiException">401: the account is being removed.</exception>
    public Task<PrivateSessionObject> StartAsync(User user, TimeSpan duration, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            var now = Instant.Truncate(time.GetUtcNow());
            if (await transaction.ReadAsync(User.Table, new Key(user.Id)) is null) await transaction.InsertAsync(user);
            var row = await transaction.QueryAsync(Latest, Of(user.Id)).FirstOrDefaultAsync();
            var start = row is not null && row.Timestamp("EndsAt") > now - Gap ? row.Timestamp("StartedAt") : now;
            transaction.Add(Mutation.Upsert(Table, ("UserId", user.Id), ("StartedAt", start), ("EndsAt", now + duration)));
            return Show(start, now + duration);
        },
        ct);

    /// <summary>Ends the session that is active, if there is one.</summary>
    public Task EndAsync(string userId, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            var now = Instant.Truncate(time.GetUtcNow());
            var row = await transaction.QueryAsync(Latest, Of(userId)).FirstOrDefaultAsync();
            if (row is not null && row.Timestamp("EndsAt") > now)
                transaction.Add(Mutation.Update(Table, ("UserId", userId), ("StartedAt", row.Timestamp("StartedAt")), ("EndsAt", now)));
            return true;
        },
        ct);

    private static Parameters Of(string userId) => new() { { "user", userId } };

    private PrivateSessionObject Show(DateTimeOffset? start, DateTimeOffset? end) => start is { } startedAt && end > time.GetUtcNow()
        ? new PrivateSessionObject(true, ApiTime.Format(startedAt), ApiTime.Format(end.Value))
        : new PrivateSessionObject(false, null, null);
}
