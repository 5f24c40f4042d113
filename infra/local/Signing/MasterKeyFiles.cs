using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using Spotify.Domain.Ports;

namespace Spotify.Local.Signing;

/// <summary>
/// The master keys of one machine: the files <c>keys/content/{id}.key</c> of the data directory, each with 32 bytes in base64url. The last
/// id in alphabetical order encrypts; all keys decrypt. The first id is the time of its creation.
/// </summary>
internal sealed class MasterKeyFiles(DataDirectory data, TimeProvider time) : IMasterKeys
{
    private const string Folder = "content";
    private const string Extension = ".key";

    private readonly Lock opening = new();
    private volatile MasterKeyRing? ring;

    /// <inheritdoc/>
    public ValueTask<MasterKeyRing> OpenAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new(ring ?? Open());
    }

    private MasterKeyRing Open()
    {
        lock (opening)
        {
            try
            {
                return ring ??= Read();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw new MasterKeysUnavailableException($"The master keys cannot be read: {e.Message}", e);
            }
        }
    }

    private MasterKeyRing Read()
    {
        var directory = Path.Combine(data.Keys, Folder);
        Directory.CreateDirectory(directory);
        if (!Files(directory).Any())
        {
            var id = time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
            data.Secret(
                Path.Combine(Folder, id + Extension),
                () => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(MasterKeyRing.KeyLength)));
        }

        var keys = Files(directory).ToDictionary(path => Path.GetFileNameWithoutExtension(path), Parse, StringComparer.Ordinal);
        return new MasterKeyRing(keys.Keys.Max(StringComparer.Ordinal)!, keys);
    }

    private static IEnumerable<string> Files(string directory) => Directory.EnumerateFiles(directory, "*" + Extension);

    private static byte[] Parse(string path)
    {
        var text = File.ReadAllText(path).Trim();
        return Base64Url.IsValid(text, out var length) && length == MasterKeyRing.KeyLength
            ? Base64Url.DecodeFromChars(text)
            : throw new IOException($"{path} does not contain {MasterKeyRing.KeyLength} bytes in base64url.");
    }
}
