using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Ports;
using Spotify.Search;

namespace Spotify.Contracts;

// The words, prefixes and tags by which documents are found.
public abstract partial class SearchIndexContract
{
    [SkippableFact]
    public async Task Terms_are_looked_for_in_their_field()
    {
        await WriteAsync(
            Entry(new SearchEntry(EntityType.Track, "a", "Dawn", 9, MarketSet.Everywhere) { Album = "Dusk", Artists = Credits("Noon") }),
            Entry(new SearchEntry(EntityType.Track, "b", "Dusk", 8, MarketSet.Everywhere) { Album = "Noon", Artists = Credits("Dawn") }),
            Entry(new SearchEntry(EntityType.Track, "c", "Noon", 7, MarketSet.Everywhere) { Album = "Dawn", Artists = Credits("Dusk") }));
        Assert.Equal(["a", "b", "c"], await FindAsync([Word("dawn")]));
        Assert.Equal(["a"], await FindAsync([new SearchTerm(SearchField.Name, "dawn", false)]));
        Assert.Equal(["b"], await FindAsync([new SearchTerm(SearchField.Artist, "dawn", false)]));
        Assert.Equal(["c"], await FindAsync([new SearchTerm(SearchField.Album, "dawn", false)]));
        Assert.Equal(["b"], await FindAsync([new SearchTerm(SearchField.Artist, "da", true)]));
        Assert.Equal(["a", "c"], await FindAsync([new SearchTerm(SearchField.Album, "d", true)]));
        Assert.Empty(await FindAsync([new SearchTerm(SearchField.Tag, "dawn", false)]));
        Assert.Equal(
            ["b", "c"],
            await FindAsync([new SearchTerm(SearchField.Name, "dusk", false), new SearchTerm(SearchField.Album, "dawn", false)]));
        Assert.Equal(
            ["a"],
            await FindAsync([new SearchTerm(SearchField.Name, "dawn", false)], [new SearchTerm(SearchField.Artist, "noon", false)]));
    }

    [SkippableFact]
    public async Task Several_artists_and_further_names_are_found()
    {
        await WriteAsync(Entry(new SearchEntry(EntityType.Track, "a", "東京", 9, MarketSet.Everywhere)
        {
            OtherNames = ["Tokyo"], Artists = Credits("First Band", "Second Band"), OtherArtists = ["Composer"],
        }));
        foreach (var word in new[] { "first", "second", "band", "composer" })
            Assert.Equal(["a"], await FindAsync([new SearchTerm(SearchField.Artist, word, false)]));
        Assert.Equal(["a"], await FindAsync([new SearchTerm(SearchField.Name, "tokyo", false)]));
        Assert.Equal(["a"], await FindAsync([new SearchTerm(SearchField.Name, "tok", true)]));
    }

    [SkippableFact]
    public async Task Tags_are_found_by_their_field_only()
    {
        var entry = new SearchEntry(EntityType.Track, "a", "Dawn", 9, MarketSet.Everywhere);
        await WriteAsync(
            Entry(entry with
            {
                ReleaseDate = "1975-11-21", AddedAt = DateTimeOffset.Parse("2026-02-03T04:05:06Z"), Genres = ["Hip Hop", "Soul"],
            }),
            Entry(entry with { Id = "b", ReleaseDate = "2026-02-03", Genres = ["Hip-Hop"] }),
            Entry(entry with { Id = "c" }));
        Assert.Equal(["a", "b", "c"], await TaggedAsync(SearchTags.All));
        Assert.Equal(["a"], await TaggedAsync(SearchTags.Year(1975)!));
        Assert.Equal(["a"], await TaggedAsync(SearchTags.Decade(1979)!));
        Assert.Equal(["a", "b"], await TaggedAsync([.. SearchTags.YearRange(1968, 2026)]));
        Assert.Equal(["b"], await TaggedAsync(SearchTags.ReleaseDay(new DateOnly(2026, 2, 3))!));
        Assert.Equal(["a"], await TaggedAsync(SearchTags.AddedDay(new DateOnly(2026, 2, 3))!));
        Assert.Equal(["a", "b"], await TaggedAsync(SearchTags.Genre("hip hop")));
        Assert.Equal(["a"], await TaggedAsync(SearchTags.Genre("SOUL")));
        Assert.Empty(await TaggedAsync(SearchTags.Year(1976)!));
        SearchTerm[] years = [.. SearchTags.YearRange(1968, 1989).Select(tag => new SearchTerm(SearchField.Tag, tag, false))];
        Assert.Equal(["a"], await FindAsync([Word("dawn")], years));
        Assert.Equal(["a"], await FindAsync([Prefix("da")], [Word("dawn")], years));
        Assert.Empty(await FindAsync([Prefix("da")], [Word("dusk")], years));
        SearchTerm[] other = [new SearchTerm(SearchField.Tag, SearchTags.Year(1976)!, false)];
        Assert.Empty(await FindAsync(years, [Prefix("da")], [Word("dawn")], other));
        Assert.Empty(await FindAsync([Word(SearchTags.All)]));
        Assert.Empty(await FindAsync([new SearchTerm(SearchField.Name, SearchTags.All, true)]));

        Task<List<string>> TaggedAsync(params string[] tags) =>
            FindAsync([.. tags.Select(tag => new SearchTerm(SearchField.Tag, tag, false))]);
    }

