namespace Spotify.Fixtures.Search;

/// <summary>Typing errors: neighboring keys, transpositions, dropped and doubled letters.</summary>
public static class Typos
{
    private static readonly string[] Rows = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"];

    /// <summary>Returns a word with one error. The first letter is rarely wrong.</summary>
    /// <param name="word">A word of two letters or more, in lower case.</param>
    /// <param name="random">The source of randomness.</param>
    public static string Apply(string word, Random random)
    {
        while (true)
        {
            var i = random.Next(random.Next(8) == 0 ? 0 : 1, word.Length);
            var typed = random.Next(4) switch
            {
                0 => word[..i] + Neighbor(word[i], random) + word[(i + 1)..],
                1 when i + 1 < word.Length => word[..i] + word[i + 1] + word[i] + word[(i + 2)..],
                2 => word[..i] + word[(i + 1)..],
                _ => word[..i] + word[i] + word[i..],
            };
            if (typed != word) return typed;
        }
    }

    /// <summary>
    /// Returns the number of insertions, deletions, replacements and transpositions that make a typed word of another one, or of the
    /// nearest of its prefixes; no letter is edited twice (optimal string alignment). The words have at most 64 characters.
    /// </summary>
    public static int Distance(string typed, string word, bool isPrefix = false)
    {
        var columns = word.Length + 1;
        Span<int> distances = stackalloc int[(typed.Length + 1) * columns];
        for (var i = 0; i <= typed.Length; i++)
        {
            for (var j = 0; j <= word.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    distances[(i * columns) + j] = i + j;
                    continue;
                }

                var cost = typed[i - 1] == word[j - 1] ? 0 : 1;
                var above = ((i - 1) * columns) + j;
                var distance = Math.Min(distances[above - 1] + cost, Math.Min(distances[above], distances[above + columns - 1]) + 1);
                if (i > 1 && j > 1 && typed[i - 1] == word[j - 2] && typed[i - 2] == word[j - 1])
                    distance = Math.Min(distance, distances[above - columns - 2] + 1);
                distances[above + columns] = distance;
            }
        }

        if (!isPrefix) return distances[^1];
        var nearest = typed.Length;
        foreach (var distance in distances[^columns..]) nearest = Math.Min(nearest, distance);
        return nearest;
    }

    private static char Neighbor(char letter, Random random)
    {
        var row = Array.Find(Rows, keys => keys.Contains(letter, StringComparison.Ordinal));
        if (row is null) return letter;
        var i = row.IndexOf(letter, StringComparison.Ordinal) + (random.Next(2) == 0 ? -1 : 1);
        return i >= 0 && i < row.Length ? row[i] : letter;
    }
}
