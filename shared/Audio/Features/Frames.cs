namespace Spotify.Audio.Features;

/// <summary>Overlapping frames of a stream of samples.</summary>
/// <param name="size">The number of samples in a frame.</param>
/// <param name="hop">The number of samples from the start of a frame to the start of the next one.</param>
/// <param name="handle">Handles a frame.</param>
internal sealed class Frames(int size, int hop, Action<ReadOnlySpan<float>> handle)
{
    private readonly float[] buffer = new float[size];
    private int count;
    private bool hasFrame;

    /// <summary>Adds samples.</summary>
    public void Add(ReadOnlySpan<float> samples)
    {
        while (!samples.IsEmpty)
        {
            var length = Math.Min(samples.Length, size - count);
            samples[..length].CopyTo(buffer.AsSpan(count));
            samples = samples[length..];
            count += length;
            if (count == size) Handle();
        }
    }

    /// <summary>Fills the last frame with silence, unless all of its samples were in the frame before.</summary>
    public void Complete()
    {
        if (count == 0 || (hasFrame && count == size - hop)) return;
        buffer.AsSpan(count).Clear();
        Handle();
    }

    private void Handle()
    {
        handle(buffer);
        hasFrame = true;
        buffer.AsSpan(hop).CopyTo(buffer);
        count = size - hop;
    }
}
