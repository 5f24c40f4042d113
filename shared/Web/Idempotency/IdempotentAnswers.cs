using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Web.Idempotency;

/// <summary>
/// The stored responses to requests, for repetitions with the same <see cref="IdempotencyKey"/>. A response is stored in the transaction of
/// the request's effect, so that both exist or neither does. The table's row deletion policy removes expired responses.
/// </summary>
public static class IdempotentAnswers
{
    /// <summary>How long responses are stored.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private static readonly Table Keys = Schema.Current.Table("IdempotencyKeys");

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
        transaction.Add(Mutation.Upsert(
            Keys,
            ("UserId", key.UserId), ("KeyId", key.KeyId), ("RequestHash", key.RequestHash), ("Answer", answer),
            ("ExpiresAt", now + Lifetime)));
        return answer;
    }
}
