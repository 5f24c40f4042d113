using System.Text;

namespace Spotify.Search.Terms;

/// <summary>Words as letters: Unicode scalar values. A lone surrogate counts as U+FFFD.</summary>
internal static class Letters
{
    /// <summary>Returns the letters of a word.</summary>
    /// <param name="word">The word.</param>
    /// <param name="buffer">Has room for <see cref="TermDictionary.MaxLetters"/> letters.</param>
    /// <param name="letters">The letters; empty if there are too many.</param>
    /// <returns>Whether there is room.</returns>
    public static bool TryRead(ReadOnlySpan<char> word, Span<int> buffer, out ReadOnlySpan<int> letters)
    {
        letters = default;
        var count = 0;
        foreach (var rune in word.EnumerateRunes())
        {
            if (count == buffer.Length) return false;
            buffer[count++] = rune.Value;
        }

        letters = buffer[..count];
        return true;
    }
}
