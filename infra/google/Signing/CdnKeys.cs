using Microsoft.Extensions.Options;
using Spotify.Domain.Signing;
using Spotify.Functions.Playback.Cdn;

namespace Spotify.Google.Signing;

/// <summary>
/// The keys that sign audio URLs in the cloud, from Secret Manager by way of the environment: <c>SigningKeys__0__Name</c> and
/// <c>SigningKeys__0__Secret</c> (16 bytes in base64url), then those of 1 and so on. The first signs, all verify. To rotate, put the new
/// one first and deploy; remove the old one once its last URL has expired.
/// </summary>
public sealed class CdnKeyOptions
{
    /// <summary>The keys, the one that signs first.</summary>
    public IList<CdnKey> SigningKeys { get; init; } = [];
}

/// <summary>A key as it is configured.</summary>
public sealed class CdnKey
{
    /// <summary>Its name at the CDN.</summary>
    public string Name { get; set; } = "";

    /// <summary>16 bytes in base64url.</summary>
    public string Secret { get; set; } = "";
}

/// <summary>Registers the keys.</summary>
public static class CdnKeys
{
    /// <summary>Adds <see cref="SigningKeys"/>, checked at start, as are the CDNs: the edge of one machine is none in the cloud.</summary>
    public static IServiceCollection AddCdnKeys(this IServiceCollection services)
    {
        services.AddOptions<CdnOptions>().Validate(options => options.Cdns.Count > 0, "Cdn:Cdns:0 is missing: its Name and BaseUrl.");
        services.AddSingleton<IValidateOptions<CdnKeyOptions>, Validator>();
        services.AddOptions<CdnKeyOptions>().BindConfiguration("").ValidateOnStart();
        return services.AddSingleton(provider => new SigningKeys(Ring(provider.GetRequiredService<IOptions<CdnKeyOptions>>().Value)));
    }

    private static SigningKeyRing Ring(CdnKeyOptions options) =>
        new(options.SigningKeys[0].Name, options.SigningKeys.Select(key => SigningKey.Parse(key.Name, key.Secret)));

    /// <summary>Says what is wrong without saying what the secret is.</summary>
    private sealed class Validator : IValidateOptions<CdnKeyOptions>
    {
        public ValidateOptionsResult Validate(string? name, CdnKeyOptions options)
        {
            if (options.SigningKeys.Count == 0) return ValidateOptionsResult.Fail("SigningKeys:0:Name and SigningKeys:0:Secret are missing.");
            var failures = new List<string>();
            for (var i = 0; i < options.SigningKeys.Count; i++)
            {
                var key = options.SigningKeys[i];
                if (!SigningKey.IsValidName(key.Name))
                    failures.Add($"SigningKeys:{i}:Name: a key's name is 1 to {SigningKey.MaxNameLength} letters, digits, '-', '.' or '_'.");
                else if (!SigningKey.TryParse(key.Name, key.Secret, out _))
                    failures.Add($"SigningKeys:{i}:Secret is not {SigningKey.CloudCdnSecretLength} bytes in base64url.");
                else if (options.SigningKeys.Take(i).Any(earlier => earlier.Name == key.Name))
                    failures.Add($"SigningKeys:{i}:Name: an earlier key is called '{key.Name}', too.");
            }

            return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
        }
    }
}
