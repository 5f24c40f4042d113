using System.Runtime.InteropServices;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Neighbours;
using Spotify.Recommendations.Publishing;

namespace Spotify.Recommendations.Vectors;

/// <summary>
/// A table of vectors, one per row, in memory outside of the managed heap or in a memory-mapped file. Safe for concurrent use. A table of a
/// file must not be used after the file is disposed.
/// </summary>
public sealed unsafe class VectorTable
{
    // Keeps the memory alive.
    private readonly IDisposable owner;
    private readonly byte* start;
    private volatile bool isFreed;

    private VectorTable(VectorFormat format, int count, int dimensions, int pivots, byte* start, IDisposable owner)
    {
        (Format, Count, Dimensions, PivotCount) = (format, count, dimensions, pivots);
        (this.owner, Stride) = (owner, BytesPerVector(format, dimensions));
        this.start = start;
    }

    /// <summary>The number of vectors.</summary>
    public int Count { get; }

    /// <summary>The number of dimensions.</summary>
    public int Dimensions { get; }

    /// <summary>The format of the numbers.</summary>
    public VectorFormat Format { get; }

    /// <summary>The size in bytes.</summary>
    public long Size => SizeOf(Format, Count, Dimensions, PivotCount);

    /// <summary>The number of pivots, which are encoded after the last row. Their numbers begin with 1.</summary>
    internal int PivotCount { get; }

    /// <summary>The size of a vector in bytes.</summary>
    internal int Stride { get; }

    /// <summary>The first vector.</summary>
    internal byte* Start => start;

    /// <summary>Creates a table.</summary>
    /// <param name="format">The format of the numbers.</param>
    /// <param name="dimensions">The number of dimensions, at least 1.</param>
    /// <param name="rows">The vectors, one after the other.</param>
    /// <exception cref="ArgumentException">A number is infinite or NaN, or the last vector is incomplete.</exception>
    public static VectorTable Create(VectorFormat format, int dimensions, ReadOnlySpan<float> rows)
    {
        var table = Allocate(format, CountRows(dimensions, rows), dimensions, pivots: 0);
        var encoder = new VectorEncoder(dimensions);
        for (var row = 0; row < table.Count; row++)
        {
            var vector = rows.Slice(row * dimensions, dimensions);
            var target = table.start + (long)row * table.Stride;
            if (format == VectorFormat.Float32) vector.CopyTo(new Span<float>(target, dimensions));
            else encoder.Encode(vector, 0, [], target);
        }

        return table;
    }

    /// <summary>Returns the table that <see cref="Write"/> wrote as a section of a file, without copying it.</summary>
    /// <param name="file">The file, which the caller disposes after the last use of the table.</param>
    /// <param name="section">The name of the section.</param>
    /// <param name="format">The format of the numbers.</param>
    /// <param name="count">The number of vectors.</param>
    /// <param name="dimensions">The number of dimensions.</param>
    /// <exception cref="InvalidDataException">The section is missing or has another length.</exception>
    public static VectorTable Read(SectionFile file, string section, VectorFormat format, int count, int dimensions) =>
        Read(file, section, format, count, dimensions, pivots: 0);

