using System.Globalization;
using System.Text;
using Spotify.Recommendations.Prompts;
using Spotify.Recommendations.Seeds;

namespace Spotify.Recommendations.Tests.Prompts;

public sealed class PromptParserTests
{
    private static readonly PromptParser Parser = new(new GenreNames(
    [
        "jazz", "vocal jazz", "Hip-Hop", "r&b", "drum and bass", "classic rock", "rock", "new wave", "singer-songwriter", "blues",
        "ballad", "gangsta rap", "dark ambient", "electronic", "metal", "death metal", "bossa nova", "k-pop", "deep house", "synth-pop",
    ]));

    // Genres, years, attributes and artists, as text: see Shown.
    [Theory]
    [InlineData("calm acoustic jazz from the 80s for a rainy evening",
        "jazz | 1980-1989 | Energy ..0.5 @0.32, Loudness @-16, Acousticness 0.5.. @0.95, Valence @0.3")]
    [InlineData("jazz", "jazz")]
    [InlineData("JAZZ!!!", "jazz")]
    [InlineData("jazzy songs", "jazz")]
    [InlineData("hip hop", "Hip-Hop")]
    [InlineData("hiphop and rnb", "Hip-Hop, r&b")]
    [InlineData("R & B", "r&b")]
    [InlineData("rhythm and blues", "r&b")]
    [InlineData("drum 'n' bass", "drum and bass")]
    [InlineData("drum & bass", "drum and bass")]
    [InlineData("dnb", "drum and bass")]
    [InlineData("ballads", "ballad")]
    [InlineData("the blues", "blues")]
    [InlineData("kpop", "k-pop")]
    [InlineData("synthpop", "synth-pop")]
    [InlineData("house", "deep house")]
    [InlineData("rap", "gangsta rap")]
    [InlineData("edm", "electronic")]
    [InlineData("new wave", "new wave")]
    [InlineData("classic rock", "classic rock")]
    [InlineData("rock", "rock")]
    [InlineData("dark ambient", "dark ambient")]
    [InlineData("new jazz", "jazz | 2025-")]
    public void Genres_are_found_however_they_are_written(string prompt, string expected) => AssertMeaning(expected, prompt);

    [Theory]
    [InlineData("80s", "1980-1989")]
    [InlineData("the '80s", "1980-1989")]
    [InlineData("80's", "1980-1989")]
    [InlineData("1990s", "1990-1999")]
    [InlineData("the nineties", "1990-1999")]
    [InlineData("early 90s", "1990-1994")]
    [InlineData("mid-80s", "1983-1987")]
    [InlineData("late seventies", "1975-1979")]
    [InlineData("00s", "2000-2009")]
    [InlineData("20s", "2020-2029")]
    [InlineData("1920s", "1920-1929")]
    [InlineData("70s and 80s", "1970-1989")]
    [InlineData("70s jazz and 90s rock", "jazz, rock | 1970-1999")]
    [InlineData("from 1975 to 1979", "1975-1979")]
    [InlineData("between 1975 and 1979", "1975-1979")]
    [InlineData("1975-1979", "1975-1979")]
    [InlineData("1979 – 1975", "1975-1979")]
    [InlineData("from the 60s to the 80s", "1960-1989")]
    [InlineData("60s-80s", "1960-1989")]
    [InlineData("before 2000", "-1999")]
    [InlineData("before the 90s", "-1989")]
    [InlineData("until 1999", "-1999")]
    [InlineData("up to 1999", "-1999")]
    [InlineData("after 2010", "2011-")]
    [InlineData("since 2010", "2010-")]
    [InlineData("from 1990 onwards", "1990-")]
    [InlineData("after 1980 and before 1990", "1981-1989")]
    [InlineData("from 1984", "1984-1984")]
    [InlineData("1984", "1984-1984")]
    [InlineData("new music", "2025-")]
    [InlineData("oldies", "-1989")]
    [InlineData("this year", "2026-2026")]
    [InlineData("not from the 80s", "")]
    [InlineData("99999", "")]
    [InlineData("the year 3000", "")]
    public void Years_are_read_from_words_and_numbers(string prompt, string expected) => AssertMeaning(expected, prompt);

