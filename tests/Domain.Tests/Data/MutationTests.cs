using Spotify.Domain.Data;

namespace Spotify.Domain.Tests.Data;

public sealed class MutationTests
{
    private static readonly Table Users = Schema.Current.Table("Users");

    [Fact]
    public void A_value_of_the_wrong_type_is_rejected() =>
        Assert.Throws<ArgumentException>(() => Mutation.Insert(Users, ("UserId", "ada"), ("ExplicitFilter", 1L)));

    [Fact]
    public void An_unknown_column_is_rejected() =>
        Assert.Throws<ArgumentException>(() => Mutation.Update(Users, ("UserId", "ada"), ("Nonsense", 1L)));

    [Fact]
    public void A_row_without_its_key_is_rejected() =>
        Assert.Throws<ArgumentException>(() => Mutation.Upsert(Users, ("Country", "SE")));

    [Fact]
    public void A_key_that_does_not_match_the_table_is_rejected()
    {
        Assert.Throws<ArgumentException>(() => Mutation.Delete(Users, new Key("ada", 1L)));
        Assert.Throws<ArgumentException>(() => Mutation.DeleteRange(Schema.Current.Table("Credits"), new Key("a", 1L), new Key("b", 2L)));
    }
}
