using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Web.Identity;

namespace Spotify.Functions.Accounts.Tokens;

/// <summary>The user and the scopes that a code or refresh token stands for.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Country">The user's country.</param>
/// <param name="Product">The user's plan.</param>
/// <param name="Scopes">The scopes that the user has allowed.</param>
/// <param name="Family">The family of the refresh tokens.</param>
internal sealed record Permission(string UserId, string Country, Product Product, Scopes Scopes, string Family)
{
    /// <summary>Reads a permission from a row of a code or refresh token, joined with its user.</summary>
    public static Permission FromRow(Row row, string family)
    {
        Products.TryParse(row.String("Product"), out var product);
        ScopeNames.TryParse(row.String("Scopes"), out var scopes);
        return new Permission(row.String("UserId"), row.String("Country"), product, scopes, family);
    }
}