    [Theory]
    [InlineData("slow", "Tempo ..100 @75")]
    [InlineData("fast songs", "Tempo 120.. @145")]
    [InlineData("up-tempo", "Tempo 120.. @145")]
    [InlineData("120 bpm", "Tempo 114..126 @120")]
    [InlineData("around 90bpm", "Tempo 84..96 @90")]
    [InlineData("between 100 and 120 bpm", "Tempo 100..120")]
    [InlineData("100-120 bpm", "Tempo 100..120")]
    [InlineData("over 140 bpm", "Tempo 140..")]
    [InlineData("under 80 BPM", "Tempo ..80")]
    [InlineData("not slow", "Tempo 100..")]
    [InlineData("not too fast", "Tempo ..120")]
    [InlineData("acoustic", "Acousticness 0.5.. @0.95")]
    [InlineData("instrumental", "Instrumentalness 0.5.. @0.95")]
    [InlineData("no vocals", "Instrumentalness 0.5..")]
    [InlineData("without any vocals", "Instrumentalness 0.5..")]
    [InlineData("without lyrics", "Instrumentalness 0.5..")]
    [InlineData("with vocals", "Instrumentalness ..0.5 @0")]
    [InlineData("live recordings", "Liveness 0.5.. @0.9")]
    [InlineData("not live", "Liveness ..0.5")]
    [InlineData("non-acoustic", "Acousticness ..0.5")]
    [InlineData("sad", "Valence ..0.5 @0.15, Energy @0.3")]
    [InlineData("nothing sad", "Valence 0.5..")]
    [InlineData("no acoustic or live songs", "Acousticness ..0.5, Liveness ..0.5")]
    [InlineData("no acoustic, live songs", "Acousticness ..0.5, Liveness 0.5.. @0.9")]
    [InlineData("laid-back", "Energy ..0.5 @0.2, Loudness @-16")]
    [InlineData("work out", "Energy 0.5.. @0.85, Tempo 110.. @140")]
    [InlineData("90s hits", "1990-1999 | Popularity 40.. @90")]
    [InlineData("calm energetic", "Energy 0.5.. @0.9, Loudness @-16")]
    [InlineData("workout at 160 bpm", "Energy 0.5.. @0.85, Tempo 154..166 @160")]
    public void Moods_sounds_and_tempos_become_attributes(string prompt, string expected) => AssertMeaning(expected, prompt);

    [Theory]
    [InlineData("no rap", "not gangsta rap")]
    [InlineData("jazz without vocal jazz", "jazz | not vocal jazz")]
    [InlineData("no metal", "not metal, death metal")]
    [InlineData("rock but no metal or blues", "rock | not metal, death metal, blues")]
    [InlineData("like Nina Simone", "by nina simone")]
    [InlineData("songs by Nina Simone, slow", "by nina simone | Tempo ..100 @75")]
    [InlineData("similar to Björk", "by bjork")]
    [InlineData("like Björk and Nina Simone in the 90s", "by bjork, nina simone | 1990-1999")]
    [InlineData("something like calm jazz", "jazz | Energy ..0.5 @0.2, Loudness @-16")]
    [InlineData("jazz but not Nina Simone", "jazz | not by nina simone")]
    [InlineData("not by Björk", "not by bjork")]
    [InlineData("nothing like Björk", "not by bjork")]
    [InlineData("like Nobody Known", "")]
    [InlineData("clean rock", "rock | clean")]
    [InlineData("rock, not explicit", "rock | clean")]
    public void Artists_and_exclusions_are_found(string prompt, string expected) => AssertMeaning(expected, prompt);

