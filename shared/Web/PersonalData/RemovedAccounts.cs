using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;

namespace Spotify.Web.PersonalData;

/// <summary>
/// The accounts that are being removed. Their access tokens remain valid for up to an hour, so that requests with these tokens must not
/// create the user again.
/// </summary>
public static class RemovedAccounts
{
    /// <summary>The condition, in SQL, that an account is not being removed.</summary>
    /// <param name="userId">The SQL expression for the user's id.</param>
    public static string IsNotRemovedSql(string userId) =>
        $"NOT EXISTS (SELECT 1 FROM AccountRemovals WHERE AccountRemovals.UserId = {userId})";

    /// <summary>The table <c>AccountRemovals</c>.</summary>
    public static Table Table { get; } = Schema.Current.Table("AccountRemovals");

    /// <summary>Returns whether an account is being removed.</summary>
    public static async Task<bool> IsRemovedAsync(this IDatabase database, string userId, CancellationToken ct) =>
        await database.ReadAsync(Table, new Key(userId), null, ct) is not null;

    /// <summary>Returns whether an account is being removed.</summary>
    public static async Task<bool> IsRemovedAsync(this ITransaction transaction, string userId) =>
        await transaction.ReadAsync(Table, new Key(userId)) is not null;

    /// <summary>Requires that an account is not being removed.</summary>
    /// <exception cref="ApiException">401: the account is being removed.</exception>
    public static async Task RequireNotRemovedAsync(this ITransaction transaction, string userId)
    {
        if (await transaction.IsRemovedAsync(userId)) throw Error();
    }

    /// <summary>Creates the 401 error of requests with a token of an account that is being removed.</summary>
    public static ApiException Error() => new(StatusCodes.Status401Unauthorized, "The account has been removed")
    {
        Challenge = "Bearer realm=\"spotify\", error=\"invalid_token\"",
    };

    /// <summary>Inserts the row of a user who is known from a token only.</summary>
    /// <exception cref="ApiException">401: the account is being removed.</exception>
    public static async Task InsertAsync(this ITransaction transaction, User user)
    {
        await transaction.RequireNotRemovedAsync(user.Id);
        transaction.Add(user.Insert());
    }
}
