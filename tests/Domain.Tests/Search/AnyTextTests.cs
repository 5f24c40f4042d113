using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Spotify.Domain.Ports;
using Spotify.Search;

namespace Spotify.Domain.Tests.Search;

/// <summary>Properties that hold for every text.</summary>
public sealed class AnyTextTests
{
    // Characters of many scripts, marks, punctuation, syntax of queries, lone surrogates.
    private static readonly string[] Pieces =
    [
        "a", "B", "é", "ß", "İ", "ŉ", "ﬁ", "ﷺ", "Ⅳ", "½", "①", "1", "٣", "é", "\u0301", "\u0308", "\u0306", "\u3099", "\u309A",
        "и", "й", "Ё", "ї", "щ", "ий", "г", "α", "ς", "υ", "ϊ", "μπ", "γγ", "か", "ガ", "ｶ", "ﾞ", "っ", "ー", "ゃ", "ぃ", "ん", "ゝ", "々",
        "周", "倫", "乾", "龜", "豈", "\U00020000", "각", "ㄳ", "ㅘ", "\u1100", "\u1161", "\u11A8", "\uFFA1", "ที่", "ำ", "ก", "क्", "ि",
        "ש", "ُ", "ـ", "ة", "!", "$", "@", "&", "+", "'", "’", "´", ".", "/", "-", "♥", "\uFE0F", "🎵", "\u200D", "\u200B",
        "\u00AD", "\"", "“", ":", "：", "artist:", "year:", "tag:new", "1999", "-2004", "OR", "*", "(", ")", " ", " ", " ", "\t",
        "\u3000", "\0", "\u0085", "\uFFFD", "\uE000", "\uFFFF", "\uD800", "\uDC00", "\u0378",
    ];

    [Fact]
    public void Folding_a_folded_name_changes_nothing() => Prop.ForAll<string?>(text => IsStable(text ?? ""))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void A_hundred_thousand_texts_are_bounded_stable_and_parsed()
    {
        var random = new Random(13);
        var timer = Stopwatch.StartNew();
        for (var i = 0; i < 100_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(i % 500 == 0 ? 400 : 12)).Select(_ => random.Next(20) == 0
                ? ((char)random.Next(0x10000)).ToString() : Pieces[random.Next(Pieces.Length)]));
            if (!IsStable(text)) Assert.Fail($"Text {i}: {Escaped(text)}");
            AssertTerms(text);
            var query = ParsedQuery.Parse(text);
            Assert.InRange(query.Words.Count + query.Phrases.Sum(phrase => phrase.Count), 0, ParsedQuery.MaxWords);
            Assert.True(query.Words.Count > 0 || !query.LastIsPrefix);
        }

        Assert.InRange(timer.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("!")]
    [InlineData("a'")]
    [InlineData("a!")]
    [InlineData("r.")]
    [InlineData("周")]
    [InlineData("か")]
    [InlineData("각")]
    [InlineData("щ")]
    [InlineData("ﷺ")]
    [InlineData("\"")]
    [InlineData("artist:\"")]
    [InlineData("\u0301")]
    [InlineData(" ")]
    public void Time_does_not_grow_with_the_length(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 1_000_000));
        var timer = Stopwatch.StartNew();
        Assert.True(IsStable(text));
        AssertTerms(text);
        ParsedQuery.Parse(text);
        Assert.InRange(timer.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    private static bool IsStable(string text)
    {
        var folded = SearchText.FoldedName(text);
        return folded.Length <= SearchText.MaxLength && SearchText.FoldedName(folded) == folded;
    }

    private static void AssertTerms(string text)
    {
        var terms = SearchText.Terms(text).ToList();
        Assert.True(terms.Count <= SearchText.MaxTerms);
        Assert.Equal(terms.Count, terms.ToHashSet().Count);
        if (terms.Find(term => !IsTerm(term)) is { } wrong) Assert.Fail($"{Escaped(wrong)} in {Escaped(text)}");
    }

    private static bool IsTerm(string term) => term.Length is >= 1 and <= SearchText.MaxTermLength && !term.Any(char.IsWhiteSpace)
        && new SearchTerm(SearchField.Any, term, false).IsWord;

    private static string Escaped(string text) => string.Concat(text.Select(character => $"\\u{(int)character:X4}"));
}
