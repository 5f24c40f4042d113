namespace Spotify.Recommendations.Evaluation;

/// <summary>Selects the tracks with the highest scores.</summary>
internal static class TopTracks
{
    /// <summary>Writes the rows of the highest scores, the highest first. Equal scores are in the order of their rows.</summary>
    /// <param name="scores">A score per track. Negative infinity and NaN are left out.</param>
    /// <param name="top">Receives the rows.</param>
    /// <returns>The number of rows.</returns>
    public static int Select(ReadOnlySpan<float> scores, Span<int> top)
    {
        var (count, least) = (0, float.NegativeInfinity);
        for (var track = 0; track < scores.Length; track++)
        {
            var score = scores[track];
            if (!(score > least)) continue;
            if (count < top.Length) count++;
            var position = count - 1;
            for (; position > 0 && scores[top[position - 1]] < score; position--) top[position] = top[position - 1];
            top[position] = track;
            if (count == top.Length) least = scores[top[^1]];
        }

        return count;
    }
}
