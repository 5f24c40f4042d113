namespace Spotify.Domain.Ports;

/// <summary>A file cannot be taken in; nothing of it was. The rest of its folder still can.</summary>
/// <param name="reason">Why, as a sentence.</param>
public sealed class IngestException(string reason, Exception? inner = null) : Exception(reason, inner)
{
    /// <summary>Whether another try may end otherwise: the reason lies in the machine or the moment, not in the file.</summary>
    public bool MayPass { get; init; }
}
