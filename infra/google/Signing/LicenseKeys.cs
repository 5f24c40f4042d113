using Microsoft.Extensions.Options;
using Spotify.Hosting;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Google.Signing;

/// <summary>
/// The keys that sign licenses in the cloud. The environment provides them from Secret Manager: <c>LicenseKeys__0__Pem</c>, then those of 1
/// and so on. The first key signs; all of them are published. To rotate, append the new key and deploy, make it the first one after
/// <see cref="TokenKeyRotation.PublishedBefore"/>, and remove the old key after <see cref="ILicenseKeys.PublishedAfter"/>.
/// </summary>
public sealed class LicenseKeyOptions
{
    /// <summary>The keys. The first one signs.</summary>
    public IList<PemKey> LicenseKeys { get; init; } = [];
}

/// <summary>The configured keys of licenses.</summary>
internal sealed class LicenseKeyRing(IOptions<LicenseKeyOptions> options) : PemKeys(options.Value.LicenseKeys), ILicenseKeys;

/// <summary>The validator of <see cref="LicenseKeyOptions"/>. The messages do not contain keys.</summary>
internal sealed class LicenseKeyOptionsValidator : IValidateOptions<LicenseKeyOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, LicenseKeyOptions options) =>
        OptionsProblems.ToResult(PemKeys.Problems(nameof(options.LicenseKeys), options.LicenseKeys));
}
