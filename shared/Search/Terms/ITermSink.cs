namespace Spotify.Search.Terms;

/// <summary>A receiver of counted terms.</summary>
public interface ITermSink
{
    /// <summary>Adds a term. Terms come in the order of their bytes, each once.</summary>
    /// <param name="term">The term in UTF-8.</param>
    /// <param name="frequency">The number of documents that have it, at least 1.</param>
    /// <param name="popularity">The greatest popularity of these documents, 0 to 100.</param>
    void Add(ReadOnlySpan<byte> term, int frequency, int popularity);
}
