using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Users;

namespace Spotify.Functions.Playback;

/// <summary>The user's data that decides what the user may play.</summary>
/// <param name="Country">The market.</param>
/// <param name="Product">The plan.</param>
/// <param name="ExplicitFilter">Whether explicit content is filtered.</param>
public readonly record struct PlaybackListener(string Country, Product Product, bool ExplicitFilter)
{
    /// <summary>The columns of <c>Users</c> that <see cref="FromRow"/> reads.</summary>
    internal const string Columns = "Users.Country, Users.Product, Users.ExplicitFilter";

    /// <summary>Reads a listener from a row of <c>Users</c>. Returns null if the row was not found by an outer join.</summary>
    public static PlaybackListener? FromRow(Row row) => row.StringOrNull("Country") is { } country
        ? new PlaybackListener(
            country,
            Products.TryParse(row.String("Product"), out var product) ? product : Product.Free,
            row.Bool("ExplicitFilter"))
        : null;

    /// <summary>
    /// Returns the reason why the listener may not play an item: <c>NOT_RELEASED</c>, <c>MARKET_RESTRICTED</c> or
    /// <c>EXPLICIT_BLOCKED</c>; null if the listener may.
    /// </summary>
    public string? Refusal(PlaybackItem item, DateTimeOffset now) => item.Rights.Restricts(Country, now) switch
    {
        Restriction.Market => "MARKET_RESTRICTED",
        Restriction.NotReleased => "NOT_RELEASED",
        _ => item.Explicit && ExplicitFilter ? "EXPLICIT_BLOCKED" : null,
    };
}
