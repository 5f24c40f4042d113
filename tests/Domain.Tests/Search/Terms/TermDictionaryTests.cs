using System.Text;
using Spotify.Search.Terms;

namespace Spotify.Domain.Tests.Search.Terms;

public sealed class TermDictionaryTests
{
    [Fact]
    public async Task Terms_are_found_with_their_frequencies()
    {
        var random = new Random(1);
        var terms = Enumerable.Range(0, 2000).Select(_ => random.Next(2) == 0 ? TestTerms.Word(random) : TestTerms.Dense(random, 20))
            .Distinct().Select(term => (Term: term, Frequency: 1 << random.Next(28), Popularity: random.Next(101))).ToList();
        var dictionary = await TestTerms.DictionaryAsync(terms);

        Assert.Equal((terms.Count, 1000), (dictionary.Count, dictionary.Documents));
        foreach (var (term, frequency, _) in terms)
        {
            Assert.True(dictionary.TryFind(term, out var info));
            Assert.Equal(frequency, info.Frequency);
            Assert.False(dictionary.TryFind(term + "?", out _));
        }
    }

    [Theory]
    [InlineData(2047, 2047)]
    [InlineData(2049, 2048)]
    [InlineData(int.MaxValue, 2_146_435_072)]
    public async Task Great_frequencies_are_rounded_down(int frequency, int rounded)
    {
        var dictionary = await TestTerms.DictionaryAsync([("the", frequency, 0)]);
        Assert.True(dictionary.TryFind("the", out var info));
        Assert.Equal(rounded, info.Frequency);
    }

    [Fact]
    public async Task A_prefix_is_completed_to_the_heaviest_terms()
    {
        var random = new Random(2);
        var terms = Enumerable.Range(0, 3000).Select(_ => TestTerms.Word(random)).Distinct().ToList();
        var dictionary = await TestTerms.DictionaryAsync(terms.Select(term => (term, random.Next(1, 5000), random.Next(101))));

        foreach (var prefix in (string[])["a", "b", "ch", "sh", "stra", "x", terms[0], terms[1][..^1]])
        {
            var all = terms.Where(term => term.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
            var found = dictionary.Complete(prefix, limit: 1000);
            Assert.Equal(all, found.Select(match => match.Text).Order(StringComparer.Ordinal));
            Assert.Equal(found.Select(Weight), found.Select(Weight).OrderDescending());
            Assert.Equal(found.Select(Weight).Take(20), dictionary.Complete(prefix, limit: 20).Select(Weight));
        }

        static int Weight(TermMatch match) => match.Info.Weight;
    }

    [Fact]
    public async Task Popular_and_frequent_terms_are_heavy()
    {
        var dictionary = await TestTerms.DictionaryAsync(
            [("common", 10_000, 60), ("famous", 10, 95), ("forgotten", 10, 3), ("rare", 1, 3)]);
        Assert.Equal([true, true, true], new[] { ("common", "famous"), ("famous", "forgotten"), ("forgotten", "rare") }.Select(IsHeavier));

        bool IsHeavier((string Heavy, string Light) pair) =>
            dictionary.TryFind(pair.Heavy, out var heavy) && dictionary.TryFind(pair.Light, out var light) && heavy.Weight > light.Weight;
    }

    [Fact]
    public async Task The_heaviest_terms_are_kept()
    {
        var dictionary = await TestTerms.DictionaryAsync([("a", 1, 1), ("b", 1, 9), ("c", 1, 5), ("d", 1, 5), ("e", 1, 5)], maxTerms: 3);
        Assert.Equal(["b", "c", "d"], new[] { "a", "b", "c", "d", "e" }.Where(term => dictionary.TryFind(term, out _)));
    }

    [Fact]
    public async Task A_missing_space_is_found_and_so_are_joined_words()
    {
        var dictionary = await TestTerms.DictionaryAsync(
        [
            ("daft", 10, 80), ("punk", 100, 80), ("da", 1, 1), ("ftpunk", 1, 1), ("u", 5, 5), ("2", 9, 9), ("blink182", 1, 70),
            ("💿", 1, 1),
        ]);
        Assert.Equal([("daft", "punk"), ("da", "ftpunk")], dictionary.Splits("daftpunk", limit: 5));
        Assert.Equal([("daft", "punk")], dictionary.Splits("daftpunk", limit: 1));
        Assert.Equal([("u", "2")], dictionary.Splits("u2", limit: 5));
        Assert.Equal([("punk", "💿")], dictionary.Splits("punk💿", limit: 5));
        Assert.Empty(dictionary.Splits("daftpunks", limit: 5));
        Assert.True(dictionary.TryFind("blink" + "182", out _));
    }

    [Fact]
    public async Task Any_word_is_answered()
    {
        var dictionary = await TestTerms.DictionaryAsync("a", "aa", new string('a', 60), new string('a', 64), "\ud840\udc00b");
        string[] words =
            ["", "\ud800", "a\udc00", "\ud840", "\0", new('a', 59), new('a', 60), new('a', 64), new('\ud800', 5000)];
        foreach (var word in words)
        {
            Assert.InRange(dictionary.Complete(word, limit: 20).Count, 0, 3);
            Assert.InRange(dictionary.Similar(word, isPrefix: true, limit: 20).Count, 0, 3);
            Assert.InRange(dictionary.Splits(word, limit: 20).Count, 0, 20);
            Assert.Empty(dictionary.Similar(word, isPrefix: false, limit: 0));
        }

        Assert.Single(dictionary.Similar(new string('a', 58), isPrefix: false, limit: 20));
        Assert.False(dictionary.TryFind(new string('a', 64), out _));
    }

    [Fact]
    public async Task The_best_of_very_many_similar_terms_are_found()
    {
        // A million terms would only take longer to build.
        var terms = Enumerable.Range(0, 40_000).Select(i => ($"repeated{i:x}", 1, i == 30_000 ? 100 : 0)).ToList();
        var others = Enumerable.Range(0x4e00, 20_000).Select(letter => ($"{(char)letter}歌", 1, 0));
        var dictionary = await TestTerms.DictionaryAsync([.. terms, .. others]);

        Assert.Equal(terms[30_000].Item1, dictionary.Similar("repaeted", isPrefix: true, limit: 20)[0].Text);
        Assert.Equal(20, dictionary.Similar("repetaed", isPrefix: true, limit: 20).Count);
        Assert.Equal(20, dictionary.Complete("r", limit: 20).Count);
        Assert.Empty(dictionary.Similar("丁歌歌歌歌歌歌歌", isPrefix: false, limit: 20));
    }

    [Fact]
    public async Task A_dictionary_without_terms_finds_nothing()
    {
        var dictionary = await TestTerms.DictionaryAsync();
        Assert.Equal(0, dictionary.Count);
        Assert.False(dictionary.TryFind("a", out _));
        Assert.Empty(dictionary.Complete("a", limit: 20));
        Assert.Empty(dictionary.Similar("queen", isPrefix: true, limit: 20));
        Assert.Empty(dictionary.Splits("queen", limit: 20));
    }

    [Fact]
    public void Unsorted_terms_are_refused()
    {
        var statistics = new TermStatistics();
        foreach (var term in (string[])["b", "a"]) statistics.Add(Encoding.UTF8.GetBytes(term), 1, 0);
        var builder = new TermDictionaryBuilder(statistics);
        builder.Add("b"u8, 1, 0);
        Assert.Throws<ArgumentException>(() => builder.Add("a"u8, 1, 0));
        Assert.Throws<ArgumentException>(() => builder.Add("b"u8, 1, 0));
    }
}
