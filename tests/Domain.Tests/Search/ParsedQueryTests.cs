using Spotify.Search;

namespace Spotify.Domain.Tests.Search;

public sealed class ParsedQueryTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  ", "")]
    [InlineData("hey ju", "hey ju*")]
    [InlineData("hey ju ", "hey ju")]
    [InlineData("wham!", "wham")]
    [InlineData("don'", "don*")]
    [InlineData("ke$", "kes*")]
    [InlineData("!!!", "！！！*")]
    [InlineData("abba -", "abba")]
    [InlineData("방", "ㅂㅏㅇ*")]
    [InlineData("周杰倫", "周 杰 伦*")]
    [InlineData("ที่", "ที่*")]
    [InlineData("\"hey jude\"", "[hey jude]")]
    [InlineData("beatles \"hey jude\"", "beatles [hey jude]")]
    [InlineData("\"hey jude\" beat", "beat* [hey jude]")]
    [InlineData("“hey jude” ＂let it be＂", "[hey jude] [let it be]")]
    [InlineData("\"hey jude", "hey jude*")]
    [InlineData("12\" mix", "12 mix*")]
    [InlineData("7\" and 12\" mix", "7 and 12 mix*")]
    [InlineData("\"\" abba", "abba*")]
    [InlineData("\"", "＂*")]
    [InlineData("\"hey\" !!!", "[hey]")]
    [InlineData("artist:abba", "Artist:abba")]
    [InlineData("ARTIST:Abba year:1970-1979", "Artist:abba 1970-1979")]
    [InlineData("artist：Abba", "Artist:abba")]
    [InlineData("artist: abba", "Artist:abba")]
    [InlineData("album:\"the dark side\"", "Album:[the dark side]")]
    [InlineData("album:\"arrival\"", "Album:arrival")]
    [InlineData("track:AC/DC", "Name:ac,dc")]
    [InlineData("artist:!!! myth", "myth* Artist:！！！")]
    [InlineData("artist:miles davis", "davis* Artist:miles")]
    [InlineData("dancing artist:abba", "dancing Artist:abba")]
    [InlineData("remaster track:Doxy artist:\"Miles Davis\"", "remaster Name:doxy Artist:[miles davis]")]
    [InlineData("!!! year:2007", "！！！ 2007-2007")]
    [InlineData("!!! artist:abba", "Artist:abba")]
    [InlineData("year:1999", "1999-1999")]
    [InlineData("year:1999-", "1999-1999")]
    [InlineData("year:2004-1999", "1999-2004")]
    [InlineData("year:１９９９–２００４", "1999-2004")]
    [InlineData("year:\"1999\"", "1999-1999")]
    [InlineData("year:99", "year 99*")]
    [InlineData("year:1999-20", "year 1999 20*")]
    [InlineData("year:19999", "year 19999*")]
    [InlineData("genre:\"Hip Hop\" genre:hip-hop", "genre=hip hop genre=hip hop")]
    [InlineData("isrc:se-abc-20-00001", "isrc=SEABC2000001")]
    [InlineData("upc:\"0123 4567\"", "upc=01234567")]
    [InlineData("tag:new TAG:Hipster", "new popularity<=10")]
    [InlineData("tag:old", "tag old*")]
    [InlineData("artist:", "artist")]
    [InlineData("artist:\"\"", "artist")]
    [InlineData("foo:bar", "foo bar*")]
    [InlineData("myartist:abba", "myartist abba*")]
    [InlineData("a AND b OR c NOT d* (e) -f ^g ~h", "a and b or c not d e f g h*")]
    [InlineData("NEAR/3 {x}:y \\ % _", "near 3 x y")]
    public void Queries_are_parsed(string query, string expected) => Assert.Equal(expected, Format(ParsedQuery.Parse(query)));

    [Fact]
    public void The_readings_of_other_scripts_are_alternatives_except_those_of_Han()
    {
        Assert.Equal(["kino"], ParsedQuery.Parse("кино").Words.Single().Alternatives);
        Assert.All(ParsedQuery.Parse("周杰倫").Words, word => Assert.Empty(word.Alternatives));
        Assert.All(ParsedQuery.Parse("ac/dc").Words, word => Assert.Equal(["acdc"], word.Alternatives));
    }

    [Fact]
    public void Queries_are_bounded()
    {
        var many = ParsedQuery.Parse(string.Join(' ', Enumerable.Range(0, 100)));
        Assert.Equal(ParsedQuery.MaxWords, many.Words.Count);
        Assert.False(many.LastIsPrefix);

        var phrases = ParsedQuery.Parse("\"a b c d e f g h\" \"i j k l m n o p q r s\" t u");
        Assert.Equal(ParsedQuery.MaxWords, phrases.Phrases.Sum(phrase => phrase.Count));
        Assert.Empty(phrases.Words);

        Assert.Single(ParsedQuery.Parse(new string('a', 249) + " b").Words);
        Assert.True(ParsedQuery.Parse(string.Concat(Enumerable.Repeat("tag:new ", 100))).Filters.Count <= ParsedQuery.MaxWords);
    }

    /// <summary>Returns a query in the notation of the tests.</summary>
    private static string Format(ParsedQuery query)
    {
        List<string> parts = [.. query.Words.Select(word => word.Text), .. query.Phrases.Select(Phrase), .. query.Filters.Select(Filter)];
        if (query.LastIsPrefix) parts[query.Words.Count - 1] += "*";
        return string.Join(' ', parts);
    }

    private static string Phrase(IReadOnlyList<Word> words) => $"[{string.Join(' ', words.Select(word => word.Text))}]";

    private static string Filter(QueryFilter filter) => filter switch
    {
        TextFilter { IsPhrase: true } text => $"{text.Field}:{Phrase(text.Words)}",
        TextFilter text => $"{text.Field}:{string.Join(',', text.Words.Select(word => word.Text))}",
        YearFilter years => $"{years.First}-{years.Last}",
        GenreFilter genre => $"genre={genre.Name}",
        IsrcFilter isrc => $"isrc={isrc.Code}",
        UpcFilter upc => $"upc={upc.Code}",
        UnpopularFilter unpopular => $"popularity<={unpopular.MaxPopularity}",
        _ => "new",
    };
}
