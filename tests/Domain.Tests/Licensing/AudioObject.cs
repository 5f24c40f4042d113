using Spotify.Licensing;

namespace Spotify.Domain.Tests.Licensing;

/// <summary>A plain object with a content key, and its encrypted form.</summary>
internal sealed class AudioObject(int size)
{
    public const string Name = "tracks/4uLU6hMCjMI75M1A2tKUQC/7Gm0mzPq1a2b3c4d5e6f7g/high.ogg.0123456789abcdefghijkl.enc";

    public byte[] Plain { get; } = [.. Enumerable.Range(0, size).Select(i => (byte)(i % 251))];

    public byte[] Key { get; } = [.. Enumerable.Range(0, ContentKey.Length).Select(i => (byte)i)];

    public ChunkCipher Cipher() => new(Key, Name, size);

    public byte[] Encrypt()
    {
        using var stream = new EncryptingStream(new MemoryStream(Plain), size, Name, Key);
        using var stored = new MemoryStream();
        stream.CopyTo(stored);
        return stored.ToArray();
    }
}
