namespace Spotify.Domain.Tests.Signing;

/// <summary>Texts one step away from another one.</summary>
internal static class Mutations
{
    /// <summary>Every text that differs in one character, lacks one, has one more, one percent-encoded, or two neighbours swapped.</summary>
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
