using Spotify.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>The loudness of a track.</summary>
/// <param name="DurationMs">The duration in ms.</param>
/// <param name="GainDb">The gain to the reference loudness, in dB.</param>
/// <param name="PeakDb">The true peak in dB relative to full scale; null for silence.</param>
internal readonly record struct TrackLoudness(int DurationMs, double GainDb, double? PeakDb);

/// <summary>
/// The loudness of an album, which its tracks share, so that a player can keep the differences between them. Stored with each track,
/// because playback reads a single row.
/// </summary>
internal static class AlbumLoudness
{
    private static readonly Statement TracksOfAlbum = new(
        "SELECT PlayableId, DurationMs, GainDb, PeakDb, AlbumGainDb, AlbumPeakDb FROM Playables WHERE ParentId = @album",
        ("album", ColumnType.String));

    /// <summary>
    /// Returns the mean of the tracks' loudness, weighted by their duration, as a gain to the reference loudness, and the highest peak.
    /// Rounded to 0.1 dB, so that most additions to a large album leave it unchanged. Silent tracks do not count.
    /// </summary>
    public static (double GainDb, double? PeakDb) Of(IEnumerable<TrackLoudness> tracks)
    {
        var audible = tracks.Where(track => track.PeakDb is not null && track.DurationMs > 0).ToList();
        if (audible.Count == 0) return (0, null);

        var energy = audible.Sum(track => track.DurationMs * Math.Pow(10, -track.GainDb / 10));
        var gain = -10 * Math.Log10(energy / audible.Sum(track => (double)track.DurationMs));
        return (Math.Round(gain, 1) + 0.0, audible.Max(track => track.PeakDb));
    }

    /// <summary>Returns the mutations that write the loudness of an album to the tracks whose stored value differs.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="albumId">The album.</param>
    /// <param name="trackId">The track that is added, replaced or removed.</param>
    /// <param name="track">Its loudness after the write; null if it is removed or has no audio.</param>
    public static async Task<IReadOnlyList<Mutation>> UpdateAsync(
        ITransaction transaction, string albumId, string trackId, TrackLoudness? track)
    {
        var others = await transaction.QueryAsync(TracksOfAlbum, new Parameters { { "album", albumId } })
            .Where(row => row.String("PlayableId") != trackId && !row.IsNull("GainDb"))
            .ToListAsync();
        var (gain, peak) = Of(
        [
            .. others
                .Select(row => new TrackLoudness(row.Int32("DurationMs"), row.Float64("GainDb"), row.Float64OrNull("PeakDb")))
                .OrderBy(other => (other.GainDb, other.DurationMs)),
            .. track is { } added ? [added] : (TrackLoudness[])[],
        ]);
        var outdated = others
            .Where(row => row.Float64OrNull("AlbumGainDb") != gain || row.Float64OrNull("AlbumPeakDb") != peak)
            .Select(row => row.String("PlayableId"));
        return [.. outdated.Concat(track is null ? [] : [trackId]).Select(id => CatalogWriter.WriteAlbumLoudness(id, gain, peak))];
    }
}
