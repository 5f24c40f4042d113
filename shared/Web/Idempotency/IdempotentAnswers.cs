using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Web.Idempotency;

/// <summary>
/// Gives the first answer again to a request that is sent again. The answer is kept in the transaction of its effect, so that
/// there is one if and only if there is the other.
/// </summary>
public static class IdempotentAnswers
{
    /// <summary>How long answers are kept.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private const int RemovedAtOnce = 20;

    private static readonly Table Keys = Schema.Current.Table("IdempotencyKeys");

    private static readonly Statement ExpiredKeys = new(
        "SELECT KeyId FROM IdempotencyKeys WHERE UserId = @user AND ExpiresAt <= @now ORDER BY ExpiresAt, KeyId LIMIT @limit",
        ("user", ColumnType.String), ("now", ColumnType.Timestamp), ("limit", ColumnType.Int64));

    /// <summary>The answer of <paramref name="effect"/>, or the one it gave before.</summary>
    /// <param name="transaction">The transaction that the effect is part of.</param>
    /// <param name="key">The request's key; null: the request has its effect each time.</param>
    /// <param name="now">The time.</param>
    /// <param name="effect">What the request does.</param>
    /// <exception cref="ApiException">422: the key came with another request before.</exception>
    public static async Task<string> AnswerOnceAsync(this ITransaction transaction, IdempotencyKey? key, DateTimeOffset now, Func<Task<string>> effect)
    {
        if (key is null) return await effect();
        if (await transaction.ReadAsync(Keys, new Key(key.UserId, key.KeyId)) is { } row && row.Timestamp("ExpiresAt") > now)
        {
            return row.String("RequestHash") == key.RequestHash
                ? row.String("Answer")
                : throw new ApiException(StatusCodes.Status422UnprocessableEntity, $"{IdempotencyKey.Header} was used before with another query or body");
        }

        var answer = await effect();

        // Each user's keys are cleared by their next ones: an index over the time of all would be a single hot spot of writes.
        await foreach (var expired in transaction.QueryAsync(ExpiredKeys, new Parameters { { "user", key.UserId }, { "now", now }, { "limit", RemovedAtOnce } }))
            transaction.Add(Mutation.Delete(Keys, new Key(key.UserId, expired.String("KeyId"))));
        transaction.Add(Mutation.Upsert(
            Keys, ("UserId", key.UserId), ("KeyId", key.KeyId), ("RequestHash", key.RequestHash), ("Answer", answer), ("ExpiresAt", now + Lifetime)));
        return answer;
    }
}
