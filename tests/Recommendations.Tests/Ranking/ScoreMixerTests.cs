using Spotify.Recommendations.Ranking;

namespace Spotify.Recommendations.Tests.Ranking;

/// <summary>Tests of <see cref="ScoreMixer"/>.</summary>
public sealed class ScoreMixerTests
{
    [Fact]
    public void The_scale_of_a_signal_changes_nothing()
    {
        var (mixed, scaled) = (new float[3], new float[3]);
        ScoreMixer.Mix(new() { Factors = new[] { 1f, 2, 4 }, Content = new[] { 3f, 1, 2 } }, new(), mixed);
        ScoreMixer.Mix(new() { Factors = new[] { 103f, 106, 112 }, Content = new[] { 0.3f, 0.1f, 0.2f } }, new(), scaled);
        for (var i = 0; i < 3; i++) Assert.Equal(mixed[i], scaled[i], 1e-4);
    }

    [Fact]
    public void A_missing_signal_gives_its_weight_to_the_others()
    {
        var options = new EnsembleOptions { Collaborative = 0.5f, Content = 0.5f };
        var mixed = new float[3];
        ScoreMixer.Mix(new() { Factors = new[] { -1f, 0, 1 }, Content = new[] { float.NaN, 1f, -1 } }, options, mixed);
        var deviation = MathF.Sqrt(2f / 3);
        Assert.Equal(-1 / deviation, mixed[0], 1e-5);
        Assert.Equal(0.5f, mixed[1], 1e-5);
        Assert.Equal((0.5f / deviation) - 0.5f, mixed[2], 1e-5);
    }

    [Fact]
    public void Both_collaborative_models_share_their_weight_and_one_takes_it_where_the_other_is_missing()
    {
        var options = new EnsembleOptions { Content = 0, Audio = 0, Popularity = 0, ItemShare = 0.25f };
        var mixed = new float[4];
        ScoreMixer.Mix(new() { Factors = new[] { -1f, 1, -1, 1 }, Items = new[] { 1f, -1, float.NaN, float.NaN } }, options, mixed);
        Assert.Equal([-0.5f, 0.5f, -1f, 1f], mixed);
    }

    [Fact]
    public void A_candidate_without_a_signal_comes_last_and_equal_scores_rank_nothing()
    {
        var mixed = new float[2];
        ScoreMixer.Mix(new() { Factors = new[] { 1f, 1 }, Audio = new[] { float.NaN, float.NaN } }, new(), mixed);
        Assert.Equal([float.NegativeInfinity, float.NegativeInfinity], mixed);
        ScoreMixer.Mix(new() { Factors = new[] { float.NaN, 1, 3 } }, new(), mixed = new float[3]);
        Assert.Equal([float.NegativeInfinity, -1, 1], mixed);
        ScoreMixer.Mix(default, new(), []);
    }

    [Fact]
    public void Signals_of_different_lengths_are_refused() =>
        Assert.Throws<ArgumentException>(() => ScoreMixer.Mix(new() { Audio = new float[2] }, new(), new float[3]));

    [Fact]
    public void Invalid_weights_are_refused()
    {
        new EnsembleOptions().Validate();
        Assert.Throws<ArgumentException>(() => new EnsembleOptions { Content = -1 }.Validate());
        Assert.Throws<ArgumentException>(() => new EnsembleOptions { Audio = float.NaN }.Validate());
        Assert.Throws<ArgumentException>(() => new EnsembleOptions { ItemShare = 2 }.Validate());
        Assert.Throws<ArgumentException>(
            () => new EnsembleOptions { Collaborative = 0, Content = 0, Audio = 0, Popularity = 0 }.Validate());
    }
}
