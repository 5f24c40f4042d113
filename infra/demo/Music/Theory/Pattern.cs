namespace Spotify.Demo.Music.Theory;

/// <summary>One event of a pattern.</summary>
/// <param name="Start">Beats since the start of the bar.</param>
/// <param name="Length">Beats.</param>
/// <param name="Symbol">What happens; its meaning is the player's.</param>
internal readonly record struct Step(double Start, double Length, char Symbol);

/// <summary>
/// The rhythm of one bar as text: each character a step of equal length, <c>.</c> a rest, <c>-</c> more of the step before,
/// anything else an event. Spaces are for the eye.
/// </summary>
internal static class Pattern
{
    /// <summary>The events of a pattern that fills a bar of that many beats.</summary>
    /// <exception cref="FormatException">Its steps are not whole sixteenths.</exception>
    public static IReadOnlyList<Step> Parse(string text, int beatsPerBar)
    {
        var symbols = text.Replace(" ", "");
        if (beatsPerBar * 4 % symbols.Length != 0)
            throw new FormatException($"'{text}' does not divide a bar of {beatsPerBar} beats into whole sixteenths.");
        var unit = (double)beatsPerBar / symbols.Length;
        var steps = new List<Step>();
        for (var i = 0; i < symbols.Length; i++)
        {
            if (symbols[i] is '.' or '-')
                continue;
            var end = i + 1;
            while (end < symbols.Length && symbols[end] == '-')
                end++;
            steps.Add(new(i * unit, (end - i) * unit, symbols[i]));
        }
        return steps;
    }

    /// <summary>Velocity of an event: <c>X</c> accented, <c>x</c> plain, <c>o</c> hardly there.</summary>
    public static float Velocity(char symbol) => symbol switch { 'X' => 0.95f, 'o' => 0.4f, _ => 0.7f };
}
