using Spotify.Domain.Data;

namespace Spotify.Domain.Tests.Data;

public sealed class MutationTests
{
    private static readonly Table Users = Schema.Current.Table("Users");

    [Fact]
    public void A_value_of_the_wrong_type_is_refused() =>
        Assert.Throws<ArgumentException>(() => Mutation.Insert(Users, ("UserId", "ada"), ("ExplicitFilter", 1L)));

    [Fact]
    public void A_column_that_is_not_there_is_refused() =>
        Assert.Throws<ArgumentException>(() => Mutation.Update(Users, ("UserId", "ada"), ("Nonsense", 1L)));

    [Fact]
    public void A_row_without_its_key_is_refused() => Assert.Throws<ArgumentException>(() => Mutation.Upsert(Users, ("Country", "SE")));

    [Fact]
    public void A_key_that_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Mutation.Delete(Users, new Key("ada", 1L)));
        Assert.Throws<ArgumentException>(() => Mutation.DeleteRange(Schema.Current.Table("Credits"), new Key("a", 1L), new Key("b", 2L)));
    }
}
