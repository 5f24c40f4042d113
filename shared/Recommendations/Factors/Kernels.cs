using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Spotify.Recommendations.Factors;

/// <summary>
/// The inner loops of the factor model, for the widest vectors of the processor. Lengths of rows are multiples of <see cref="Padding"/>;
/// rows that are shorter are padded by zeros.
/// </summary>
internal abstract unsafe class Kernels
{
    /// <summary>The kernels for this processor.</summary>
    public static Kernels Default { get; } =
        Vector512.IsHardwareAccelerated ? new Kernels<Lanes512, Vector512<float>>()
        : Vector256.IsHardwareAccelerated ? new Kernels<Lanes256, Vector256<float>>()
        : new Kernels<Lanes128, Vector128<float>>();

    /// <summary>
    /// The number of columns of a sparse row that a caller of <see cref="Accumulate"/> may prefetch. The kernel prefetches the next ones.
    /// </summary>
    public const int Ahead = 8;

    private const int CacheLine = 64 / sizeof(float);

    /// <summary>The number of rows of <c>a</c> of which <see cref="Multiply"/> processes a multiple.</summary>
    public const int RowPadding = 4;

    /// <summary>The number of floats of which the length of a row is a multiple.</summary>
    public abstract int Padding { get; }

    /// <summary>Returns the padded length of a row.</summary>
    public int Pad(int length) => (length + Padding - 1) / Padding * Padding;

    /// <summary>Returns the inner product of two spans of one length.</summary>
    public static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var a = MemoryMarshal.Cast<float, Vector<float>>(x);
        var b = MemoryMarshal.Cast<float, Vector<float>>(y);
        var sums = Vector<float>.Zero;
        for (var i = 0; i < a.Length; i++) sums = Vector.MultiplyAddEstimate(a[i], b[i], sums);
        var sum = Vector.Sum(sums);
        for (var i = a.Length * Vector<float>.Count; i < x.Length; i++) sum += x[i] * y[i];
        return sum;
    }

    /// <summary>Adds scale·x to y, a span of the same length.</summary>
    public static void AddScaled(Span<float> y, float scale, ReadOnlySpan<float> x)
    {
        var a = MemoryMarshal.Cast<float, Vector<float>>(x);
        var b = MemoryMarshal.Cast<float, Vector<float>>(y);
        var factor = new Vector<float>(scale);
        for (var i = 0; i < a.Length; i++) b[i] = Vector.MultiplyAddEstimate(factor, a[i], b[i]);
        for (var i = a.Length * Vector<float>.Count; i < x.Length; i++) y[i] += scale * x[i];
    }

    /// <summary>Starts to load the vectors of columns into the cache. Best effort.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* vectors, ReadOnlySpan<int> columns, int length)
    {
        if (!Sse.IsSupported) return;
        foreach (var column in columns)
        {
            var vector = vectors + (long)column * length;
            for (var offset = 0; offset < length; offset += CacheLine) Sse.Prefetch0(vector + offset);
        }
    }

    /// <summary>Returns the inner product of two rows.</summary>
    public abstract float Dot(float* x, float* y, int length);

    /// <summary>Sets y = scale·y + factor·x.</summary>
    public abstract void Combine(float* y, float scale, float factor, float* x, int length);

    /// <summary>Adds to y four rows, each multiplied by its factor.</summary>
    public abstract void Add4(float* y, Vector128<float> factors, float* x0, float* x1, float* x2, float* x3, int length);

    /// <summary>
    /// Adds the product a·b to c. The element (i, k) of a is at i·rowStep + k·depthStep; b and c are stored by rows of the given stride.
    /// </summary>
    /// <param name="rows">The rows of a and c, a multiple of <see cref="RowPadding"/>.</param>
    /// <param name="columns">The columns of b and c, a multiple of <see cref="Padding"/>.</param>
    /// <param name="depth">The columns of a and rows of b.</param>
    /// <param name="upper">Whether c's elements below the diagonal are of no interest.</param>
    public abstract void Multiply(
        float* a, nint rowStep, nint depthStep, float* b, float* c, nint stride, int rows, int columns, int depth, bool upper);

    /// <summary>Adds confidence·(vector·x)·vector to a row of sums, for each vector of a sparse row.</summary>
    /// <param name="row">The sparse row.</param>
    /// <param name="x">The row that is multiplied.</param>
    /// <param name="sums">The row of sums.</param>
    /// <param name="length">The length of both, and of the vectors.</param>
    public abstract void Accumulate(in SparseRow row, float* x, float* sums, int length);
}

