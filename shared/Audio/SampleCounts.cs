namespace Spotify.Audio;

/// <summary>
/// The sample counts of an encoding, with which a player joins tracks without a gap. A decoder produces the delay, the audio and the
/// padding, unless it discards the delay by itself.
/// </summary>
/// <param name="SampleRate">Samples per second, in Hz.</param>
/// <param name="Total">Samples of audio in each channel, without delay and padding.</param>
/// <param name="EncoderDelay">Samples that the encoder added before the audio: 1024 for AAC, otherwise 0.</param>
/// <param name="EncoderPadding">Samples that the encoder added after the audio, up to a whole frame; 0 except for AAC.</param>
public readonly record struct SampleCounts(int SampleRate, long Total, int EncoderDelay = 0, int EncoderPadding = 0)
{
    /// <summary>The duration of the audio.</summary>
    public AudioDuration Duration => new(Total, SampleRate);

    /// <summary>All samples that a decoder produces if it does not discard the delay.</summary>
    public long Decoded => EncoderDelay + Total + EncoderPadding;
}