    [SkippableFact]
    public async Task Prefixes_of_every_length_are_found()
    {
        const string word = "internationalization";
        await WriteAsync(Track("a", $"Some {word}"), Track("b", "Some international"), Track("c", "Some inter"), Track("d", "Nation"));
        for (var length = 1; length <= word.Length; length++)
        {
            string[] expected = length <= 5 ? ["a", "b", "c"] : length <= 13 ? ["a", "b"] : ["a"];
            Assert.Equal(expected, await FindAsync([Prefix(word[..length])]));
            Assert.Equal(expected, await FindAsync([new SearchTerm(SearchField.Name, word[..length], true)], [Word("some")]));
            Assert.Empty(await FindAsync([new SearchTerm(SearchField.Artist, word[..length], true)]));
        }

        Assert.Empty(await FindAsync([Prefix(word + "s")]));
        Assert.Equal(["b"], await FindAsync([Word("international")]));
        Assert.Empty(await FindAsync([Word("internati")]));
        Assert.Equal(["d"], await FindAsync([Prefix("nation")]));
        Assert.Equal(["a", "b", "d"], await FindAsync([Prefix("internati"), Prefix("natio")]));
        Assert.Equal(["a"], await FindAsync([Prefix("internationali"), Word("nothing")], [Prefix("so")]));
        Assert.Equal(2, (await CandidatesAsync(Query([Prefix("internati")], limit: 1), default)).Total);
    }

    [SkippableFact]
    public async Task Long_words_are_compared_completely()
    {
        var word = new string('a', SearchText.MaxTermLength - 1);
        await WriteAsync(Track("a", word + "b"), Track("b", word + "c"));
        Assert.Equal(["b"], await FindAsync([Word(word + "c")]));
        Assert.Equal(["b"], await FindAsync([Prefix(word + "c")]));
        Assert.Equal(["a", "b"], await FindAsync([Prefix(word)]));
        Assert.Empty(await FindAsync([Word(word)]));
    }

    [SkippableTheory]
    [InlineData("or")]
    [InlineData("and")]
    [InlineData("not")]
    [InlineData("near")]
    [InlineData("around")]
    [InlineData("null")]
    public async Task Operators_of_engines_are_ordinary_words(string word)
    {
        await WriteAsync(Track("a", $"Dawn {word} Dusk"), Track("b", "Dawn Dusk"), Track("c", "Dawn"), Track("d", "Dusk"));
        Assert.Equal(["a"], await FindAsync([Word("dawn")], [Word(word)], [Word("dusk")]));
        Assert.Equal(["a"], await FindAsync([Word(word)]));
        Assert.Equal(["a"], await FindAsync([Prefix(word)]));
    }

    [SkippableTheory]
    [InlineData("\"")]
    [InlineData("'")]
    [InlineData("-dawn")]
    [InlineData("+dawn")]
    [InlineData("dawn|dusk")]
    [InlineData("dawn\\")]
    [InlineData("dawn*")]
    [InlineData("dawn dusk")]
    [InlineData("dawn\" OR \"dusk")]
    [InlineData("(dawn")]
    [InlineData("name:dawn")]
    [InlineData("%_")]
    [InlineData("^$~`@#{}[]")]
    [InlineData("\0")]
    [InlineData("dawn\0")]
    [InlineData("\u0001")]
    [InlineData("DAWN")]
    [InlineData("")]
    [InlineData(" ")]
    public async Task Terms_that_are_no_words_match_nothing(string term)
    {
        await WriteAsync(Track("a", "Dawn Dusk"), Track("b", "Dawn Name"));
        foreach (var isPrefix in new[] { false, true })
        {
            foreach (var field in Enum.GetValues<SearchField>())
            {
                var odd = new SearchTerm(field, term, isPrefix);
                Assert.Empty(await FindAsync([odd]));
                Assert.Empty(await FindAsync([Word("dawn")], [odd]));
                Assert.Equal(["a"], await FindAsync([odd, Word("dusk")], [Word("dawn"), odd]));
            }
        }
    }

    [SkippableFact]
    public async Task Lone_surrogates_match_nothing()
    {
        await WriteAsync(Track("a", "Dawn"));
        Assert.Empty(await FindAsync([Word("\ud800")]));
        Assert.Empty(await FindAsync([Prefix("dawn\udc00")]));
        Assert.Empty(await FindAsync([Prefix("\ufffd")]));
    }

    [SkippableFact]
    public async Task Words_of_every_script_are_found()
    {
        await WriteAsync(
            Track("a", "東京 Nights"), Track("b", "Москва"), Track("c", "Ελλάδα"), Track("d", "ไทย"), Track("e", "\U00020000\U0001D11E 東"));
        Assert.Equal(["a"], await FindAsync([Word(Folded("京"))], [Word("nights")]));
        Assert.Equal(["a", "e"], await FindAsync([Prefix(Folded("東"))]));
        Assert.Equal(["b"], await FindAsync([Prefix(Folded("моск"))]));
        Assert.Equal(["c"], await FindAsync([Word(Folded("ελλαδα"))]));
        Assert.Equal(["c"], await FindAsync([Prefix("ε")]));
        Assert.Equal(["d"], await FindAsync([Prefix(Folded("ไ"))]));
        Assert.Equal(["e"], await FindAsync([Word(Folded("\U00020000"))]));
        Assert.Empty(await FindAsync([Word("моск")]));

        static string Folded(string text) => SearchText.Words(text)[0].Text;
    }
}
