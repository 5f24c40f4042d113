using System.Buffers.Text;
using System.Security.Cryptography;
using Spotify.Domain.Signing;

namespace Spotify.Local.Signing;

/// <summary>
/// The keys that sign audio URLs on one machine: the files <c>keys/cdn/{name}.key</c> of the data directory, each with 16 bytes in
/// base64url. The newest key signs; all keys verify. To rotate, add a file and restart; remove the old file after its last URL has expired.
/// </summary>
internal static class CdnKeys
{
    private const string Extension = ".key";

    /// <summary>Reads the keys. Creates a key if there is none.</summary>
    /// <exception cref="IOException">A file does not contain a key.</exception>
    public static SigningKeyRing Load(DataDirectory data)
    {
        var directory = Path.Combine(data.Keys, "cdn");
        Directory.CreateDirectory(directory);
        if (!Files(directory).Any())
            data.Secret(Path.Combine("cdn", "key-1" + Extension), CreateSecret);

        var files = Files(directory).OrderBy(File.GetLastWriteTimeUtc).ThenBy(path => path, StringComparer.Ordinal).ToList();
        return new SigningKeyRing(Path.GetFileNameWithoutExtension(files[^1]), files.Select(Read));
    }

    private static string CreateSecret() =>
        Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SigningKey.CloudCdnSecretLength)) + "==";

    private static IEnumerable<string> Files(string directory) => Directory.EnumerateFiles(directory, "*" + Extension);

    private static SigningKey Read(string path)
    {
        try
        {
            return SigningKey.Parse(Path.GetFileNameWithoutExtension(path), File.ReadAllText(path));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new IOException($"{path}: {e.Message}", e);
        }
    }
}
