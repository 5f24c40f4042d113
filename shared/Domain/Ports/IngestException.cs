namespace Spotify.Domain.Ports;

/// <summary>The error for a file that cannot be imported. Other files of an import are not affected.</summary>
/// <param name="reason">The reason, as a sentence.</param>
/// <param name="inner">The cause.</param>
public sealed class IngestException(string reason, Exception? inner = null) : Exception(reason, inner)
{
    /// <summary>Whether a retry may succeed, because the cause is temporary and not the file itself.</summary>
    public bool IsTransient { get; init; }
}
