using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Tracks;

namespace Spotify.Recommendations.Ranking;

/// <summary>The tracks added lately that nobody has listened to yet, so that the factor model knows nothing about them.</summary>
internal sealed class NewTracks
{
    private readonly TrackTable tracks;
    private readonly FactorModel factors;
    private readonly int[] rows;
    private readonly int firstDay;

    /// <summary>Finds the new tracks of a model.</summary>
    /// <param name="tracks">The tracks.</param>
    /// <param name="factors">The factor model.</param>
    /// <param name="days">The age up to which a track is new, compared with the track added last.</param>
    public NewTracks(TrackTable tracks, FactorModel factors, int days)
    {
        (this.tracks, this.factors) = (tracks, factors);
        var last = 0;
        foreach (var day in tracks.Columns.AddedDays.Span) last = Math.Max(last, day);
        firstDay = Math.Max(1, last - days + 1);
        var found = new List<int>();
        for (var row = 0; row < tracks.Count; row++)
            if (Contains(row)) found.Add(row);
        rows = [.. found];
    }

    /// <summary>Returns whether a track is new.</summary>
    public bool Contains(int row) => tracks.AddedDay(row) >= firstDay && factors.Track(row).IndexOfAnyExcept(0f) < 0;

    /// <summary>Draws new tracks: another sample at each call. May repeat tracks.</summary>
    public int Sample(Random random, Span<int> sample)
    {
        if (rows.Length == 0) return 0;
        for (var i = 0; i < sample.Length; i++) sample[i] = rows[random.Next(rows.Length)];
        return sample.Length;
    }
}