/// <summary>A part of a sparse row.</summary>
internal readonly unsafe struct SparseRow
{
    /// <summary>The vectors of all columns.</summary>
    public required float* Vectors { get; init; }

    /// <summary>The columns of the part.</summary>
    public required int* Columns { get; init; }

    /// <summary>The weights of the columns.</summary>
    public required float* Weights { get; init; }

    /// <summary>The number of columns.</summary>
    public required int Count { get; init; }

    /// <summary>The confidence per unit of weight.</summary>
    public required float Alpha { get; init; }

    /// <summary>
    /// Not null: the confidence of every pair, and <see cref="Kernels.Accumulate"/> subtracts (this + confidence)·vector for positive
    /// weights.
    /// </summary>
    public required float? Target { get; init; }
}

/// <summary>The kernels for one width of vectors.</summary>
internal sealed unsafe class Kernels<TLanes, TVector> : Kernels
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    public override int Padding => 2 * TLanes.Count;

    public override float Dot(float* x, float* y, int length)
    {
        var sum = TLanes.Broadcast(0);
        for (var end = x + length; x < end; x += TLanes.Count, y += TLanes.Count)
            sum = TLanes.MultiplyAdd(TLanes.Load(x), TLanes.Load(y), sum);
        return Vector128.Sum(TLanes.Fold(sum));
    }

    public override void Combine(float* y, float scale, float factor, float* x, int length)
    {
        var (s, f) = (TLanes.Broadcast(scale), TLanes.Broadcast(factor));
        var zero = TLanes.Broadcast(0);
        for (var end = x + length; x < end; x += TLanes.Count, y += TLanes.Count)
            TLanes.Store(TLanes.MultiplyAdd(s, TLanes.Load(y), TLanes.MultiplyAdd(f, TLanes.Load(x), zero)), y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override void Add4(float* y, Vector128<float> factors, float* x0, float* x1, float* x2, float* x3, int length)
    {
        var (f0, f1) = (TLanes.Broadcast(factors[0]), TLanes.Broadcast(factors[1]));
        var (f2, f3) = (TLanes.Broadcast(factors[2]), TLanes.Broadcast(factors[3]));
        for (var i = 0; i < length; i += TLanes.Count)
        {
            var sum = TLanes.MultiplyAdd(f0, TLanes.Load(x0 + i), TLanes.Load(y + i));
            sum = TLanes.MultiplyAdd(f1, TLanes.Load(x1 + i), sum);
            sum = TLanes.MultiplyAdd(f2, TLanes.Load(x2 + i), sum);
            TLanes.Store(TLanes.MultiplyAdd(f3, TLanes.Load(x3 + i), sum), y + i);
        }
    }

    public override void Multiply(
        float* a, nint rowStep, nint depthStep, float* b, float* c, nint stride, int rows, int columns, int depth, bool upper)
    {
        for (var row = 0; row < rows; row += RowPadding)
        {
            var first = upper ? row / Padding * Padding : 0;
            for (var column = first; column < columns; column += Padding)
                MultiplyTile(a + row * rowStep, rowStep, depthStep, b + column, c + row * stride + column, stride, depth);
        }
    }

    public override void Accumulate(in SparseRow row, float* x, float* sums, int length)
    {
        int* columns = row.Columns;
        var tailColumns = stackalloc int[4];
        for (var k = 0; k < row.Count; k += 4)
        {
            Vector128<float> weights;
            if (k + 4 <= row.Count)
            {
                columns = row.Columns + k;
                weights = Vector128.Load(row.Weights + k);
                if (k + Ahead + 4 <= row.Count) Prefetch(row.Vectors, new ReadOnlySpan<int>(columns + Ahead, 4), length);
            }
            else
            {
                weights = default;
                for (var i = 0; i < 4; i++)
                {
                    var at = Math.Min(k + i, row.Count - 1);
                    tailColumns[i] = row.Columns[at];
                    if (at == k + i) weights = weights.WithElement(i, row.Weights[at]);
                }

                columns = tailColumns;
            }

            var x0 = row.Vectors + (long)columns[0] * length;
            var x1 = row.Vectors + (long)columns[1] * length;
            var x2 = row.Vectors + (long)columns[2] * length;
            var x3 = row.Vectors + (long)columns[3] * length;
            var confidences = Vector128.Min(Vector128.Abs(weights) * row.Alpha, Vector128.Create(FactorOptions.MaxConfidence));
            var factors = confidences * Dot4(x, x0, x1, x2, x3, length);
            if (row.Target is { } unobserved)
            {
                var targets = confidences + Vector128.Create(unobserved);
                factors -= Vector128.ConditionalSelect(Vector128.GreaterThan(weights, default), targets, default);
            }

            Add4(sums, factors, x0, x1, x2, x3, length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Dot4(float* x, float* x0, float* x1, float* x2, float* x3, int length)
    {
        var (s0, s1) = (TLanes.Broadcast(0), TLanes.Broadcast(0));
        var (s2, s3) = (s0, s1);
        for (var i = 0; i < length; i += TLanes.Count)
        {
            var v = TLanes.Load(x + i);
            s0 = TLanes.MultiplyAdd(TLanes.Load(x0 + i), v, s0);
            s1 = TLanes.MultiplyAdd(TLanes.Load(x1 + i), v, s1);
            s2 = TLanes.MultiplyAdd(TLanes.Load(x2 + i), v, s2);
            s3 = TLanes.MultiplyAdd(TLanes.Load(x3 + i), v, s3);
        }

        var (f0, f1) = (TLanes.Fold(s0), TLanes.Fold(s1));
        var (f2, f3) = (TLanes.Fold(s2), TLanes.Fold(s3));
        return Sse3.IsSupported
            ? Sse3.HorizontalAdd(Sse3.HorizontalAdd(f0, f1), Sse3.HorizontalAdd(f2, f3))
            : Vector128.Create(Vector128.Sum(f0), Vector128.Sum(f1), Vector128.Sum(f2), Vector128.Sum(f3));
    }

    // 4 rows of 2 vectors: 8 independent sums keep both multipliers busy, and with their operands fit into 16 registers.
    private static void MultiplyTile(float* a, nint rowStep, nint depthStep, float* b, float* c, nint stride, int depth)
    {
        var (a1, a2, a3) = (rowStep, 2 * rowStep, 3 * rowStep);
        float* c1 = c + stride, c2 = c1 + stride, c3 = c2 + stride;
        var (s00, s01) = (TLanes.Load(c), TLanes.Load(c + TLanes.Count));
        var (s10, s11) = (TLanes.Load(c1), TLanes.Load(c1 + TLanes.Count));
        var (s20, s21) = (TLanes.Load(c2), TLanes.Load(c2 + TLanes.Count));
        var (s30, s31) = (TLanes.Load(c3), TLanes.Load(c3 + TLanes.Count));
        for (var k = 0; k < depth; k++)
        {
            var (b0, b1) = (TLanes.Load(b), TLanes.Load(b + TLanes.Count));
            var factor = TLanes.Broadcast(*a);
            (s00, s01) = (TLanes.MultiplyAdd(factor, b0, s00), TLanes.MultiplyAdd(factor, b1, s01));
            factor = TLanes.Broadcast(a[a1]);
            (s10, s11) = (TLanes.MultiplyAdd(factor, b0, s10), TLanes.MultiplyAdd(factor, b1, s11));
            factor = TLanes.Broadcast(a[a2]);
            (s20, s21) = (TLanes.MultiplyAdd(factor, b0, s20), TLanes.MultiplyAdd(factor, b1, s21));
            factor = TLanes.Broadcast(a[a3]);
            (s30, s31) = (TLanes.MultiplyAdd(factor, b0, s30), TLanes.MultiplyAdd(factor, b1, s31));
            a += depthStep;
            b += stride;
        }

        TLanes.Store(s00, c);
        TLanes.Store(s01, c + TLanes.Count);
        TLanes.Store(s10, c1);
        TLanes.Store(s11, c1 + TLanes.Count);
        TLanes.Store(s20, c2);
        TLanes.Store(s21, c2 + TLanes.Count);
        TLanes.Store(s30, c3);
        TLanes.Store(s31, c3 + TLanes.Count);
    }
}
