using Spotify.Demo.Music;

namespace Spotify.Local.Tests.Demo.Music;

public sealed class ComposerTests
{
    private const int Seeds = 25;

    public static TheoryData<Genre> Genres { get; } = [.. Enum.GetValues<Genre>()];

    [Theory]
    [MemberData(nameof(Genres))]
    public void Pieces_last_20_to_40_seconds(Genre genre)
    {
        foreach (var piece in Pieces(genre))
            Assert.InRange(piece.Duration.TotalSeconds, 20, 40);
    }

    [Theory]
    [MemberData(nameof(Genres))]
    public void Notes_are_playable(Genre genre)
    {
        foreach (var piece in Pieces(genre))
            AssertPlayable(piece);
    }

    [Theory]
    [MemberData(nameof(Genres))]
    public void Players_join_and_leave_over_the_sections(Genre genre)
    {
        foreach (var piece in Pieces(genre))
        {
            Assert.InRange(piece.Parts.Count, 3, 8);
            var players = Enumerable.Range(0, piece.Bars).Select(bar => PlayersIn(piece, bar)).ToList();
            Assert.True(players[0] < players.Max(), "The introduction is as full as the rest.");
        }
    }

    [Theory]
    [MemberData(nameof(Genres))]
    public void Every_piece_ends_with_a_long_chord(Genre genre)
    {
        foreach (var piece in Pieces(genre))
        {
            var final = (piece.Bars - 1) * piece.BeatsPerBar;
            var last = Tuned(piece).SelectMany(part => part.Notes).Where(note => note.Start > final - 0.1).ToList();
            Assert.True(last.Select(note => (int)note.Pitch % 12).Distinct().Count() >= 3, "The final chord is not a chord.");
            Assert.All(last, note => Assert.True(note.Start < final + 1, "Something new begins in the final bar."));
        }
    }

    [Fact]
    public void Motifs_return()
    {
        // At least one rhythm of a bar occurs in three or more bars.
        foreach (var genre in Enum.GetValues<Genre>())
        {
            foreach (var piece in Pieces(genre))
            {
                var rhythms = Tuned(piece).SelectMany((part, index) => part.Notes
                    .GroupBy(note => (int)((note.Start + 0.1) / piece.BeatsPerBar))
                    .Select(bar => bar.Select(note => Math.Round(note.Start * 2) % (piece.BeatsPerBar * 2)).Order())
                    .Select(rhythm => $"{index}: {string.Join(' ', rhythm)}"));
                Assert.True(rhythms.GroupBy(rhythm => rhythm).Max(group => group.Count()) >= 3);
            }
        }
    }

    [Fact]
    public void Pieces_depend_on_the_seed_alone()
    {
        foreach (var genre in Enum.GetValues<Genre>())
        {
            Assert.Equal(Describe(Composer.Compose(genre, 7)), Describe(Composer.Compose(genre, 7)));
            Assert.Equal(Seeds, Pieces(genre).Select(Describe).Distinct().Count());
        }
        Assert.Equal(Describe(Composer.ComposeNarration(7)), Describe(Composer.ComposeNarration(7)));
        Assert.NotEqual(Describe(Composer.ComposeNarration(7)), Describe(Composer.ComposeNarration(8)));
    }

    [Fact]
    public void Narrations_are_a_voice_over_quiet_music()
    {
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            var narration = Composer.ComposeNarration(seed);
            Assert.InRange(narration.Duration.TotalSeconds, 20, 40);
            AssertPlayable(narration);
            var voice = Assert.Single(narration.Parts, part => part.Instrument == Instrument.Voice);
            Assert.InRange(voice.Notes.Count, 40, 250);
            Assert.All(narration.Parts.Where(part => part != voice), part => Assert.True(part.Channel.Level < voice.Channel.Level - 6));
        }
    }

    [Fact]
    public void Unknown_genres_are_rejected() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Composer.Compose((Genre)99, 1));

    private static IEnumerable<Composition> Pieces(Genre genre) =>
        Enumerable.Range(0, Seeds).Select(seed => Composer.Compose(genre, (ulong)seed * 0x9E3779B9));

    private static IEnumerable<Part> Tuned(Composition piece) => piece.Parts.Where(part => !part.Instrument.IsKit);

    private static int PlayersIn(Composition piece, int bar) =>
        piece.Parts.Count(part => part.Notes.Any(note => (int)((note.Start + 0.1) / piece.BeatsPerBar) == bar));

    private static void AssertPlayable(Composition piece) => Assert.All(piece.Parts.SelectMany(part => part.Notes), note =>
    {
        Assert.InRange(note.Start, 0, piece.Beats);
        Assert.InRange(note.Length, 0.01, piece.Beats);
        Assert.InRange(note.Velocity, 0.01f, 1f);
        Assert.InRange(note.Pitch, 24f, 108f);
    });

    private static string Describe(Composition piece) =>
        $"{piece.Tempo} {piece.Bars} {string.Join(';', piece.Parts.Select(part => $"{part.Instrument}: {string.Join(' ', part.Notes)}"))}";
}
