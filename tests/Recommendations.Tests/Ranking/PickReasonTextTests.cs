using Spotify.Recommendations.Ranking;
using Xunit;

namespace Spotify.Recommendations.Tests.Ranking;

public sealed class PickReasonTextTests
{
    public static TheoryData<PickReason, string> Reasons { get; } = new()
    {
        { new PickReason(PickKind.Fill), "fill" },
        { new PickReason(PickKind.PlayedTogether, Track: 61), "played_together t=000000000000000000000Z" },
        { new PickReason(PickKind.Popular, Market: "SE"), "popular m=SE" },
        {
            new PickReason(PickKind.NewTrack, Artist: UInt128.MaxValue, Genre: "drum and bass t=1"),
            "new_track a=7N42dgm5tFLK9N8MT7fHC7 g=drum and bass t=1"
        },
    };

    [Theory]
    [MemberData(nameof(Reasons))]
    public void AReasonIsTheSameAfterParsing(PickReason reason, string text)
    {
        Assert.Equal(text, PickReasonText.Format(reason));
        Assert.True(PickReasonText.TryParse(text, out var parsed));
        Assert.Equal(reason, parsed);
    }

    [Fact]
    public void EveryKindFitsWithAllThatItRefersTo()
    {
        foreach (var kind in Enum.GetValues<PickKind>())
        {
            var reason = new PickReason(kind, UInt128.MaxValue, UInt128.MaxValue, new string('g', 64), "SE");
            var text = PickReasonText.Format(reason);
            Assert.InRange(text.Length, 1, PickReasonText.MaxLength);
            Assert.True(PickReasonText.TryParse(text, out var parsed));
            Assert.Equal(reason, parsed);
        }

        var tooLong = PickReasonText.Format(new PickReason(PickKind.FamiliarGenre, Genre: new string('g', 300)));
        Assert.Equal("familiar_genre", tooLong);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("unknown")]
    [InlineData("popular t=")]
    [InlineData("popular t=short")]
    [InlineData("Popular")]
    [InlineData("popular a=!!!!!!!!!!!!!!!!!!!!!!")]
    public void OtherTextsAreRejected(string? text) => Assert.False(PickReasonText.TryParse(text, out _));
}
