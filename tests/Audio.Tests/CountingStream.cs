namespace Spotify.Audio.Tests;

/// <summary>A stream that counts the bytes read from it.</summary>
internal sealed class CountingStream(byte[] content) : MemoryStream(content)
{
    public long BytesRead { get; private set; }

    public override int Read(byte[] buffer, int offset, int count) => Count(base.Read(buffer, offset, count));

    public override int Read(Span<byte> buffer) => Count(base.Read(buffer));

    private int Count(int read)
    {
        BytesRead += read;
        return read;
    }
}
