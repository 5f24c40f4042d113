using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Spotify.Hosting;

namespace Spotify.Google.Signing;

/// <summary>
/// The master keys in the cloud. The environment provides them from Secret Manager: <c>MasterKeys__0__Id</c> and
/// <c>MasterKeys__0__Wrapped</c>, then those of 1 and so on. The first key encrypts; all keys decrypt. To rotate, append the new key and
/// deploy, then make it the first one. A key is needed for as long as there are content keys that it encrypted.
/// </summary>
public sealed class MasterKeyOptions
{
    /// <summary>The keys. The first one encrypts.</summary>
    public IList<WrappedKey> MasterKeys { get; init; } = [];

    /// <summary>The key of Cloud KMS that decrypts them.</summary>
    public KmsOptions Kms { get; init; } = new();
}

/// <summary>A configured master key.</summary>
public sealed class WrappedKey
{
    /// <summary>The id: 1 to 64 letters, digits, hyphens and underscores.</summary>
    public string Id { get; set; } = "";

    /// <summary>
    /// The key's 32 bytes, encrypted by Cloud KMS with the id as additional authenticated data, in base64.
    /// </summary>
    public string Wrapped { get; set; } = "";
}

/// <summary>A key of Cloud KMS, and how it is called.</summary>
public sealed class KmsOptions
{
    /// <summary>The full name of the key: <c>projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{name}</c>.</summary>
    public string Key { get; set; } = "";

    /// <summary>The time for decrypting all master keys, retries included: above 0, up to 1 min.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The maximum number of tries of a call, 1 to 20.</summary>
    public int MaxTries { get; set; } = 5;

    /// <summary>The maximum wait before the second try.</summary>
    public TimeSpan MinBackoff { get; set; } = TimeSpan.FromSeconds(0.1);

    /// <summary>The maximum wait before any try.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>A test server to call instead of Cloud KMS, without credentials, such as <c>http://127.0.0.1:8123</c>.</summary>
    public string? Endpoint { get; set; }
}

/// <summary>The validator of <see cref="MasterKeyOptions"/>. Reports all problems at once. The messages do not contain keys.</summary>
internal sealed partial class MasterKeyOptionsValidator : IValidateOptions<MasterKeyOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, MasterKeyOptions options) =>
        OptionsProblems.ToResult(Problems(options.MasterKeys).Concat(Problems(options.Kms)));

    private static IEnumerable<string> Problems(IList<WrappedKey> keys)
    {
        if (keys.Count == 0) yield return "MasterKeys:0:Id and MasterKeys:0:Wrapped are missing.";
        foreach (var (i, key) in keys.Index())
        {
            if (!IdPattern().IsMatch(key.Id))
                yield return $"MasterKeys:{i}:Id must be 1 to {MasterKeyRing.MaxIdLength} letters, digits, '-' or '_'.";
            else if (keys.Take(i).Any(earlier => earlier.Id == key.Id))
                yield return $"MasterKeys:{i}:Id '{key.Id}' is the id of an earlier key.";
            if (key.Wrapped.Length == 0 || !Convert.TryFromBase64String(key.Wrapped, new byte[key.Wrapped.Length], out _))
                yield return $"MasterKeys:{i}:Wrapped must be a ciphertext of Cloud KMS in base64.";
        }
    }

    private static IEnumerable<string> Problems(KmsOptions kms)
    {
        if (!KeyPattern().IsMatch(kms.Key))
            yield return $"Kms:Key must be projects/…/locations/…/keyRings/…/cryptoKeys/…, not '{kms.Key}'.";
        if (kms.Deadline <= TimeSpan.Zero || kms.Deadline > TimeSpan.FromMinutes(1))
            yield return $"Kms:Deadline must be above 0, up to 1 minute, not {kms.Deadline}.";
        if (kms.MaxTries is < 1 or > 20) yield return $"Kms:MaxTries must be 1 to 20, not {kms.MaxTries}.";
        if (kms.MinBackoff < TimeSpan.Zero || kms.MinBackoff > kms.MaxBackoff)
            yield return $"Kms:MinBackoff must be 0 or more and at most Kms:MaxBackoff, not {kms.MinBackoff}.";
        if (kms.Endpoint is { } endpoint && !Uri.TryCreate(endpoint, UriKind.Absolute, out _))
            yield return $"Kms:Endpoint must be an address, not '{endpoint}'.";
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"\Aprojects/[^/?#]+/locations/[^/?#]+/keyRings/[^/?#]+/cryptoKeys/[^/?#]+\z")]
    private static partial Regex KeyPattern();
}
