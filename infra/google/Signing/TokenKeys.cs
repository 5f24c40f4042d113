using Microsoft.Extensions.Options;
using Spotify.Hosting;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Google.Signing;

/// <summary>
/// The keys that sign access tokens in the cloud. The environment provides them from Secret Manager: <c>TokenKeys__0__Pem</c>, then those
/// of 1 and so on. The first key signs; all of them are published. To rotate, append the new key and deploy, make it the first one
/// after <see cref="TokenKeyRotation.PublishedBefore"/>, and remove the old key after its last token has expired.
/// </summary>
public sealed class TokenKeyOptions
{
    /// <summary>The keys. The first one signs.</summary>
    public IList<TokenKeySetting> TokenKeys { get; init; } = [];
}

/// <summary>A configured key.</summary>
public sealed class TokenKeySetting
{
    /// <summary>A private P-256 key in PEM.</summary>
    public string Pem { get; set; } = "";
}

/// <summary>The configured keys.</summary>
internal sealed class TokenKeyRing(TokenKeyOptions options) : ITokenKeys
{
    /// <inheritdoc/>
    public TokenKey Signing => All[0];

    /// <inheritdoc/>
    public IReadOnlyList<TokenKey> All { get; } = [.. options.TokenKeys.Select(key => TokenKey.Parse(key.Pem))];
}

/// <summary>The validator of <see cref="TokenKeyOptions"/>. The messages do not contain keys.</summary>
internal sealed class TokenKeyOptionsValidator : IValidateOptions<TokenKeyOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TokenKeyOptions options)
    {
        if (options.TokenKeys.Count == 0) return ValidateOptionsResult.Fail("TokenKeys:0:Pem is missing.");
        var (problems, ids) = (new List<string>(), new HashSet<string>());
        foreach (var (i, key) in options.TokenKeys.Index())
        {
            try
            {
                if (!ids.Add(TokenKey.Parse(key.Pem).PublicKey.Kid)) problems.Add($"TokenKeys:{i}:Pem is the same as an earlier key.");
            }
            catch (FormatException)
            {
                problems.Add($"TokenKeys:{i}:Pem must be a private P-256 key in PEM.");
            }
        }

        return OptionsProblems.ToResult(problems);
    }
}
