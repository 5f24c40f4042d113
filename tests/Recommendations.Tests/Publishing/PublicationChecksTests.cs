using Spotify.Recommendations.Publishing;

namespace Spotify.Recommendations.Tests.Publishing;

public sealed class PublicationChecksTests
{
    private static readonly ModelFigures Published = new(100, new ModelMeasurements(0.2, 1000, 0.5));

    [Fact]
    public void A_model_that_is_as_good_may_be_published()
    {
        Assert.Empty(Failures(Published));
        Assert.Empty(new PublicationChecks(new()).Failures(new ModelFigures(1, new ModelMeasurements(null, 0, 0)), null, null));
    }

    [Theory]
    [InlineData(0.17, 0.5, 100, 0.1, "Recall@20 is 0.1700, below 0.9 of 0.2000.")]
    [InlineData(0.2, 0.2, 100, 0.1, "Coverage is 0.2000, below 0.5 of 0.5000.")]
    [InlineData(0.2, 0.5, 49, 0.1, "The number of tracks is 49, below 0.5 of 100.")]
    [InlineData(0.2, 0.5, 100, 0.96, "Drift is 0.9600, above 0.95.")]
    public void A_failed_check_says_which_number_failed(double recall, double coverage, int tracks, double drift, string failure) =>
        Assert.Equal([failure], Failures(new ModelFigures(tracks, new ModelMeasurements(recall, 1000, coverage)), drift));

    [Fact]
    public void A_recall_of_few_listeners_is_not_compared() =>
        Assert.Empty(Failures(new ModelFigures(100, new ModelMeasurements(0.01, 49, 0.5))));

    [Fact]
    public void A_model_without_tracks_is_not_published() =>
        Assert.Equal("The model has no tracks.", Failures(new ModelFigures(0, new ModelMeasurements(null, 0, 0)))[0]);

    [Fact]
    public void Limits_are_validated()
    {
        PublicationOptions[] invalid =
        [
            new() { MinRecallShare = 1.1 }, new() { MinCoverageShare = double.NaN }, new() { MinTrackShare = -1 }, new() { MaxDrift = 2 },
            new() { MinListeners = 0 },
        ];
        foreach (var options in invalid)
            Assert.Throws<ArgumentException>(() => new PublicationChecks(options).Failures(Published, Published, 0));
    }

    private static IReadOnlyList<string> Failures(ModelFigures model, double drift = 0) =>
        new PublicationChecks(new()).Failures(model, Published, drift);
}
