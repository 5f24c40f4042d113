using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Spotify.Contracts;
using Spotify.Fixtures;
using Spotify.Local.Identity;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Local.Tests.Identity;

/// <summary>Token confusion on one machine, where one key signs access tokens and the tokens of services.</summary>
public sealed class TokenConfusionTests : TokenConfusionContract, IAsyncLifetime
{
    private LocalServer server = null!;

    protected override TokenKind AccessToken => Kind(
        LocalIdentity.Audience, "at+jwt",
        new() { ["sub"] = "ada", ["client_id"] = "app", ["scope"] = "user-read-private user-library-modify", ["country"] = "SE" });

    protected override TokenKind ServiceToken => Kind(
        ServiceTokens.Audience, "JWT", new() { ["sub"] = ServiceTokens.Email, ["email"] = ServiceTokens.Email, ["email_verified"] = true });

    protected override Uri UserRoute => new(server.Http.BaseAddress!, "/v1/me");

    protected override Uri ServiceRoute => new(server.Http.BaseAddress!, "/tasks/object-removals");

    public async Task InitializeAsync() => server = await LocalServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    private TokenKind Kind(string audience, string type, JsonObject claims)
    {
        var key = server.Services.GetRequiredService<ITokenKeys>().Signing;
        var pair = ((ECDsaSecurityKey)key.Credentials.Key).ECDsa;
        return new TokenKind(LocalIdentity.Issuer, audience, type, key.PublicKey.Kid, pair, claims);
    }
}
