using Spotify.Audio;
using Spotify.Domain.Users;

namespace Spotify.Functions.Playback;

/// <summary>An encoding chosen for a listener.</summary>
/// <param name="Encoding">The encoding.</param>
/// <param name="LimitedByPlan">Whether a paid plan would have had a better one.</param>
public readonly record struct EncodingChoice(AudioEncoding Encoding, bool LimitedByPlan)
{
    /// <summary>
    /// The best encoding up to the quality asked for that the plan may have, or else the least above it. Where only one encoding
    /// exists, every plan may have it. Null if there is none in the codecs asked for, or none that the plan may have.
    /// </summary>
    /// <param name="encodings">What there is.</param>
    /// <param name="codecs">What the client can play, best liked first; empty: anything.</param>
    public static EncodingChoice? Choose(IReadOnlyList<AudioEncoding> encodings, AudioQuality quality, IReadOnlyList<Codec> codecs, Product product)
    {
        var mayHaveAll = product != Product.Free || encodings.Count == 1;
        AudioEncoding? best = null;
        var limited = false;
        foreach (var encoding in encodings)
        {
            if (codecs.Count > 0 && !codecs.Contains(encoding.Codec)) continue;
            if (!mayHaveAll && encoding.Quality.PremiumOnly)
            {
                limited |= encoding.Quality <= quality;
                continue;
            }

            if (best is null || IsBetter(encoding, best.Value)) best = encoding;
        }

        return best is null ? null : new EncodingChoice(best.Value, limited);

        bool IsBetter(AudioEncoding one, AudioEncoding other)
        {
            if (one.Quality == other.Quality) return Rank(one.Codec) < Rank(other.Codec);
            if (one.Quality <= quality != other.Quality <= quality) return one.Quality <= quality;
            return one.Quality <= quality ? one.Quality > other.Quality : one.Quality < other.Quality;
        }

        int Rank(Codec codec)
        {
            for (var i = 0; i < codecs.Count; i++)
                if (codecs[i] == codec) return i;
            return codecs.Count + (int)codec;
        }
    }
}
