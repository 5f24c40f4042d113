using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Functions.Tests.Identity;

/// <summary>The access tokens that a live document lists as revoked.</summary>
public sealed class RevokedTokensTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, 500, TimeSpan.Zero);

    private static readonly RevokedTokens None = RevokedTokens.Parse(null);

    [Fact]
    public void A_sign_in_loses_the_tokens_issued_up_to_now_and_other_sign_ins_keep_theirs()
    {
        var revoked = None.Add("family", Now);
        Assert.True(revoked.Includes(Token("family", "app", Now)));
        Assert.True(revoked.Includes(Token("family", "app", Now.AddMinutes(-59))));
        Assert.False(revoked.Includes(Token("family", "app", Now.AddSeconds(1))));
        Assert.False(revoked.Includes(Token("other", "app", Now)));
        Assert.False(revoked.Includes(Token(null, null, Now)));
    }

    [Fact]
    public void An_app_or_everything_is_revoked_whatever_the_sign_in()
    {
        Assert.True(None.Add("app", Now).Includes(Token("family", "app", Now)));
        Assert.False(None.Add("app", Now).Includes(Token("family", "another", Now)));
        Assert.True(None.Add(RevokedTokens.All, Now).Includes(Token(null, null, Now)));
        Assert.False(None.Add(RevokedTokens.All, Now).Includes(Token("family", "app", Now.AddSeconds(1))));
    }

    [Fact]
    public void Entries_end_with_the_last_token_that_they_may_concern()
    {
        var revoked = None.Add("first", Now);
        Assert.Equal(["first", "second"], Ids(revoked.Add("second", Now + RevokedTokens.Retention - TimeSpan.FromSeconds(1))));
        Assert.Equal(["second"], Ids(revoked.Add("second", Now + RevokedTokens.Retention)));
        Assert.Equal(["first"], Ids(revoked.Add("first", Now.AddSeconds(1))));
        Assert.Equal([RevokedTokens.All], Ids(revoked.Add(RevokedTokens.All, Now)));
    }

    [Fact]
    public void Too_many_entries_become_a_revocation_of_all_tokens()
    {
        var revoked = Enumerable.Range(0, RevokedTokens.MaxEntries).Aggregate(None, (tokens, i) => tokens.Add($"family {i}", Now));
        Assert.Equal(RevokedTokens.MaxEntries, revoked.Entries.Count);
        Assert.False(revoked.Includes(Token("other", "app", Now)));

        revoked = revoked.Add("one more", Now);
        Assert.Equal([RevokedTokens.All], Ids(revoked));
        Assert.True(revoked.Includes(Token("family 0", "app", Now)));
    }

    [Fact]
    public void A_document_refuses_what_it_lists()
    {
        Assert.Null(None.Format());
        var json = None.Add("family", Now).Format();
        Assert.Equal($$"""[{"id":"family","at":{{Now.ToUnixTimeSeconds()}}}]""", json);
        var document = new PlayerDocument(1, "{}") { Revocations = json };
        RevokedTokens.Refuse(null, Token("family", "app", Now));
        RevokedTokens.Refuse(document with { Revocations = null }, Token("family", "app", Now));
        RevokedTokens.Refuse(document, Token("other", "app", Now));

        var refused = Assert.Throws<ApiException>(() => RevokedTokens.Refuse(document, Token("family", "app", Now)));
        Assert.Equal(401, refused.Status);
        Assert.Contains("invalid_token", refused.Challenge, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Ids(RevokedTokens tokens) => tokens.Entries.Select(entry => entry.Id);

    private static Caller Token(string? session, string? app, DateTimeOffset issuedAt) =>
        new("ada", app, "SE", Product.Premium, Scopes.All)
        {
            SessionId = session, IssuedAt = DateTimeOffset.FromUnixTimeSeconds(issuedAt.ToUnixTimeSeconds()),
        };
}
