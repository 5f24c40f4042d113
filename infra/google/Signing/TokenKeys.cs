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
    public IList<PemKey> TokenKeys { get; init; } = [];
}

/// <summary>The configured keys of access tokens.</summary>
internal sealed class TokenKeyRing(IOptions<TokenKeyOptions> options) : PemKeys(options.Value.TokenKeys), ITokenKeys;

/// <summary>The validator of <see cref="TokenKeyOptions"/>. The messages do not contain keys.</summary>
internal sealed class TokenKeyOptionsValidator : IValidateOptions<TokenKeyOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TokenKeyOptions options) =>
        OptionsProblems.ToResult(PemKeys.Problems(nameof(options.TokenKeys), options.TokenKeys));
}
