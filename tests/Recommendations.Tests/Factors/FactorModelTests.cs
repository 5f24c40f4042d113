using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Interactions;

namespace Spotify.Recommendations.Tests.Factors;

/// <summary>Tests of <see cref="FactorModel"/>.</summary>
public sealed class FactorModelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(64)]
    [InlineData(128)]
    public void A_folded_in_listener_has_the_vector_of_an_exact_solution(int factors)
    {
        var model = Model(factors, tracks: 300);
        var matrix = RandomMatrix.Of(listeners: 6, tracks: 300, share: 0.5, seed: 5);
        var vector = new float[factors];
        for (var listener = 0; listener < matrix.RowCount; listener++)
        {
            var history = RandomMatrix.History(matrix, listener)[..(listener * 20)];
            model.FoldIn(history, vector);
            var exact = ExactLeastSquares.FoldIn(model, history);
            for (var i = 0; i < factors; i++) Assert.Equal(exact[i], vector[i], 0.001);
        }
    }

    [Fact]
    public void Folding_in_allocates_nothing()
    {
        var model = Model(factors: 128, tracks: 1000);
        var history = Enumerable.Range(0, 500).Select(track => new Preference(track, 1)).ToArray();
        var vector = new float[128];
        model.FoldIn(history, vector);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++) model.FoldIn(history, vector);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Folding_in_gives_the_same_vector_on_every_call()
    {
        var model = Model(factors: 30, tracks: 100);
        var history = Enumerable.Range(0, 50).Select(track => new Preference(track, track - 20.5f)).ToArray();
        var expected = new float[30];
        model.FoldIn(history, expected);
        Parallel.For(0, 20, _ =>
        {
            var vector = new float[30];
            model.FoldIn(history, vector);
            Assert.Equal(expected, vector);
        });
    }

    [Fact]
    public void A_track_that_is_repeated_gives_a_finite_vector()
    {
        var vector = new float[16];
        Model(factors: 16, tracks: 2).FoldIn([new(0, 1), new(0, 1), new(0, -1)], vector);
        Assert.All(vector, number => Assert.True(float.IsFinite(number)));
    }

    [Fact]
    public void Vectors_that_are_not_finite_give_the_vector_0()
    {
        var model = FactorModel.Create(new FactorOptions { Factors = 4 }, new[] { 1, float.NaN, 1, 1 });
        var vector = new float[4];
        model.FoldIn([new(0, 1)], vector);
        Assert.Equal(new float[4], vector);
    }

    [Theory]
    [InlineData(-1, 1f)]
    [InlineData(2, 1f)]
    [InlineData(0, float.NaN)]
    [InlineData(0, float.NegativeInfinity)]
    public void Invalid_histories_are_refused(int track, float weight)
    {
        var model = Model(factors: 4, tracks: 2);
        Assert.Throws<ArgumentException>(() => model.FoldIn([new(0, 1), new(track, weight)], new float[4]));
    }

    [Fact]
    public void Lengths_must_match_the_number_of_factors()
    {
        var options = new FactorOptions { Factors = 4 };
        Assert.Throws<ArgumentException>(() => Model(factors: 4, tracks: 2).FoldIn([], new float[5]));
        Assert.Throws<ArgumentException>(() => FactorModel.Create(options, new float[7]));
        Assert.Throws<ArgumentException>(() => new FactorModel(options, new float[8], new float[15]));
        Assert.Throws<ArgumentException>(() => FactorModel.Create(options with { Factors = 0 }, new float[8]));
    }

    private static FactorModel Model(int factors, int tracks)
    {
        var random = new Random(7);
        var vectors = Enumerable.Range(0, tracks * factors).Select(_ => random.NextSingle() - 0.5f).ToArray();
        return FactorModel.Create(new FactorOptions { Factors = factors, Alpha = 3, Regularization = 0.1f }, vectors);
    }
}
