using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Spotify.Domain;
using Spotify.Functions.Recommendations.Feedback;
using Spotify.Recommendations.Ranking;

namespace Spotify.Functions.Tests.Recommendations;

public sealed class RankingVariantTests
{
    private static readonly string[] Listeners = [.. Enumerable.Range(0, 10_000).Select(i => SpotifyId.FromName($"listener {i}"))];

    [Fact]
    public void Without_settings_everyone_is_in_the_default_variant()
    {
        var variants = Variants();
        Assert.Equal(new RankingVariant("default"), variants.Of(Listeners[0]));
        Assert.Equal(new RankingVariant("default"), variants.Of(null));
        Assert.Equal(new RankingOptions(), variants.Of(null).Options());
    }

    [Fact]
    public void Variants_have_their_shares_of_the_listeners()
    {
        var variants = Variants(
            "Variants:0:Name", "more-audio", "Variants:0:Share", "0.2", "Variants:0:Collaborative", "0.3", "Variants:0:Content", "0.2",
            "Variants:0:Audio", "0.4", "Variants:0:Popularity", "0.1",
            "Variants:1:Name", "bold", "Variants:1:Share", "0.1", "Variants:1:Exploration", "0.4");

        var counts = Listeners.CountBy(listener => variants.Of(listener).Name).ToDictionary();
        Assert.InRange(counts["more-audio"], 1800, 2200);
        Assert.InRange(counts["bold"], 850, 1150);
        Assert.Equal(10_000, counts.Values.Sum());
        Assert.Equal("default", variants.Of(null).Name);

        var surface = new RankingOptions { Count = 50, Exploration = 0 };
        var (audio, bold) = (VariantOf("more-audio").Options(surface), VariantOf("bold").Options(surface));
        Assert.Equal((50, 0, 0.4f, 0.5f), (audio.Count, audio.Exploration, audio.Ensemble!.Audio, audio.Ensemble.ItemShare));
        Assert.Equal((50, 0.4, null), (bold.Count, bold.Exploration, bold.Ensemble));

        RankingVariant VariantOf(string name) => variants.Of(Listeners.First(listener => variants.Of(listener).Name == name));
    }

    [Fact]
    public void A_listener_stays_in_a_variant_when_others_are_added()
    {
        string[] settings = ["Variants:0:Name", "a", "Variants:0:Share", "0.2"];
        var (before, after) = (Variants(settings), Variants([.. settings, "Variants:1:Name", "b", "Variants:1:Share", "0.8"]));
        Assert.All(Listeners.Where(listener => before.Of(listener).Name == "a"), listener => Assert.Equal("a", after.Of(listener).Name));
        Assert.DoesNotContain(Listeners, listener => after.Of(listener).Name == "default");
    }

    [Theory]
    [InlineData("FeedbackSample must be", "FeedbackSample", "1.5")]
    [InlineData("FeedbackSample must be", "FeedbackSample", "NaN")]
    [InlineData("Variants:0:Name must have", "Variants:0:Share", "0.5")]
    [InlineData("Variants:0:Name must have", "Variants:0:Name", "More Audio", "Variants:0:Share", "0.5")]
    [InlineData("Variants:0:Name default is used twice", "Variants:0:Name", "default", "Variants:0:Share", "0.5")]
    [InlineData("Variants:1:Name a is used twice", "Variants:0:Name", "a", "Variants:0:Share", "0.1", "Variants:1:Name", "a")]
    [InlineData("Variants:0:Share must be", "Variants:0:Name", "a")]
    [InlineData("Variants:0:Share must be", "Variants:0:Name", "a", "Variants:0:Share", "1.1")]
    [InlineData(
        "Variants have shares", "Variants:0:Name", "a", "Variants:0:Share", "0.6", "Variants:1:Name", "b", "Variants:1:Share", "0.5")]
    [InlineData("must be given together", "Variants:0:Name", "a", "Variants:0:Share", "0.1", "Variants:0:Audio", "1")]
    [InlineData("weight -1", "Variants:0:Name", "a", "Variants:0:Share", "0.1", "Variants:0:Audio", "1", "Variants:0:Content", "-1",
        "Variants:0:Popularity", "1", "Variants:0:Collaborative", "1")]
    [InlineData("Exploration must be", "Variants:0:Name", "a", "Variants:0:Share", "0.1", "Variants:0:Exploration", "2")]
    public void Invalid_settings_are_refused_at_start(string message, params string[] settings)
    {
        var error = Assert.Throws<OptionsValidationException>(() => Variants(settings));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static RankingVariants Variants(params string[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            settings.Chunk(2).Select(pair => KeyValuePair.Create($"Recommendations:{pair[0]}", (string?)pair[1])));
        builder.Services.AddRankingVariants();
        using var host = builder.Build();
        host.Services.GetRequiredService<IStartupValidator>().Validate();
        return host.Services.GetRequiredService<RankingVariants>();
    }
}
