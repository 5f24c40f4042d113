using System.Buffers;
using System.Buffers.Binary;

namespace Spotify.Search.Terms;

/// <summary>
/// A writer of a sorted run of counted terms, which <see cref="TermRunReader"/> reads. Each term is the number of bytes that it shares with
/// the one before, the number of other bytes, these bytes, the frequency and the popularity; numbers are LEB128. Two zeros end the run; the
/// number of documents and a CRC-32C follow.
/// </summary>
/// <param name="output">The buffer to write to.</param>
public sealed class TermRunWriter(IBufferWriter<byte> output) : ITermSink
{
    private readonly byte[] last = new byte[TermRunReader.MaxTermLength];
    private int lastLength;
    private uint checksum;
    private bool isStarted;

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<byte> term, int frequency, int popularity)
    {
        Start();
        var shared = term.CommonPrefixLength(last.AsSpan(0, lastLength));
        var span = output.GetSpan(TermRunReader.MaxEntryLength);
        var length = Write(span, 0, shared);
        length = Write(span, length, term.Length - shared);
        term[shared..].CopyTo(span[length..]);
        length = Write(span, length + term.Length - shared, frequency);
        span[length++] = (byte)popularity;
        Advance(span[..length]);
        term.CopyTo(last);
        lastLength = term.Length;
    }

    /// <summary>Ends the run.</summary>
    /// <param name="documents">The number of documents that were counted.</param>
    public void End(long documents)
    {
        Start();
        var span = output.GetSpan(TermRunReader.MaxEntryLength);
        span[..2].Clear();
        Advance(span[..Write(span, 2, documents)]);
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(sizeof(uint)), checksum);
        output.Advance(sizeof(uint));
    }

    private void Start()
    {
        if (isStarted) return;
        isStarted = true;
        TermRunReader.Magic.CopyTo(output.GetSpan(TermRunReader.Magic.Length));
        output.Advance(TermRunReader.Magic.Length);
    }

    private void Advance(ReadOnlySpan<byte> written)
    {
        checksum = TermFile.Checksum(checksum, written);
        output.Advance(written.Length);
    }

    private static int Write(Span<byte> span, int at, long number)
    {
        for (; number >= 0x80; number >>= 7) span[at++] = (byte)(number | 0x80);
        span[at++] = (byte)number;
        return at;
    }
}
