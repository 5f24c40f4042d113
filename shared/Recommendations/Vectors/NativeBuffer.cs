using System.Runtime.ConstrainedExecution;
using System.Runtime.InteropServices;

namespace Spotify.Recommendations.Vectors;

/// <summary>Memory outside of the managed heap, aligned to pages and filled with zeros; freed when it is disposed or collected.</summary>
internal sealed unsafe class NativeBuffer : CriticalFinalizerObject, IDisposable
{
    // Large buffers start at a huge page (2 MiB), because a search reads vectors in random order, and small pages miss the TLB.
    private const int HugePage = 1 << 21;
    private const int CacheLine = 64;

    private void* start;

    /// <summary>Allocates a buffer.</summary>
    /// <param name="length">The length in bytes.</param>
    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public NativeBuffer(long length)
    {
        Length = length;
        var isLarge = length >= HugePage;
        start = NativeMemory.AlignedAlloc((nuint)Math.Max(length, 1), (nuint)(isLarge ? HugePage : CacheLine));
        if (isLarge) HugePages.Advise(start, (nuint)length);
        NativeMemory.Clear(start, (nuint)length);
    }

    ~NativeBuffer() => Free();

    /// <summary>The length in bytes.</summary>
    public long Length { get; }

    /// <summary>The first byte.</summary>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public byte* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(start is null, this);
            return (byte*)start;
        }
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(start);
        start = null;
    }
}
