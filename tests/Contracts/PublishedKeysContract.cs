using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Contracts;

/// <summary>
/// The tests that every <see cref="ITokenKeys"/> and <see cref="ILicenseKeys"/> must pass. Each adapter has a derived class.
/// </summary>
public abstract class PublishedKeysContract
{
    /// <summary>Returns the keys, as a host that has just started reads them.</summary>
    protected abstract Task<IPublishedKeys> OpenAsync();

    [Fact]
    public async Task Published_keys_verify_what_the_signing_key_signs_and_contain_no_secret()
    {
        var keys = await OpenAsync();
        var handler = new JsonWebTokenHandler();
        var token = handler.CreateToken(new SecurityTokenDescriptor { Issuer = "i", SigningCredentials = keys.Signing.Credentials });
        var published = PublicKeySet.Json(keys);
        Assert.DoesNotContain("\"d\"", published, StringComparison.Ordinal);
        var result = await handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = "i", ValidateAudience = false, IssuerSigningKeys = new JsonWebKeySet(published).GetSigningKeys(),
        });
        Assert.True(result.IsValid, result.Exception?.Message);
    }

    [Fact]
    public async Task Each_key_has_an_id_of_its_own_and_the_signing_key_is_among_them()
    {
        var keys = await OpenAsync();
        Assert.Contains(keys.Signing, keys.All);
        Assert.Distinct(keys.All.Select(key => key.PublicKey.Kid));
    }

    [Fact]
    public async Task Keys_survive_a_restart()
    {
        var (before, after) = (await OpenAsync(), await OpenAsync());
        Assert.Equal(before.Signing.PublicKey, after.Signing.PublicKey);
        Assert.Equal(before.All.Select(key => key.PublicKey), after.All.Select(key => key.PublicKey));
    }
}
