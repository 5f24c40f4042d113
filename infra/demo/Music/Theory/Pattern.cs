namespace Spotify.Demo.Music.Theory;

/// <summary>One event of a pattern.</summary>
/// <param name="Start">Beats since the start of the bar or of the piece.</param>
/// <param name="Length">Beats.</param>
/// <param name="Symbol">The kind of event.</param>
internal readonly record struct Step(double Start, double Length, char Symbol);

/// <summary>
/// The rhythm of one bar as text: each character is a step of equal length, <c>.</c> a rest, <c>-</c> a continuation of the step before,
/// and everything else an event.
/// </summary>
internal static class Pattern
{
    /// <summary>Parses a pattern that fills a bar.</summary>
    public static IEnumerable<Step> Parse(string text, int beatsPerBar)
    {
        var unit = (double)beatsPerBar / text.Length;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '.' or '-') continue;
            var end = i + 1;
            while (end < text.Length && text[end] == '-') end++;
            yield return new(i * unit, (end - i) * unit, text[i]);
        }
    }

    /// <summary>Returns the velocity of an event: <c>X</c> accented, <c>x</c> normal, <c>o</c> soft.</summary>
    public static float Velocity(char symbol) => symbol switch { 'X' => 0.95f, 'o' => 0.4f, _ => 0.7f };
}
