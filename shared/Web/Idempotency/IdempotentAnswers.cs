using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Web.Idempotency;

/// <summary>
/// The stored responses to requests, for repetitions with the same <see cref="IdempotencyKey"/>. A response is stored in the transaction of
/// the request's effect, so that both exist or neither does.
/// </summary>
public static class IdempotentAnswers
{
    /// <summary>How long responses are stored.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private const int MaxRemovedPerRequest = 20;

    private static readonly Table Keys = Schema.Current.Table("IdempotencyKeys");

    private static readonly Statement ExpiredKeys = new(
        "SELECT KeyId FROM IdempotencyKeys WHERE UserId = @user AND ExpiresAt <= @now ORDER BY ExpiresAt, KeyId LIMIT @limit",
        ("user", ColumnType.String), ("now", ColumnType.Timestamp), ("limit", ColumnType.Int64));

    /// <summary>Runs <paramref name="effect"/> and returns its response, or returns the response of its first run.</summary>
    /// <param name="transaction">The transaction that the effect is part of.</param>
    /// <param name="key">The request's key; null if the effect runs for every request.</param>
    /// <param name="now">The current time.</param>
    /// <param name="effect">The request's effect, which returns the response.</param>
    /// <exception cref="ApiException">422: the key was used before with another query or body.</exception>
    public static async Task<string> AnswerOnceAsync(
        this ITransaction transaction, IdempotencyKey? key, DateTimeOffset now, Func<Task<string>> effect)
    {
        if (key is null) return await effect();
        if (await transaction.ReadAsync(Keys, new Key(key.UserId, key.KeyId)) is { } row && row.Timestamp("ExpiresAt") > now)
        {
            return row.String("RequestHash") == key.RequestHash
                ? row.String("Answer")
                : throw new ApiException(
                    StatusCodes.Status422UnprocessableEntity, $"{IdempotencyKey.Header} was used before with another query or body");
        }

        var answer = await effect();

        // Expired keys are removed when the same user sends the next key, because an index by time over all users would be a write hot
        // spot.
        var parameters = new Parameters { { "user", key.UserId }, { "now", now }, { "limit", MaxRemovedPerRequest } };
        await foreach (var expired in transaction.QueryAsync(ExpiredKeys, parameters))
            transaction.Add(Mutation.Delete(Keys, new Key(key.UserId, expired.String("KeyId"))));
        transaction.Add(Mutation.Upsert(
            Keys,
            ("UserId", key.UserId), ("KeyId", key.KeyId), ("RequestHash", key.RequestHash), ("Answer", answer),
            ("ExpiresAt", now + Lifetime)));
        return answer;
    }
}
