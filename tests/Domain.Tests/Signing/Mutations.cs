namespace Spotify.Domain.Tests.Signing;

/// <summary>Generator of small changes of a text.</summary>
internal static class Mutations
{
    /// <summary>
    /// Returns the texts with one character replaced, removed, added or percent-encoded, or with two adjacent characters swapped.
    /// </summary>
    public static IEnumerable<string> Of(string text)
    {
        for (var at = 0; at <= text.Length; at++)
        {
            for (var character = '\0'; character <= '\u0100'; character++)
            {
                yield return text[..at] + character + text[at..];
                if (at < text.Length && text[at] != character) yield return text[..at] + character + text[(at + 1)..];
            }

            if (at == text.Length) yield break;
            yield return text[..at] + text[(at + 1)..];
            yield return $"{text[..at]}%{(int)text[at]:X2}{text[(at + 1)..]}";
            yield return $"{text[..at]}%{(int)text[at]:x2}{text[(at + 1)..]}";
            if (at > 0 && text[at] != text[at - 1]) yield return text[..(at - 1)] + text[at] + text[at - 1] + text[(at + 1)..];
        }
    }
}
