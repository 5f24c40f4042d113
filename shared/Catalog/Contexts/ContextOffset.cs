namespace Spotify.Catalog.Contexts;

/// <summary>A place in a context.</summary>
public abstract record ContextOffset
{
    private ContextOffset()
    {
    }

    /// <summary>The place with an index.</summary>
    /// <param name="Index">The index, from 0.</param>
    public sealed record Position(int Index) : ContextOffset;

    /// <summary>The first occurrence of an item.</summary>
    /// <param name="Id">The id of the track, episode or chapter.</param>
    public sealed record Item(string Id) : ContextOffset;

    /// <summary>The occurrence with a key, or the next one if it was removed.</summary>
    /// <param name="Value">The key that was read with the occurrence.</param>
    public sealed record Key(string Value) : ContextOffset;
}
