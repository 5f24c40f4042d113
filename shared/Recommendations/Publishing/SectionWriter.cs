using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Spotify.Recommendations.Publishing;

/// <summary>
/// A writer of a file of named sections, each an array of numbers, for <see cref="SectionFile"/>. The stream need not be able to seek. A
/// file that was not completed is rejected as truncated.
/// </summary>
public sealed class SectionWriter
{
    // Spans of bytes have at most 2 GiB.
    private const int MaxBytesAtOnce = 1 << 26;

    private readonly Stream stream;
    private readonly byte[] header;
    private readonly List<(string Name, SectionRange Section)> sections = [];
    private long position;
    private string? name;
    private long start;
    private uint checksum;
    private bool isCompleted;

    /// <summary>Begins a file.</summary>
    /// <param name="stream">The stream, which stays open. Should be buffered if the sections are small.</param>
    /// <param name="format">The kind and version of the contents.</param>
    /// <exception cref="ArgumentException">The kind is not 1 to 16 printable ASCII characters.</exception>
    public SectionWriter(Stream stream, SectionFormat format)
    {
        this.stream = stream;
        header = SectionLayout.Header(format);
        Write(header);
    }

    /// <summary>Writes a section.</summary>
    /// <param name="section">The name: 1 to 32 printable ASCII characters, unique in the file.</param>
    /// <param name="values">The values.</param>
    /// <exception cref="ArgumentException">The name is invalid or was used before.</exception>
    public void Write<T>(string section, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        Begin(section);
        Append(values);
    }

    /// <summary>Begins a section whose values are given to <see cref="Append"/>, for sections that are not in memory as a whole.</summary>
    /// <param name="section">The name: 1 to 32 printable ASCII characters, unique in the file.</param>
    /// <exception cref="ArgumentException">The name is invalid or was used before.</exception>
    public void Begin(string section)
    {
        ObjectDisposedException.ThrowIf(isCompleted, this);
        EndSection();
        if (!SectionLayout.IsName(section) || sections.Any(other => other.Name == section))
            throw new ArgumentException($"'{section}' is not a name for a section, or is used.", nameof(section));
        if (sections.Count == SectionLayout.MaxSections) throw new ArgumentException("The file has too many sections.", nameof(section));
        (name, start, checksum) = (section, position, 0);
    }

    /// <summary>Adds values to the section.</summary>
    /// <exception cref="InvalidOperationException">No section was begun.</exception>
    public void Append<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (name is null) throw new InvalidOperationException("No section was begun.");
        var step = MaxBytesAtOnce / Unsafe.SizeOf<T>();
        for (; values.Length > step; values = values[step..]) AppendBytes(MemoryMarshal.AsBytes(values[..step]));
        AppendBytes(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Writes the directory, which makes the file complete. Flushes the stream's buffer.</summary>
    public void Complete()
    {
        if (isCompleted) return;
        EndSection();
        var offset = position;
        byte[] directory = [.. sections.SelectMany(section => SectionLayout.Entry(section.Name, section.Section))];
        Write(directory);
        Write(SectionLayout.Trailer(header, directory, offset));
        stream.Flush();
        isCompleted = true;
    }

    private void EndSection()
    {
        if (name is null) return;
        var length = position - start;
        ReadOnlySpan<byte> zeros = stackalloc byte[SectionLayout.Alignment];
        AppendBytes(zeros[..(int)(SectionLayout.Align(length) - length)]);
        sections.Add((name, new SectionRange(start, length, checksum)));
        name = null;
    }

    private void AppendBytes(scoped ReadOnlySpan<byte> bytes)
    {
        checksum = SectionLayout.Checksum(checksum, bytes);
        Write(bytes);
    }

    private void Write(scoped ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        position += bytes.Length;
    }
}
