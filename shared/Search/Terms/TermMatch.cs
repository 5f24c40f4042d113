namespace Spotify.Search.Terms;

/// <summary>What a dictionary knows of a term.</summary>
/// <param name="Frequency">The number of documents that have the term, rounded down by less than 0.1 %.</param>
/// <param name="Weight">
/// The importance of the term among all terms, 1 to 255: the logarithm of its place in the order of popularity and frequency. 255 is the
/// heaviest term; half as many terms are above a weight that is 11 greater.
/// </param>
public readonly record struct TermInfo(int Frequency, int Weight);

/// <summary>A term of a dictionary that matches a word.</summary>
/// <param name="Text">The term.</param>
/// <param name="Distance">The number of edits between the word and the term, or the prefix of the term that matches it.</param>
/// <param name="Info">Frequency and weight.</param>
public sealed record TermMatch(string Text, int Distance, TermInfo Info);
