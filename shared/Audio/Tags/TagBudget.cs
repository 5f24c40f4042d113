namespace Spotify.Audio.Tags;

/// <summary>The remainder of the limits of a file, which all tags of the file share.</summary>
/// <param name="limits">The limits.</param>
/// <param name="cancellationToken">Cancels the read.</param>
internal sealed class TagBudget(TagLimits limits, CancellationToken cancellationToken)
{
    // Exceptions are slow, and a file can have millions of damaged elements.
    private const int MaximumFailures = 1000;

    private long pictureBytes = limits.AllPicturesBytes;
    private long textBytes = limits.AllTextsBytes;
    private int failures;

    public TagLimits Limits => limits;

    /// <summary>Takes the bytes of a picture. Returns false if fewer remain.</summary>
    public bool TakePicture(long bytes) => Take(ref pictureBytes, bytes);

    /// <summary>Takes the bytes of a text. Returns false if fewer remain.</summary>
    public bool TakeText(long bytes) => Take(ref textBytes, bytes);

    /// <summary>Returns whether another element may be read: false after many damaged ones.</summary>
    /// <exception cref="OperationCanceledException">The read is cancelled.</exception>
    public bool AllowsElement()
    {
        cancellationToken.ThrowIfCancellationRequested();
        return failures < MaximumFailures;
    }

    /// <summary>Counts a damaged element.</summary>
    public void CountFailure() => failures++;

    private static bool Take(ref long left, long bytes)
    {
        if (bytes > left) return false;

        left -= bytes;
        return true;
    }
}
