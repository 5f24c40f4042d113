using System.Text.Json.Nodes;
using Spotify.Web;
using Spotify.Web.Wire;

namespace Spotify.Functions.Tests.Wire;

public sealed class FieldsFilterTests
{
    private const string Answer = """{"a":1,"b":{"c":2,"d":{"e":3,"f":4}},"g":[{"h":5,"i":6},{"h":7}],"j":null}""";

    [Theory]
    [InlineData("a", """{"a":1}""")]
    [InlineData("a,j,unknown", """{"a":1,"j":null}""")]
    [InlineData("b.c", """{"b":{"c":2}}""")]
    [InlineData("b.c,b.d.f", """{"b":{"c":2,"d":{"f":4}}}""")]
    [InlineData("b(c,d(e))", """{"b":{"c":2,"d":{"e":3}}}""")]
    [InlineData("b.d(e)", """{"b":{"d":{"e":3}}}""")]
    [InlineData("g.h", """{"g":[{"h":5},{"h":7}]}""")]
    [InlineData("g(i)", """{"g":[{"i":6},{}]}""")]
    [InlineData("!b,!g", """{"a":1,"j":null}""")]
    [InlineData("b(!d)", """{"b":{"c":2}}""")]
    [InlineData("b.d(!e)", """{"b":{"d":{"f":4}}}""")]
    [InlineData("!b.d,!g,!j", """{"a":1,"b":{"c":2}}""")]
    [InlineData("b(!c,d)", """{"b":{"d":{"e":3,"f":4}}}""")]
    [InlineData(" a , b ( c ) ", """{"a":1,"b":{"c":2}}""")]
    [InlineData("j.x", """{"j":null}""")]
    [InlineData("a.x", """{"a":1}""")]
    [InlineData("b,b.c", """{"b":{"c":2,"d":{"e":3,"f":4}}}""")]
    public void Selected_members_are_kept(string fields, string expected) =>
        Assert.Equal(expected, FieldsFilter.Parse(fields)!.Apply(JsonNode.Parse(Answer))!.ToJsonString());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Without_fields_there_is_no_filter(string? fields) => Assert.Null(FieldsFilter.Parse(fields));

    [Theory]
    [InlineData(",")]
    [InlineData("a,")]
    [InlineData("a(")]
    [InlineData("a()")]
    [InlineData("a(b")]
    [InlineData("a)")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("!")]
    [InlineData("!!a")]
    [InlineData("a b")]
    [InlineData("a(b)c")]
    [InlineData("<a>")]
    public void Bad_filters_are_rejected(string fields) =>
        Assert.Equal(400, Assert.Throws<ApiException>(() => FieldsFilter.Parse(fields)).Status);

    [Fact]
    public void Length_and_depth_are_limited()
    {
        Assert.Throws<ApiException>(() => FieldsFilter.Parse(new string('a', FieldsFilter.MaxLength + 1)));
        Assert.Throws<ApiException>(() => FieldsFilter.Parse(string.Join('.', Enumerable.Repeat("a", 500))));
        Assert.Throws<ApiException>(() => FieldsFilter.Parse("!" + string.Join('.', Enumerable.Repeat("a", 500))));
        Assert.Throws<ApiException>(() => FieldsFilter.Parse(string.Concat(Enumerable.Repeat("a(", 500))));
    }
}
