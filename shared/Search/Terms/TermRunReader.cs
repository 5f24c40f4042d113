using System.Buffers.Binary;

namespace Spotify.Search.Terms;

/// <summary>A reader of a sorted run of counted terms. Keeps a small part of it in memory.</summary>
/// <param name="input">The run.</param>
public sealed class TermRunReader(Stream input) : IAsyncDisposable
{
    /// <summary>The maximum length of a term in bytes.</summary>
    public const int MaxTermLength = 4 * TermDictionary.MaxLetters;

    internal const int MaxEntryLength = MaxTermLength + 32;

    private const int BufferLength = 64 * 1024;

    private readonly byte[] buffer = new byte[BufferLength];
    private readonly byte[] term = new byte[MaxTermLength];
    private int start;
    private int end;
    private int length;
    private uint checksum;
    private bool isStarted;

    /// <summary>The first bytes of a run.</summary>
    internal static ReadOnlySpan<byte> Magic => "TERMRUN1"u8;

    /// <summary>The term in UTF-8, until the next call of <see cref="ReadAsync"/>.</summary>
    public ReadOnlySpan<byte> Term => term.AsSpan(0, length);

    /// <summary>The number of documents that have the term.</summary>
    public int Frequency { get; private set; }

    /// <summary>The greatest popularity of these documents, 0 to 100.</summary>
    public int Popularity { get; private set; }

    /// <summary>The number of documents that were counted, known at the end.</summary>
    public long Documents { get; private set; }

    /// <summary>Reads the next term.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="InvalidDataException">The run is damaged.</exception>
    public ValueTask<bool> ReadAsync(CancellationToken ct) =>
        isStarted && end - start >= MaxEntryLength ? new ValueTask<bool>(Read()) : FillAndReadAsync(ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => input.DisposeAsync();

    private async ValueTask<bool> FillAndReadAsync(CancellationToken ct)
    {
        buffer.AsSpan(start..end).CopyTo(buffer);
        (start, end) = (0, end - start);
        end += await input.ReadAtLeastAsync(buffer.AsMemory(end), MaxEntryLength - end, throwOnEndOfStream: false, ct)
            .ConfigureAwait(false);
        if (!isStarted)
        {
            if (!buffer.AsSpan(0, end).StartsWith(Magic)) throw new InvalidDataException("The object is not a run of terms.");
            start = Magic.Length;
            isStarted = true;
        }

        return Read();
    }

    private bool Read()
    {
        var entry = start;
        var shared = Number(length);
        var added = Number(MaxTermLength - shared);
        if (shared == 0 && added == 0)
        {
            Documents = Number(long.MaxValue);
            checksum = TermFile.Checksum(checksum, buffer.AsSpan(entry..start));
            if (end - start < sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(start)) != checksum) throw Damaged();
            start += sizeof(uint);
            return false;
        }

        if (added > end - start) throw Damaged();
        var rest = buffer.AsSpan(start, (int)added);
        // Each term follows the one before: it is longer, or its first other byte is greater.
        if (added == 0 || (shared < length && rest[0] <= term[shared])) throw Damaged();
        rest.CopyTo(term.AsSpan((int)shared));
        length = (int)(shared + added);
        start += (int)added;
        Frequency = (int)Number(int.MaxValue);
        Popularity = (int)Number(100);
        if (Frequency == 0) throw Damaged();
        checksum = TermFile.Checksum(checksum, buffer.AsSpan(entry..start));
        return true;
    }

    private long Number(long most)
    {
        var number = 0L;
        for (var shift = 0; shift < 63 && start < end; shift += 7)
        {
            var next = buffer[start++];
            number |= (next & 0x7fL) << shift;
            if (next < 0x80) return number <= most ? number : throw Damaged();
        }

        throw Damaged();
    }

    private static InvalidDataException Damaged() => new("The run of terms is damaged.");
}
