using Spotify.Search.Terms;

namespace Spotify.Domain.Tests.Search.Terms;

/// <summary>The search in spite of typos, compared with the distance of the word to every term.</summary>
public sealed class TypoTests
{
    public static TheoryData<int, Func<Random, string>> Vocabularies => new()
    {
        { 1, TestTerms.Word },
        { 2, random => TestTerms.Dense(random, 3) },
        { 3, random => TestTerms.Dense(random, 20) },
    };

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public async Task Every_term_within_the_allowed_edits_is_found(int seed, Func<Random, string> word)
    {
        var random = new Random(seed);
        var terms = Enumerable.Range(0, 900).Select(_ => word(random)).Distinct().ToList();
        var dictionary = await TestTerms.DictionaryAsync(terms.Select(term => (term, random.Next(1, 5000), random.Next(101))));

        for (var i = 0; i < 300; i++)
        {
            var typed = TestTerms.Typo(random, terms[random.Next(terms.Count)], random.Next(4));
            foreach (var isPrefix in (bool[])[false, true])
            {
                var expected = terms.Select(term => (Text: term, Distance: Distance(typed, term, isPrefix)))
                    .Where(term => term.Distance is 1 or 2);
                var found = dictionary.Similar(typed, isPrefix, limit: 1000);

                Assert.Equal(
                    expected.OrderBy(term => term.Text, StringComparer.Ordinal),
                    found.Select(match => (match.Text, match.Distance)).OrderBy(term => term.Text, StringComparer.Ordinal));
                Assert.Equal(found.Select(Order), found.Select(Order).Order());
                Assert.Equal(found.Select(Order).Take(5), dictionary.Similar(typed, isPrefix, limit: 5).Select(Order));
            }
        }

        static (int, int) Order(TermMatch match) => (match.Distance, -match.Info.Weight);
    }

    [Theory]
    [InlineData("beatels", "beatles")] // a transposition
    [InlineData("betles", "beatles")] // an omission
    [InlineData("beartles", "beatles")] // an insertion
    [InlineData("beetles", "beatles")] // a replacement
    [InlineData("mettalica", "metallica")] // two edits
    [InlineData("mtallca", "metallica")] // two omissions in a term of nine letters
    [InlineData("aba", "abba")] // an omission in a term of four letters
    [InlineData("motörhedd", "motörhead")]
    [InlineData("ленинграт", "ленинград")]
    [InlineData("😀😁a😃", "😀😁😂😃")]
    public async Task Typos_are_found(string typed, string term)
    {
        var dictionary = await TestTerms.DictionaryAsync("beatles", "metallica", "abba", "motörhead", "ленинград", "😀😁😂😃");
        Assert.Equal([term], dictionary.Similar(typed, isPrefix: false, limit: 10).Select(match => match.Text));
    }

    [Theory]
    [InlineData("teh", "the")] // three letters
    [InlineData("qeene", "queen")] // two edits in five letters
    [InlineData("mtalic", "metallica")] // three edits
    [InlineData("queen", "queen")] // no edit
    [InlineData("", "the")]
    public async Task Other_words_are_not(string typed, string term)
    {
        var dictionary = await TestTerms.DictionaryAsync(term);
        Assert.Empty(dictionary.Similar(typed, isPrefix: false, limit: 10));
    }

    [Theory]
    [InlineData("baet", "beatles")]
    [InlineData("metla", "metallica")]
    [InlineData("metxallyc", "metallica")] // two edits in nine letters
    [InlineData("ленн", "ленинград")]
    public async Task A_word_that_is_still_being_typed_finds_longer_terms(string typed, string term)
    {
        var dictionary = await TestTerms.DictionaryAsync("beatles", "metallica", "ленинград", typed + "x");
        Assert.Equal([term], dictionary.Similar(typed, isPrefix: true, limit: 10).Select(match => match.Text));
        Assert.DoesNotContain(term, dictionary.Similar(typed, isPrefix: false, limit: 10).Select(match => match.Text));
    }

    [Fact]
    public async Task Fewer_edits_come_first_then_popular_terms()
    {
        var dictionary = await TestTerms.DictionaryAsync(
            [("houses", 1, 10), ("horses", 1, 90), ("mouse", 1, 50), ("house", 1, 20), ("hourse", 1, 5)]);
        var matches = dictionary.Similar("hoses", isPrefix: false, limit: 10).Select(match => (match.Text, match.Distance));
        Assert.Equal([("horses", 1), ("houses", 1)], matches);
        Assert.Equal("horses", Assert.Single(dictionary.Similar("hoses", isPrefix: false, limit: 1)).Text);
    }

    // The allowed edits are those in the word or the term, whichever is longer; while it is being typed, those in the word.
    private static int Distance(string typed, string term, bool isPrefix)
    {
        var (word, letters) = (Runes(typed), Runes(term));
        var distances = Distances(word, letters);
        var whole = distances[letters.Length];
        var least = whole <= Typos.AllowedIn(Math.Max(word.Length, letters.Length)) ? whole : int.MaxValue;
        return isPrefix ? distances.Where(distance => distance <= Typos.AllowedIn(word.Length)).Append(least).Min() : least;
    }

    private static int[] Runes(string text) => [.. text.EnumerateRunes().Select(rune => rune.Value)];

    /// <summary>Returns the optimal string alignment distances between a word and each prefix of a term.</summary>
    private static int[] Distances(int[] word, int[] term)
    {
        var rows = new int[word.Length + 1][];
        for (var i = 0; i <= word.Length; i++)
        {
            rows[i] = new int[term.Length + 1];
            for (var j = 0; j <= term.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i][j] = i + j;
                    continue;
                }

                var replaced = rows[i - 1][j - 1] + (word[i - 1] == term[j - 1] ? 0 : 1);
                rows[i][j] = Math.Min(replaced, 1 + Math.Min(rows[i - 1][j], rows[i][j - 1]));
                if (i > 1 && j > 1 && word[i - 1] == term[j - 2] && word[i - 2] == term[j - 1])
                    rows[i][j] = Math.Min(rows[i][j], 1 + rows[i - 2][j - 2]);
            }
        }

        return rows[word.Length];
    }
}
