using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Spotify.Recommendations.Publishing;

/// <summary>
/// A memory-mapped file of named sections, which a <see cref="SectionWriter"/> wrote. Sections are aligned to 64 bytes and need no
/// copying; processes that open the same file share its memory. The memory of sections must not be used after the file is disposed.
/// </summary>
public sealed unsafe class SectionFile : IDisposable
{
    // Spans of bytes have at most 2 GiB. A multiple of the alignment, so that checksums can be continued.
    private const int MaxBytesAtOnce = 1 << 26;

    private readonly string path;
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly Dictionary<string, SectionRange> sections;
    private byte* start;

    private SectionFile(string path, MemoryMappedFile file, long length, SectionFormat format)
    {
        (this.path, this.file) = (path, file);
        view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        start += view.PointerOffset;
        try
        {
            sections = ReadDirectory(format, length);
            foreach (var (name, section) in sections) Check(name, section);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The names of the sections, in no particular order.</summary>
    public IReadOnlyCollection<string> Sections => sections.Keys;

    /// <summary>Opens a file and checks the checksums of all sections, which reads the whole file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="format">The expected kind and version.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is truncated, damaged, or of another kind. The message names the file and the section.
    /// </exception>
    /// <exception cref="NotSupportedException">The file has another version.</exception>
    public static SectionFile Open(string path, SectionFormat format)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        try
        {
            var length = stream.Length;
            if (length < SectionLayout.HeaderSize + SectionLayout.TrailerSize)
                throw new InvalidDataException($"{path}: the file is truncated: it ends in the header.");
            var file = MemoryMappedFile.CreateFromFile(
                stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            try
            {
                return new SectionFile(path, file, length, format);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Returns whether the file has a section.</summary>
    public bool Contains(string section) => sections.ContainsKey(section);

    /// <summary>Returns the values of a section.</summary>
    /// <exception cref="InvalidDataException">The section is missing, or its length is not that of whole values.</exception>
    /// <exception cref="ObjectDisposedException">The file is disposed.</exception>
    public ReadOnlySpan<T> Read<T>(string section)
        where T : unmanaged
    {
        var (offset, length) = Find<T>(section);
        return new ReadOnlySpan<T>(start + offset, length);
    }

    /// <summary>Returns the first byte of a section and its length in bytes, for sections of more than 2 GiB.</summary>
    /// <exception cref="InvalidDataException">The section is missing.</exception>
    /// <exception cref="ObjectDisposedException">The file is disposed.</exception>
    internal byte* Read(string section, out long length)
    {
        ObjectDisposedException.ThrowIf(start is null, this);
        if (!sections.TryGetValue(section, out var range)) throw new InvalidDataException($"{path}: the section '{section}' is missing.");
        length = range.Length;
        return start + range.Offset;
    }

    /// <summary>Returns the values of a section as memory, for fields. Throws the exceptions of <see cref="Read{T}"/>.</summary>
    public ReadOnlyMemory<T> ReadMemory<T>(string section)
        where T : unmanaged
    {
        var (offset, length) = Find<T>(section);
        return length == 0 ? default : new MappedMemory<T>(this, offset, length).Memory;
    }

    /// <summary>Reads a section that is JSON.</summary>
    /// <exception cref="InvalidDataException">The section is missing or not valid.</exception>
    internal T ReadJson<T>(string section, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(Read<byte>(section), type)
                ?? throw new InvalidDataException($"{path}: the section '{section}' is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: the section '{section}' is invalid: {e.Message}", e);
        }
    }

    /// <summary>Closes the file. The memory of its sections must not be used any more.</summary>
    public void Dispose()
    {
        if (start is null) return;
        start = null;
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }

    private Dictionary<string, SectionRange> ReadDirectory(SectionFormat format, long length)
    {
        var header = new ReadOnlySpan<byte>(start, SectionLayout.HeaderSize);
        var trailer = new ReadOnlySpan<byte>(start + length - SectionLayout.TrailerSize, SectionLayout.TrailerSize);
        SectionLayout.CheckHeader(header, format, path);
        if (SectionLayout.ReadTrailer(trailer, length) is not var (offset, size)) throw Truncated();
        var directory = new ReadOnlySpan<byte>(start + offset, size);
        if (!SectionLayout.IsIntact(header, directory, trailer)) throw Truncated();
        var found = new Dictionary<string, SectionRange>();
        for (var i = 0; i < directory.Length; i += SectionLayout.EntrySize)
        {
            var (name, section) = SectionLayout.ReadEntry(directory.Slice(i, SectionLayout.EntrySize));
            var isInside = section.Length >= 0 && section.Length <= offset && section.Offset >= SectionLayout.HeaderSize
                && section.Offset <= offset - SectionLayout.Align(section.Length) && section.Offset % SectionLayout.Alignment == 0;
            if (!isInside || !found.TryAdd(name, section))
                throw new InvalidDataException($"{path}: the directory of sections is damaged at '{name}'.");
        }

        return found;
    }

    private InvalidDataException Truncated() => new($"{path}: the file is truncated, or its directory of sections is damaged.");

    private void Check(string name, SectionRange section)
    {
        var checksum = 0u;
        var length = SectionLayout.Align(section.Length);
        for (long done = 0; done < length; done += MaxBytesAtOnce)
        {
            var bytes = new ReadOnlySpan<byte>(start + section.Offset + done, (int)Math.Min(MaxBytesAtOnce, length - done));
            checksum = SectionLayout.Checksum(checksum, bytes);
        }

        if (checksum != section.Checksum) throw new InvalidDataException($"{path}: the section '{name}' is damaged.");
    }

    private (long Offset, int Length) Find<T>(string name)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(start is null, this);
        if (!sections.TryGetValue(name, out var section)) throw new InvalidDataException($"{path}: the section '{name}' is missing.");
        var (count, rest) = Math.DivRem(section.Length, Unsafe.SizeOf<T>());
        if (rest != 0 || count > int.MaxValue)
            throw new InvalidDataException($"{path}: the section '{name}' has {section.Length} bytes, which are no whole values.");
        return (section.Offset, (int)count);
    }

    private sealed class MappedMemory<T>(SectionFile file, long offset, int length) : MemoryManager<T>
        where T : unmanaged
    {
        public override Span<T> GetSpan()
        {
            ObjectDisposedException.ThrowIf(file.start is null, file);
            return new Span<T>(file.start + offset, length);
        }

        public override MemoryHandle Pin(int elementIndex = 0) => new((T*)(file.start + offset) + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
