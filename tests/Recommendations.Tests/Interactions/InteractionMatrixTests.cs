using Spotify.Recommendations.Interactions;

namespace Spotify.Recommendations.Tests.Interactions;

/// <summary>Tests of <see cref="InteractionMatrix"/>.</summary>
public sealed class InteractionMatrixTests
{
    [Fact]
    public void Repeated_pairs_are_added_up_and_sums_of_0_are_left_out()
    {
        var matrix = InteractionMatrix.Build(2, 3, [new(1, 2, 1), new(0, 1, 2), new(1, 0, -1), new(1, 2, 3), new(0, 0, 1), new(0, 0, -1)]);
        Assert.Equal(3, matrix.Count);
        Assert.Equal([1], matrix.Columns(0));
        Assert.Equal([2f], matrix.Weights(0));
        Assert.Equal([0, 2], matrix.Columns(1));
        Assert.Equal([-1f, 4f], matrix.Weights(1));
    }

    [Fact]
    public void A_transposed_matrix_has_the_same_weights()
    {
        var matrix = InteractionMatrix.Build(2, 3, [new(1, 2, 1), new(0, 2, 2), new(1, 0, 3)]).Transpose();
        Assert.Equal((3, 2), (matrix.RowCount, matrix.ColumnCount));
        Assert.Equal([1], matrix.Columns(0));
        Assert.Equal(0, matrix.Length(1));
        Assert.Equal([0, 1], matrix.Columns(2));
        Assert.Equal([2f, 1f], matrix.Weights(2));
    }

    [Theory]
    [InlineData(2, 0, 1f)]
    [InlineData(-1, 0, 1f)]
    [InlineData(0, 1, 1f)]
    [InlineData(0, 0, float.NaN)]
    [InlineData(0, 0, float.PositiveInfinity)]
    public void Invalid_interactions_are_refused(int listener, int track, float weight) =>
        Assert.Throws<ArgumentException>(() => InteractionMatrix.Build(2, 1, [new(listener, track, weight)]));

    [Fact]
    public void Weights_that_add_up_to_infinity_are_refused() =>
        Assert.Throws<ArgumentException>(() => InteractionMatrix.Build(1, 1, [new(0, 0, float.MaxValue), new(0, 0, float.MaxValue)]));

    [Fact]
    public void A_matrix_may_be_empty()
    {
        var matrix = InteractionMatrix.Build(0, 0, []);
        Assert.Equal((0, 0, 0), (matrix.RowCount, matrix.ColumnCount, matrix.Count));
        Assert.Equal(0, matrix.Transpose().RowCount);
        Assert.Throws<ArgumentOutOfRangeException>(() => InteractionMatrix.Build(-1, 0, []));
    }
}
