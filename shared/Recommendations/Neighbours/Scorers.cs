using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Neighbours;

/// <summary>The similarity of nodes to a query. Implementations are structs, so that searches are compiled for each.</summary>
internal interface IScorer
{
    /// <summary>Returns the similarity of a node.</summary>
    float Of(int node);

    /// <summary>Begins to load the vector of a node.</summary>
    void Prefetch(int node);
}

/// <summary>The inner product with a query of floats.</summary>
internal readonly unsafe struct FloatScorer(byte* vectors, int dimensions, float* query) : IScorer
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Of(int node) => DotProduct.Of((float*)vectors + (long)node * dimensions, query, dimensions);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int node) => Memory.Prefetch(vectors + (long)node * dimensions * sizeof(float), dimensions * sizeof(float));
}

/// <summary>The approximate inner product of 8-bit codes with a query.</summary>
internal readonly unsafe struct CodeScorer(VectorTable table, QuantizedQuery query, PivotDots pivots) : IScorer
{
    private readonly byte* vectors = table.Start;
    private readonly int stride = table.Stride;
    private readonly int dimensions = table.Dimensions;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Of(int node)
    {
        var vector = vectors + (long)node * stride;
        return query.ApproximateDot(vector, dimensions) + pivots.Of(QuantizedVector.Pivot(vector));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int node) => Memory.Prefetch(vectors + (long)node * stride, QuantizedVector.CodesOffset + dimensions);
}

/// <summary>The similarity of nodes in a layer above the bottom, which are numbered by their order of insertion.</summary>
internal readonly unsafe struct OrderedScorer<TScorer>(TScorer rows, int* order) : IScorer
    where TScorer : struct, IScorer
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Of(int node) => rows.Of(order[node]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int node) => rows.Prefetch(order[node]);
}

/// <summary>Hints to the processor.</summary>
internal static unsafe class Memory
{
    private const int CacheLine = 64;

    /// <summary>Begins to load memory into the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* start, int length)
    {
        if (!Sse.IsSupported) return;
        var end = (byte*)start + length;
        for (var line = (byte*)((nint)start & -CacheLine); line < end; line += CacheLine) Sse.Prefetch0(line);
    }
}
