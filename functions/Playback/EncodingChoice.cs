using Spotify.Audio;
using Spotify.Domain.Users;

namespace Spotify.Functions.Playback;

/// <summary>The encoding chosen for a listener.</summary>
/// <param name="Encoding">The encoding.</param>
/// <param name="LimitedByPlan">Whether a paid plan would have allowed a better one.</param>
public readonly record struct EncodingChoice(AudioEncoding Encoding, bool LimitedByPlan)
{
    /// <summary>
    /// Returns the best encoding up to the preferred quality that the plan allows, or else the lowest one above it. If only one quality
    /// exists, every plan allows it. Returns null if there is no encoding in the supported codecs, or none that the plan allows.
    /// </summary>
    /// <param name="encodings">The available encodings.</param>
    /// <param name="quality">The preferred quality.</param>
    /// <param name="codecs">Codecs the client supports, in order of preference. Empty means any.</param>
    /// <param name="product">The listener's plan.</param>
    public static EncodingChoice? Choose(
        IReadOnlyList<AudioEncoding> encodings, AudioQuality quality, IReadOnlyList<Codec> codecs, Product product)
    {
        var allowsAll = product != Product.Free || encodings.All(encoding => encoding.Quality == encodings[0].Quality);
        AudioEncoding? best = null;
        var limited = false;
        foreach (var encoding in encodings)
        {
            if (codecs.Count > 0 && !codecs.Contains(encoding.Codec)) continue;
            if (!allowsAll && encoding.Quality.PremiumOnly)
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
