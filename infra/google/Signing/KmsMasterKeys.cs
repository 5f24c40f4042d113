using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Apis.Auth.OAuth2;
using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Spotify.Hosting;
using Spotify.Hosting.Objects;

namespace Spotify.Google.Signing;

/// <summary>
/// The master keys, which Cloud KMS decrypts once per instance. The id of a key is its additional authenticated data, so that no key can
/// take the place of another.
/// </summary>
/// <seealso href="https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys/decrypt"/>
internal sealed partial class KmsMasterKeys : IMasterKeys, IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Spotify.Kms";

    private const string CloudKms = "https://cloudkms.googleapis.com";
    private const int MaxResponseBytes = 64 << 10;
    private const int MaxErrorLength = 500;

    private readonly HttpClient http = new() { MaxResponseContentBufferSize = MaxResponseBytes };
    private readonly Lock opening = new();
    private readonly ITokenAccess? credential;
    private readonly MasterKeyOptions options;
    private readonly TimeProvider time;
    private readonly Backoff backoff;
    private readonly CallMeter meter;
    private readonly ILogger<KmsMasterKeys> logger;
    private Task<MasterKeyRing>? ring;

    /// <summary>Creates the adapter.</summary>
    public KmsMasterKeys(
        IOptions<MasterKeyOptions> options,
        Credentials credentials,
        TimeProvider time,
        IMeterFactory meters,
        ILogger<KmsMasterKeys> logger)
        : this(options, credentials.For(options.Value.Kms.Endpoint), time, meters, logger)
    {
    }

    /// <summary>Creates the adapter with a credential, or without one for a test server.</summary>
    internal KmsMasterKeys(
        IOptions<MasterKeyOptions> options,
        ITokenAccess? credential,
        TimeProvider time,
        IMeterFactory meters,
        ILogger<KmsMasterKeys> logger)
    {
        (this.options, this.credential, this.time, this.logger) = (options.Value, credential, time, logger);
        backoff = new Backoff(Kms.MinBackoff, Kms.MaxBackoff, time, Random.Shared);
        meter = new CallMeter(meters, time, MeterName);
    }

    private KmsOptions Kms => options.Kms;

    /// <summary>Decrypts the keys. If this fails, the instance starts without the keys, because only licenses need them.</summary>
    public async Task WarmUpAsync(CancellationToken ct)
    {
        try
        {
            await OpenAsync(ct);
        }
        catch (MasterKeysUnavailableException e)
        {
            LogUnavailable(e.Message);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<MasterKeyRing> OpenAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        Task<MasterKeyRing> shared;
        // Callers share the call, so a caller that cancels does not cancel it.
        lock (opening) shared = ring is { IsFaulted: false } ? ring : ring = DecryptAsync();
        return await shared.WaitAsync(ct);
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<MasterKeyRing> DecryptAsync()
    {
        using var deadline = new Deadline(Kms.Deadline, time, CancellationToken.None);
        try
        {
            var keys = await Task.WhenAll(options.MasterKeys.Select(
                async key => KeyValuePair.Create(key.Id, await DecryptAsync(key, deadline.Token))));
            return new MasterKeyRing(options.MasterKeys[0].Id, keys);
        }
        catch (OperationCanceledException e)
        {
            throw new MasterKeysUnavailableException($"Cloud KMS did not respond within {Kms.Deadline.TotalSeconds:0.###} s.", e);
        }
        catch (Exception e) when (e is not MasterKeysUnavailableException)
        {
            throw new MasterKeysUnavailableException($"Cloud KMS failed: {e.Message}", e);
        }
    }

    private async Task<byte[]> DecryptAsync(WrappedKey key, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await meter.MeasureAsync("decrypt", () => CallAsync(key, ct));
            }
            catch (HttpRequestException) when (tries < Kms.MaxTries)
            {
                await backoff.WaitAsync(tries, ct);
            }
        }
    }

    private async Task<byte[]> CallAsync(WrappedKey key, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Kms.Endpoint ?? CloudKms}/v1/{Kms.Key}:decrypt")
        {
            Content = new StringContent(Body(key).ToJsonString(), Encoding.UTF8, "application/json"),
        };
        if (credential is not null)
        {
            var token = await credential.GetAccessTokenForRequestAsync(cancellationToken: ct);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var response = await http.SendAsync(request, ct);
        var text = await response.Content.ReadAsStringAsync(ct);
        if (response.StatusCode == HttpStatusCode.OK)
            return Plaintext(text) ?? throw new HttpRequestException($"Cloud KMS sent a damaged response for the master key '{key.Id}'.");
        var problem = $"Cloud KMS answered {(int)response.StatusCode} for the master key '{key.Id}': {Explain(text)}";
        throw IsTransient(response.StatusCode) ? new HttpRequestException(problem) : new MasterKeysUnavailableException(problem);
    }

    private static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    // 64-bit integers are strings in the JSON of Google's APIs.
    private static JsonObject Body(WrappedKey key)
    {
        var (ciphertext, id) = (Convert.FromBase64String(key.Wrapped), Encoding.UTF8.GetBytes(key.Id));
        return new JsonObject
        {
            ["ciphertext"] = Convert.ToBase64String(ciphertext),
            ["ciphertextCrc32c"] = Checksum(ciphertext),
            ["additionalAuthenticatedData"] = Convert.ToBase64String(id),
            ["additionalAuthenticatedDataCrc32c"] = Checksum(id),
        };
    }

    private static string Checksum(ReadOnlySpan<byte> bytes)
    {
        var checksum = new Crc32C();
        checksum.Add(bytes);
        return checksum.Value.ToString(CultureInfo.InvariantCulture);
    }

    /// <returns>The plaintext; null if the response is damaged. No exception may contain the response.</returns>
    private static byte[]? Plaintext(string response)
    {
        try
        {
            var body = JsonNode.Parse(response);
            var plaintext = Convert.FromBase64String(body?["plaintext"]?.ToString() ?? "");
            return body?["plaintextCrc32c"]?.ToString() == Checksum(plaintext) ? plaintext : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Explain(string error)
    {
        try
        {
            return JsonNode.Parse(error)?["error"]?["message"]?.ToString() is { } message
                ? message[..Math.Min(message.Length, MaxErrorLength)]
                : "no message";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "no message";
        }
    }

    [LoggerMessage(LogLevel.Error, "The instance starts without master keys: {Problem}")]
    private partial void LogUnavailable(string problem);
}
