namespace Spotify.Search;

/// <summary>A word of a text.</summary>
/// <param name="Text">The folded word.</param>
/// <param name="Alternatives">
/// The other terms by which the word can be found: its romanizations, and the term of the words that it is joined with by punctuation.
/// Distinct, without <paramref name="Text"/>; mostly empty.
/// </param>
public sealed record Word(string Text, IReadOnlyList<string> Alternatives);
