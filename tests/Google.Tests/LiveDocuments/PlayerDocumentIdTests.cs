using Spotify.Contracts;
using Spotify.Google.LiveDocuments;

namespace Spotify.Google.Tests.LiveDocuments;

public sealed class PlayerDocumentIdTests
{
    public static TheoryData<string> OddIds => PlayerStatesContract.OddIds;

    [Theory]
    [InlineData("Zs0Yc9mH3PWyJm6TqXkO1dRcQ2r1")]
    [InlineData("ada@example.com")]
    [InlineData("Åsa")]
    [InlineData("...")]
    [InlineData("a.b")]
    [InlineData("__ada")]
    [InlineData("_ada_")]
    public void Ids_that_Firestore_accepts_stay_as_they_are(string id) => Assert.Equal(id, PlayerDocumentId.Of(id));

    [Theory]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("a%2Fb", "a%252Fb")]
    [InlineData(".", "%2E")]
    [InlineData("..", "%2E%2E")]
    [InlineData("__ada__", "%5F_ada__")]
    [InlineData("__", "%5F_")]
    [InlineData("___", "%5F__")]
    [InlineData("%", "%25")]
    public void Other_ids_are_encoded(string id, string encoded) => Assert.Equal(encoded, PlayerDocumentId.Of(id));

    [Theory]
    [MemberData(nameof(OddIds))]
    public void The_encoding_is_reversible_and_never_the_unused_id(string id)
    {
        Assert.Equal(id, Uri.UnescapeDataString(PlayerDocumentId.Of(id)));
        Assert.NotEqual(PlayerDocumentId.Unused, PlayerDocumentId.Of(id));
    }

    [Fact]
    public void Ids_that_cannot_be_stored_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PlayerDocumentId.Of(""));
        Assert.ThrowsAny<ArgumentException>(() => PlayerDocumentId.Of("\uD83C"));
        Assert.Throws<ArgumentException>(() => PlayerDocumentId.Of(new string('/', 501)));
        Assert.Equal(1500, PlayerDocumentId.Of(new string('/', 500)).Length);
    }
}
