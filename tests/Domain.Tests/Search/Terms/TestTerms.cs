using System.Buffers;
using System.Text;
using Spotify.Search.Terms;

namespace Spotify.Domain.Tests.Search.Terms;

/// <summary>Dictionaries and words for tests.</summary>
internal static class TestTerms
{
    private static readonly string[] Onsets = [.. "b c d f g h j k l m n p r s t v w z br ch cl dr fr gr kr pl sh st tr qu".Split(' ')];
    private static readonly string[] Vowels = [.. "a e i o u ai ea ee ie oo ou y".Split(' ')];
    private static readonly string[] Codas = [.. "n r s t l m nd ng st rd ck ll ss".Split(' '), "", "", "", ""];

    /// <summary>Returns a dictionary of terms that are each in one document.</summary>
    public static Task<TermDictionary> DictionaryAsync(params IEnumerable<string> terms) =>
        DictionaryAsync(terms.Select(term => (term, 1, 0)));

    /// <summary>Returns a dictionary of terms with the number of their documents and the popularity of these.</summary>
    public static async Task<TermDictionary> DictionaryAsync(
        IEnumerable<(string Term, int Frequency, int Popularity)> terms, int maxTerms = TermDictionaryBuilder.MaxTerms) =>
        TermDictionary.Open(await FileAsync(terms, maxTerms));

    /// <summary>Returns the file of such a dictionary.</summary>
    public static Task<byte[]> FileAsync(
        IEnumerable<(string Term, int Frequency, int Popularity)> terms, int maxTerms = TermDictionaryBuilder.MaxTerms)
    {
        var run = new ArrayBufferWriter<byte>();
        var writer = new TermRunWriter(run);
        var sorted = terms.Select(term => (Bytes: Encoding.UTF8.GetBytes(term.Term), term.Frequency, term.Popularity))
            .OrderBy(term => term.Bytes, Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y)));
        foreach (var (term, frequency, popularity) in sorted) writer.Add(term, frequency, popularity);
        writer.End(documents: 1000);
        return TermDictionaryBuilder.BuildAsync(() => Task.FromResult<IReadOnlyList<TermRunReader>>([Open(run)]), default, maxTerms);
    }

    public static TermRunReader Open(ArrayBufferWriter<byte> run) => new(new MemoryStream(run.WrittenSpan.ToArray()));

    /// <summary>Returns a word that looks like one of a Western language.</summary>
    public static string Word(Random random)
    {
        var word = new StringBuilder();
        for (var syllables = random.Next(1, 5); syllables > 0; syllables--)
            foreach (var parts in (string[][])[Onsets, Vowels, Codas]) word.Append(parts[random.Next(parts.Length)]);
        return word.ToString();
    }

    /// <summary>Returns a word of a few letters, some of them outside the basic plane.</summary>
    public static string Dense(Random random, int letters) => string.Concat(
        Enumerable.Range(0, random.Next(1, 11)).Select(_ => random.Next(4) > 0
            ? ((char)('a' + random.Next(letters))).ToString()
            : new Rune(0x20000 + random.Next(100 * (letters - 2))).ToString()));

    /// <summary>Returns a word with typos.</summary>
    public static string Typo(Random random, string word, int edits)
    {
        var letters = word.EnumerateRunes().ToList();
        for (; edits > 0 && letters.Count > 0; edits--)
        {
            var at = random.Next(letters.Count);
            var other = random.Next(2) == 0 ? new Rune('a' + random.Next(26)) : letters[random.Next(letters.Count)];
            var edit = random.Next(4);
            if (edit == 0) letters.RemoveAt(at);
            else if (edit == 1) letters.Insert(at, other);
            else if (edit == 2) letters[at] = other;
            else (letters[at], letters[at / 2]) = (letters[at / 2], letters[at]);
        }

        return string.Concat(letters);
    }
}