    /// <summary>Returns the size of a vector in bytes.</summary>
    public static int BytesPerVector(VectorFormat format, int dimensions) => format switch
    {
        VectorFormat.Float32 => sizeof(float) * dimensions,
        VectorFormat.Int8 => QuantizedVector.Size(dimensions),
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>Writes the vectors as a section of a file.</summary>
    public void Write(SectionWriter writer, string section)
    {
        writer.Begin(section);
        // Spans have at most 2 Gi elements.
        const int step = 1 << 24;
        for (long done = 0; done < Size; done += step)
            writer.Append(new ReadOnlySpan<byte>(start + done, (int)Math.Min(step, Size - done)));
        GC.KeepAlive(owner);
    }

    /// <summary>Returns the inner product of a vector and a query.</summary>
    /// <param name="row">The row of the vector.</param>
    /// <param name="query">The query, with as many dimensions.</param>
    /// <exception cref="ArgumentException">The query has another number of dimensions.</exception>
    public float Dot(int row, ReadOnlySpan<float> query)
    {
        var vector = At(row);
        if (query.Length != Dimensions) throw new ArgumentException($"The query needs {Dimensions} dimensions.", nameof(query));
        fixed (float* numbers = query)
        {
            var dot = Format == VectorFormat.Float32
                ? DotProduct.Of((float*)vector, numbers, Dimensions)
                : QuantizedVector.Dot(vector, numbers, Dimensions) + PivotDot(QuantizedVector.Pivot(vector), numbers);
            GC.KeepAlive(owner);
            return dot;
        }
    }

    /// <summary>Computes the inner products of vectors and a query.</summary>
    /// <param name="rows">The rows of the vectors.</param>
    /// <param name="query">The query, with as many dimensions.</param>
    /// <param name="products">Receives a product per row.</param>
    /// <exception cref="ArgumentException">The query has another number of dimensions, or there is another number of products.</exception>
    public void Dot(ReadOnlySpan<int> rows, ReadOnlySpan<float> query, Span<float> products)
    {
        // The vectors are far apart in memory, so those of the next rows are requested while one is read.
        const int ahead = 8;
        if (products.Length != rows.Length) throw new ArgumentException("There are more or fewer products than rows.", nameof(products));
        foreach (var row in rows[..Math.Min(ahead, rows.Length)]) Prefetch(row);
        for (var i = 0; i < rows.Length; i++)
        {
            if (i + ahead < rows.Length) Prefetch(rows[i + ahead]);
            products[i] = Dot(rows[i], query);
        }
    }

    /// <summary>Adds a vector, multiplied by a factor, to a sum.</summary>
    /// <param name="row">The row of the vector.</param>
    /// <param name="factor">The factor.</param>
    /// <param name="sum">The sum, with as many dimensions.</param>
    /// <exception cref="ArgumentException">The sum has another number of dimensions.</exception>
    public void AddTo(int row, float factor, Span<float> sum)
    {
        var source = At(row);
        if (sum.Length != Dimensions) throw new ArgumentException($"The sum needs {Dimensions} dimensions.", nameof(sum));
        if (Format == VectorFormat.Float32) Kernels.AddScaled(sum, factor, new ReadOnlySpan<float>(source, Dimensions));
        else AddTo(source, factor, sum);
        GC.KeepAlive(owner);
    }

    /// <summary>Copies a vector. Those of <see cref="VectorFormat.Int8"/> are decoded.</summary>
    /// <param name="row">The row of the vector.</param>
    /// <param name="vector">The destination, with as many dimensions.</param>
    /// <exception cref="ArgumentException">The destination has another number of dimensions.</exception>
    public void CopyTo(int row, Span<float> vector)
    {
        var source = At(row);
        if (vector.Length != Dimensions) throw new ArgumentException($"The vector needs {Dimensions} dimensions.", nameof(vector));
        if (Format == VectorFormat.Float32) new ReadOnlySpan<float>(source, Dimensions).CopyTo(vector);
        else Decode(source, vector);
        GC.KeepAlive(owner);
    }

    /// <summary>Returns the number of rows, and checks that all numbers are finite.</summary>
    internal static int CountRows(int dimensions, ReadOnlySpan<float> rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        var (count, rest) = Math.DivRem(rows.Length, dimensions);
        if (rest != 0)
            throw new ArgumentException($"{rows.Length} numbers are not whole vectors of {dimensions} dimensions.", nameof(rows));
        var invalid = IndexOfNonFinite(rows);
        if (invalid < 0) return count;
        throw new ArgumentException($"The vector of row {invalid / dimensions} has an infinite number or NaN.", nameof(rows));
    }

    /// <summary>Returns the index of the first number that is infinite or NaN, -1 if there is none.</summary>
    internal static int IndexOfNonFinite(ReadOnlySpan<float> numbers)
    {
        // The exponent of infinite numbers and NaN has all bits set.
        const uint exponent = 0x7F80_0000;
        var bits = MemoryMarshal.Cast<float, uint>(numbers);
        for (var i = 0; i < bits.Length; i++)
        {
            if ((bits[i] & exponent) == exponent) return i;
        }

        return -1;
    }

    /// <summary>Returns the size of a table in bytes.</summary>
    internal static long SizeOf(VectorFormat format, int count, int dimensions, int pivots) =>
        ((long)count + pivots) * BytesPerVector(format, dimensions);

    /// <summary>Returns the table of a section that also has pivots.</summary>
    internal static VectorTable Read(SectionFile file, string section, VectorFormat format, int count, int dimensions, int pivots)
    {
        var bytes = file.Read(section, out var length);
        return count >= 0 && dimensions >= 1 && length == SizeOf(format, count, dimensions, pivots)
            ? new VectorTable(format, count, dimensions, pivots, bytes, file)
            : throw new InvalidDataException($"The section '{section}' does not have {count} vectors of {dimensions} dimensions.");
    }

    /// <summary>Allocates a table.</summary>
    internal static VectorTable Allocate(VectorFormat format, int count, int dimensions, int pivots)
    {
        var memory = new NativeBuffer(SizeOf(format, count, dimensions, pivots));
        return new VectorTable(format, count, dimensions, pivots, memory.Start, memory);
    }

    /// <summary>Returns the encoded pivot of a number.</summary>
    internal byte* Pivot(int number) => start + (Count + number - 1L) * Stride;

    /// <summary>Decodes a pivot.</summary>
    internal void DecodePivot(int number, Span<float> vector) => Decode(Pivot(number), vector);

    /// <summary>Returns the inner product of a pivot and a query; 0 for pivot 0.</summary>
    internal float PivotDot(int number, float* query) => number == 0 ? 0 : QuantizedVector.Dot(Pivot(number), query, Dimensions);

    /// <summary>Requests a vector from memory that will be read soon.</summary>
    internal void Prefetch(int row) => Memory.Prefetch(At(row), Stride);

    /// <summary>Frees the memory. Any use afterwards throws an <see cref="ObjectDisposedException"/>.</summary>
    internal void Free()
    {
        isFreed = true;
        owner.Dispose();
    }

    private void Decode(byte* source, Span<float> vector)
    {
        vector.Clear();
        AddTo(source, 1, vector);
    }

    private void AddTo(byte* source, float factor, Span<float> sum)
    {
        QuantizedVector.AddTo(source, factor, sum);
        if (QuantizedVector.Pivot(source) is var number and > 0) QuantizedVector.AddTo(Pivot(number), factor, sum);
    }

    private byte* At(int row)
    {
        ObjectDisposedException.ThrowIf(isFreed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
        return start + (long)row * Stride;
    }
}
