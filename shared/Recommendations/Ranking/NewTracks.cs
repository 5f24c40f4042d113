using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Tracks;

namespace Spotify.Recommendations.Ranking;

/// <summary>The tracks added lately that nobody has listened to yet, so that the factor model knows nothing about them.</summary>
internal sealed class NewTracks
{
    private readonly FactorModel factors;
    private readonly int[] rows;

    /// <summary>Finds the new tracks of a model.</summary>
    /// <param name="tracks">The tracks.</param>
    /// <param name="factors">The factor model.</param>
    /// <param name="days">The age up to which a track is new, compared with the track added last.</param>
    public NewTracks(TrackTable tracks, FactorModel factors, int days)
    {
        this.factors = factors;
        var last = 0;
        foreach (var day in tracks.Columns.AddedDays.Span) last = Math.Max(last, day);
        var found = new List<int>();
        for (var row = 0; row < tracks.Count && last > 0; row++)
            if (tracks.AddedDay(row) is var day and > 0 && day > last - days && IsUnknown(row)) found.Add(row);
        rows = [.. found];
    }

    /// <summary>Returns whether nobody has listened to a track.</summary>
    public bool IsUnknown(int row) => row >= factors.Tracks || factors.Track(row).IndexOfAnyExcept(0f) < 0;

    /// <summary>Draws new tracks: another sample at each call. May repeat tracks.</summary>
    public int Sample(Random random, Span<int> sample)
    {
        if (rows.Length == 0) return 0;
        for (var i = 0; i < sample.Length; i++) sample[i] = rows[random.Next(rows.Length)];
        return sample.Length;
    }
}
