namespace Spotify.Recommendations.Neighbours;

/// <summary>A pool of the memory of searches: as much as the processors can use at a time stays allocated.</summary>
internal sealed class ContextPool(Func<SearchContext> create) : IDisposable
{
    private readonly SearchContext?[] idle = new SearchContext?[Environment.ProcessorCount];

    /// <summary>Returns a context for exclusive use.</summary>
    public SearchContext Rent()
    {
        for (var i = 0; i < idle.Length; i++)
        {
            if (Interlocked.Exchange(ref idle[i], null) is { } context) return context;
        }

        return create();
    }

    /// <summary>Takes back a context.</summary>
    public void Return(SearchContext context)
    {
        for (var i = 0; i < idle.Length; i++)
        {
            if (Interlocked.CompareExchange(ref idle[i], context, null) is null) return;
        }

        context.Dispose();
    }

    /// <summary>Frees the contexts. All must have been returned.</summary>
    public void Dispose()
    {
        for (var i = 0; i < idle.Length; i++) Interlocked.Exchange(ref idle[i], null)?.Dispose();
    }
}
