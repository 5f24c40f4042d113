using Microsoft.Extensions.Options;
using Spotify.Domain.Signing;

namespace Spotify.Google.Signing;

/// <summary>
/// The keys that sign audio URLs in the cloud. The environment provides them from Secret Manager: <c>SigningKeys__0__Name</c> and
/// <c>SigningKeys__0__Secret</c> (16 bytes in base64url), then those of 1 and so on. The first key signs; all keys verify. To rotate,
/// insert the new key first and deploy; remove the old key after its last URL has expired.
/// </summary>
public sealed class CdnKeyOptions
{
    /// <summary>The keys. The first one signs.</summary>
    public IList<CdnKey> SigningKeys { get; init; } = [];
}

/// <summary>A configured key.</summary>
public sealed class CdnKey
{
    /// <summary>The key's name at the CDN.</summary>
    public string Name { get; set; } = "";

    /// <summary>16 bytes in base64url.</summary>
    public string Secret { get; set; } = "";
}

/// <summary>A loader of the configured keys.</summary>
internal static class CdnKeys
{
    /// <summary>Creates the key ring from validated options.</summary>
    public static SigningKeyRing Load(CdnKeyOptions options) =>
        new(options.SigningKeys[0].Name, options.SigningKeys.Select(key => SigningKey.Parse(key.Name, key.Secret)));
}

/// <summary>The validator of <see cref="CdnKeyOptions"/>. The messages do not contain secrets.</summary>
internal sealed class CdnKeyOptionsValidator : IValidateOptions<CdnKeyOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, CdnKeyOptions options)
    {
        if (options.SigningKeys.Count == 0)
            return ValidateOptionsResult.Fail("SigningKeys:0:Name and SigningKeys:0:Secret are missing.");
        var failures = new List<string>();
        for (var i = 0; i < options.SigningKeys.Count; i++)
        {
            var key = options.SigningKeys[i];
            if (!SigningKey.IsValidName(key.Name))
                failures.Add($"SigningKeys:{i}:Name must be 1 to {SigningKey.MaxNameLength} letters, digits, '-', '.' or '_'.");
            else if (!SigningKey.TryParse(key.Name, key.Secret, out _))
                failures.Add($"SigningKeys:{i}:Secret must be {SigningKey.CloudCdnSecretLength} bytes in base64url.");
            else if (options.SigningKeys.Take(i).Any(earlier => earlier.Name == key.Name))
                failures.Add($"SigningKeys:{i}:Name '{key.Name}' is the name of an earlier key.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