    [Theory]
    [InlineData("")]
    [InlineData(" \t\n ")]
    [InlineData("no")]
    [InlineData("please make me a playlist with some songs")]
    [InlineData("\ud800\udfff \udc00 \0 ️👩‍🚀")]
    [InlineData("''''----&&&&,,,,")]
    [InlineData("like")]
    [InlineData("from")]
    [InlineData("between and")]
    [InlineData("over bpm")]
    [InlineData("-")]
    public void A_prompt_without_known_words_is_empty(string prompt)
    {
        foreach (var name in Parser.ArtistNames(prompt)) Assert.NotEmpty(name);
        Assert.True(Parse(prompt).IsEmpty);
    }

    [Fact]
    public void Words_that_are_not_understood_are_reported()
    {
        Assert.Equal(["pineapple", "quizzical"], Parse("a pineapple jazz playlist, quizzical and pineapple").Ignored);
    }

    [Fact]
    public void Names_of_artists_are_looked_for_behind_cues_only()
    {
        Assert.Equal(
            ["nina simone live", "nina simone", "nina"],
            Parser.ArtistNames("Calm songs like Nina Simone live in Paris"));
        Assert.Empty(Parser.ArtistNames("calm jazz from the 80s"));
        var longPrompt = string.Concat(Enumerable.Repeat("like one two three four ", 50));
        Assert.True(Parser.ArtistNames(longPrompt).Count <= PromptParser.MaxArtistNames);
    }

    [Fact]
    public void A_random_text_is_parsed_without_an_error()
    {
        string[] parts =
        [
            "like", "by", "no", "80s", "from", "to", "1990", "bpm", "120", "jazz", ",", "-", "and", "or", "early", "the", "r&b", "'",
        ];
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var prompt = string.Join(random.Next(3) == 0 ? "" : " ", random.GetItems(parts, random.Next(12)));
            var meaning = Parse(prompt, [.. Parser.ArtistNames(prompt)]);
            Assert.True(meaning.FromYear is null || meaning.ToYear is null || meaning.FromYear <= meaning.ToYear, prompt);
            Assert.All(meaning.Attributes, range => Assert.False(range.Min >= range.Max, prompt));
        }
    }

    private static Prompt Parse(string prompt, params IEnumerable<string> artists) =>
        Parser.Parse(prompt, artists.ToHashSet(StringComparer.Ordinal), 2026);

    private static void AssertMeaning(string expected, string prompt) =>
        Assert.Equal(expected, Shown(Parse(prompt, "nina simone", "bjork")));

    private static string Shown(Prompt prompt)
    {
        var parts = new List<string> { string.Join(", ", prompt.Genres) };
        if (prompt.Artists.Count > 0) parts.Add("by " + string.Join(", ", prompt.Artists));
        if (prompt.ExcludedGenres.Count > 0) parts.Add("not " + string.Join(", ", prompt.ExcludedGenres));
        if (prompt.ExcludedArtists.Count > 0) parts.Add("not by " + string.Join(", ", prompt.ExcludedArtists));
        if (prompt.FromYear is not null || prompt.ToYear is not null)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{prompt.FromYear}-{prompt.ToYear}"));
        if (prompt.Attributes.Count > 0) parts.Add(string.Join(", ", prompt.Attributes.Select(Shown)));
        if (prompt.WithoutExplicit) parts.Add("clean");
        return string.Join(" | ", parts.Where(part => part.Length > 0));
    }

    private static string Shown(AttributeRange range)
    {
        var text = new StringBuilder(range.Attribute.ToString());
        if (range.Min is not null || range.Max is not null)
            text.Append(CultureInfo.InvariantCulture, $" {range.Min}..{range.Max}");
        if (range.Target is { } target) text.Append(CultureInfo.InvariantCulture, $" @{Math.Round(target, 2)}");
        return text.ToString();
    }
}
