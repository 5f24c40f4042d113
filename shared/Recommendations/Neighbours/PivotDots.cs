using System.Runtime.CompilerServices;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Neighbours;

/// <summary>The inner products of a query and the pivots of vectors, each computed when it is first needed.</summary>
internal sealed unsafe class PivotDots : IDisposable
{
    private readonly VectorTable vectors;
    private readonly NativeBuffer memory;
    private readonly float* dots;
    private readonly int* computed;
    private int computedCount;
    private float* query;

    /// <summary>Allocates the memory.</summary>
    public PivotDots(VectorTable vectors)
    {
        this.vectors = vectors;
        var count = vectors.PivotCount + 1;
        memory = new NativeBuffer((sizeof(float) + sizeof(int)) * (long)count);
        dots = (float*)memory.Start;
        computed = (int*)(dots + count);
        new Span<float>(dots, count).Fill(float.NaN);
        // Pivot 0 is no pivot.
        dots[0] = 0;
    }

    /// <summary>Begins with another query, which must stay in place.</summary>
    public void Begin(float* query)
    {
        for (var i = 0; i < computedCount; i++) dots[computed[i]] = float.NaN;
        computedCount = 0;
        this.query = query;
    }

    /// <summary>Returns the inner product of a pivot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Of(int pivot)
    {
        var dot = dots[pivot];
        return float.IsNaN(dot) ? Compute(pivot) : dot;
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => memory.Dispose();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private float Compute(int pivot)
    {
        computed[computedCount++] = pivot;
        return dots[pivot] = vectors.PivotDot(pivot, query);
    }
}
