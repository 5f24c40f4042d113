using FsCheck;
using FsCheck.Fluent;
using Spotify.Events.Taste;

namespace Spotify.Domain.Tests.Events;

public sealed class TasteStateTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    // Few enough items to be exact, and times on both sides of landmarks.
    private static readonly Gen<TastePlay> Plays =
        from id in Gen.Choose(0, 60)
        from minutes in Gen.Choose(0, (24 * 60) - 1)
        select Play(id, Now.AddMinutes(-minutes)) with { EventId = $"event {id}" };

    // The same id is always the same play, as it is in redeliveries.
    private static readonly Arbitrary<TastePlay[]> Deliveries = Plays.ArrayOf()
        .Select(plays => plays.DistinctBy(play => play.EventId).ToArray()).Where(plays => plays.Length > 0).ToArbitrary();

    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();

    [Fact]
    public void The_order_and_repetitions_do_not_matter() => Prop.ForAll(Deliveries, Seeds, (plays, seed) =>
    {
        var random = new System.Random(seed);
        var expected = Apply(new TasteState(), plays);
        var shuffled = plays.Concat(plays.Where(_ => random.Next(5) == 0)).ToArray();
        random.Shuffle(shuffled);

        // Encoded and decoded on the way, as it is between messages.
        var actual = shuffled.Chunk(7).Aggregate(new TasteState(), (state, chunk) => TasteState.Decode(Apply(state, chunk).Encode()));
        Assert.Equal((plays.Length, plays.Sum(play => play.Engagement)), (actual.Plays, actual.Engagement));
        Assert.Equal((expected.Plays, expected.Engagement), (actual.Plays, actual.Engagement));
        foreach (var term in Enum.GetValues<TasteTerm>())
        {
            AssertSame(expected.Tracks(term), actual.Tracks(term));
            AssertSame(expected.Artists(term), actual.Artists(term));
            AssertSame(expected.Genres(term), actual.Genres(term));
            AssertSame(expected.Moods(term), actual.Moods(term));
            AssertSame(expected.Hours(term), actual.Hours(term));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_sum_of_a_track_is_known_for_other_half_lives_and_times()
    {
        var state = new TasteState();
        state.Apply(new TastePlay("1", Now, 1000) { Track = 7 }, Now);
        state.Apply(new TastePlay("2", Now, 500) { Track = 7 }, Now);
        state.Apply(new TastePlay("3", Now, -500) { Track = 8 }, Now);

        var (track, sum, age) = Assert.Single(state.TracksAt(Now.AddDays(360), halfLifeDays: 180));
        Assert.Equal((UInt128)7, track);
        Assert.Equal(1.5 / 4, sum, 6);
        Assert.Equal(360, age.TotalDays, 3);
    }

    [Fact]
    public void Any_play_keeps_the_bounds_and_survives_a_round_trip() => Prop.ForAll<(string?, int, int, string?)[]>(list =>
    {
        var state = new TasteState();
        foreach (var (id, minutes, engagement, name) in list)
        {
            var play = new TastePlay(id ?? "", Now.AddMinutes(minutes), engagement)
            {
                Track = (UInt128)(uint)minutes, Artists = [(UInt128)(uint)engagement], Genres = [name ?? "", name + name + name],
            };
            state.Apply(play, Now);
        }

        var bytes = state.Encode();
        Assert.InRange(bytes.Length, 1, TasteState.MaxEncodedLength);
        Assert.Equal(bytes, TasteState.Decode(bytes).Encode());
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_robot_does_not_exceed_the_bounds()
    {
        var state = new TasteState();
        var results = Enumerable.Range(0, 10_000).Select(i => state.Apply(
            Play(i, Now) with
            {
                EventId = $"{i}",
                Artists = [.. Enumerable.Range(0, 10).Select(j => (UInt128)((i * 10) + j))],
                Genres = [.. Enumerable.Range(0, 5).Select(j => $"{i} {j}".PadRight(64, 'x')), new string('å', 60)],
                Moods = [$"{i}".PadRight(64, 'y')],
            },
            Now)).CountBy(result => result).ToDictionary();
        Assert.Equal(2_000, results[TasteResult.Applied]);
        Assert.Equal(8_000, results[TasteResult.TooMany]);
        Assert.Equal(2_000, state.Plays);
        Assert.Equal((500, 300, 60, 30),
            (state.Tracks(0).Count, state.Artists(0).Count, state.Genres(0).Count, state.Moods(0).Count));
        Assert.InRange(state.Encode().Length, 40_000, TasteState.MaxEncodedLength);

        // A day later there is room again.
        Assert.Equal(TasteResult.Applied, state.Apply(Play(1, Now.AddHours(27)), Now.AddHours(27)));
    }

    [Fact]
    public void Late_plays_do_not_count()
    {
        var state = new TasteState();
        Assert.Equal(TasteResult.Late, state.Apply(Play(1, Now.AddHours(-24).AddTicks(-1)), Now));
        Assert.Equal(TasteResult.Applied, state.Apply(Play(1, Now.AddHours(-24)), Now));
        Assert.Equal(1, state.Plays);
    }

    [Fact]
    public void A_repetition_is_recognized_for_as_long_as_it_is_accepted()
    {
        var state = new TasteState();
        state.Apply(Play(1, Now), Now);
        for (var minutes = 0; minutes <= 30 * 60; minutes += 20)
        {
            var later = Now.AddMinutes(minutes);
            state = TasteState.Decode(state.Encode());
            state.Apply(Play(minutes + 2, later), later);

            // The clock of another machine is up to an hour slow.
            Assert.Contains(state.Apply(Play(1, Now), later.AddHours(-1)), (TasteResult[])[TasteResult.Repeated, TasteResult.Late]);
        }
    }

    [Fact]
    public void The_top_items_of_a_skewed_stream_are_found()
    {
        // Zipf's law over 5,000 tracks: far more than there is room for, over a year.
        var random = new System.Random(1);
        var weights = Enumerable.Range(1, 5_000).Select(rank => 1.0 / rank).ToArray();
        var total = weights.Sum();
        var state = new TasteState();
        var exact = new Dictionary<UInt128, double>();
        for (var i = 0; i < 20_000; i++)
        {
            var at = Now.AddMinutes(i * 25);
            var (draw, track) = (random.NextDouble() * total, 0);
            while (track < 4_999 && (draw -= weights[track]) > 0) track++;
            state.Apply(Play(track, at) with { EventId = $"{i}", Engagement = 1000 }, at);
            exact[(UInt128)track] = exact.GetValueOrDefault((UInt128)track) + Math.Pow(2, i * 25 / (90.0 * 24 * 60));
        }

        var expected = exact.OrderByDescending(entry => entry.Value).Select(entry => entry.Key).Take(20).ToList();
        var actual = state.Tracks(TasteTerm.Medium).Select(entry => entry.Item).Take(25).ToList();
        Assert.Subset(actual.ToHashSet(), expected.ToHashSet());
        Assert.Equal(expected[..5], actual[..5]);
        Assert.Equal(500, state.Tracks(TasteTerm.Long).Count);
    }

    [Fact]
    public void Terms_forget_at_their_own_pace_and_skips_count_against_a_track()
    {
        var state = new TasteState();
        var before = Now.AddDays(-60);
        for (var i = 0; i < 10; i++) state.Apply(Play(1, before) with { EventId = $"old {i}", Engagement = 1000 }, before);
        for (var i = 0; i < 2; i++) state.Apply(Play(2, Now) with { EventId = $"new {i}", Engagement = 1000 }, Now);
        Assert.Equal([2, 1], state.Tracks(TasteTerm.Short).Select(entry => (int)entry.Item));
        Assert.Equal([1, 2], state.Tracks(TasteTerm.Medium).Select(entry => (int)entry.Item));

        for (var i = 0; i < 5; i++) state.Apply(Play(2, Now) with { EventId = $"skip {i}", Engagement = -500 }, Now);
        Assert.Equal([1], state.Tracks(TasteTerm.Short).Select(entry => (int)entry.Item));
        Assert.Equal(9_500, state.Engagement);
    }

    [Fact]
    public void Decades_do_not_overflow()
    {
        var state = new TasteState();
        for (var year = 0; year < 200; year++)
        {
            var at = Now.AddYears(year);
            state.Apply(Play(year, at) with { Engagement = 1000 }, at);
            state = TasteState.Decode(state.Encode());
        }

        foreach (var term in Enum.GetValues<TasteTerm>()) Assert.Equal((UInt128)199, state.Tracks(term)[0].Item);
    }

    [Fact]
    public void Removed_tracks_and_artists_are_gone()
    {
        var state = Apply(new TasteState(), [Play(1, Now), Play(2, Now), Play(4, Now)]);
        state.Remove(track => track == 1, artist => artist == 2);
        Assert.Equal([2, 4], state.Tracks(TasteTerm.Long).Select(entry => (int)entry.Item).Order());
        Assert.Equal([1], state.Artists(TasteTerm.Long).Select(entry => (int)entry.Item));
        Assert.Equal(3, state.Plays);
    }

    [Fact]
    public void Corruption_is_detected() => Prop.ForAll(Deliveries, Seeds, (plays, where) =>
    {
        var bytes = Apply(new TasteState(), plays).Encode();
        bytes[where % bytes.Length] ^= (byte)(1 << (where % 8));
        Assert.Throws<InvalidDataException>(() => TasteState.Decode(bytes));
        Assert.Throws<InvalidDataException>(() => TasteState.Decode(bytes[..(where % bytes.Length)]));
    }).QuickCheckThrowOnFailure();

    private static TastePlay Play(int id, DateTimeOffset endedAt) => new($"event {id}", endedAt, 1000 - (id % 3 * 300))
    {
        Track = (UInt128)id, Artists = [(UInt128)(id % 2) + 1], Genres = [$"genre {id % 7}"], Moods = [$"mood {id % 3}"],
    };

    private static TasteState Apply(TasteState state, IEnumerable<TastePlay> plays)
    {
        foreach (var play in plays) state.Apply(play, Now);
        return state;
    }

    private static void AssertSame<T>(IReadOnlyList<(T Item, double Sum)> expected, IReadOnlyList<(T Item, double Sum)> actual)
        where T : notnull
    {
        Assert.Equal(expected.Count, actual.Count);
        var sums = actual.ToDictionary(entry => entry.Item, entry => entry.Sum);
        foreach (var (item, sum) in expected) Assert.InRange(sums[item] / sum, 0.9999, 1.0001);
    }
}
