using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Spotify.Web.Files;

namespace Spotify.Local.Tests.Edge;

public class PreconditionsTests
{
    private const string Same = "Mon, 02 Mar 2026 12:00:00 GMT";
    private const string Earlier = "Mon, 02 Mar 2026 11:59:59 GMT";
    private const string Later = "Mon, 02 Mar 2026 12:00:01 GMT";

    private static readonly DateTimeOffset Modified = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly Validators Mine = new(new EntityTagHeaderValue("\"a\""), Modified);

    [Theory]
    [InlineData(PreconditionOutcome.Proceed)]
    [InlineData(PreconditionOutcome.Proceed, "If-Match", "\"a\"")]
    [InlineData(PreconditionOutcome.Proceed, "If-Match", "\"b\", \"a\"")]
    [InlineData(PreconditionOutcome.Proceed, "If-Match", "*")]
    [InlineData(PreconditionOutcome.Failed, "If-Match", "\"b\"")]
    [InlineData(PreconditionOutcome.Failed, "If-Match", "W/\"a\"")]
    [InlineData(PreconditionOutcome.Failed, "If-Match", "a")]
    [InlineData(PreconditionOutcome.Proceed, "If-Unmodified-Since", Same)]
    [InlineData(PreconditionOutcome.Proceed, "If-Unmodified-Since", Later)]
    [InlineData(PreconditionOutcome.Failed, "If-Unmodified-Since", Earlier)]
    [InlineData(PreconditionOutcome.Proceed, "If-Unmodified-Since", "yesterday")]
    [InlineData(PreconditionOutcome.Proceed, "If-Match", "\"a\"", "If-Unmodified-Since", Earlier)]
    [InlineData(PreconditionOutcome.NotModified, "If-None-Match", "\"a\"")]
    [InlineData(PreconditionOutcome.NotModified, "If-None-Match", "W/\"a\"")]
    [InlineData(PreconditionOutcome.NotModified, "If-None-Match", "\"b\" , W/\"a\"")]
    [InlineData(PreconditionOutcome.NotModified, "If-None-Match", "*")]
    [InlineData(PreconditionOutcome.Proceed, "If-None-Match", "\"b\"")]
    [InlineData(PreconditionOutcome.Proceed, "If-None-Match", "a")]
    [InlineData(PreconditionOutcome.NotModified, "If-Modified-Since", Same)]
    [InlineData(PreconditionOutcome.NotModified, "If-Modified-Since", Later)]
    [InlineData(PreconditionOutcome.NotModified, "If-Modified-Since", "Monday, 02-Mar-26 12:00:00 GMT")]
    [InlineData(PreconditionOutcome.Proceed, "If-Modified-Since", Earlier)]
    [InlineData(PreconditionOutcome.Proceed, "If-Modified-Since", "yesterday")]
    [InlineData(PreconditionOutcome.Proceed, "If-None-Match", "\"b\"", "If-Modified-Since", Same)]
    [InlineData(PreconditionOutcome.Failed, "If-Match", "\"b\"", "If-None-Match", "\"a\"")]
    [InlineData(PreconditionOutcome.NotModified, "If-Match", "\"a\"", "If-None-Match", "\"a\"")]
    [InlineData(PreconditionOutcome.Failed, "If-Unmodified-Since", Earlier, "If-None-Match", "\"a\"")]
    public void Headers_evaluate_to_the_expected_outcome(PreconditionOutcome expected, params string[] headers) =>
        Assert.Equal(expected, Preconditions.Evaluate(Headers(headers), Mine));

    [Theory]
    [InlineData(true)]
    [InlineData(true, "If-Range", "\"a\"")]
    [InlineData(false, "If-Range", "\"b\"")]
    [InlineData(false, "If-Range", "W/\"a\"")]
    [InlineData(false, "If-Range", "a")]
    [InlineData(true, "If-Range", Same)]
    [InlineData(false, "If-Range", Earlier)]
    [InlineData(false, "If-Range", Later)]
    public void If_Range_decides_whether_a_range_applies(bool expected, params string[] headers) =>
        Assert.Equal(expected, Preconditions.RangeApplies(Headers(headers), Mine, Modified.AddMinutes(1)));

    [Fact]
    public void A_date_is_a_weak_validator_within_its_second() =>
        Assert.False(Preconditions.RangeApplies(Headers("If-Range", Same), Mine, Modified.AddMilliseconds(999)));

    private static HeaderDictionary Headers(params string[] headers)
    {
        var dictionary = new HeaderDictionary();
        for (var i = 0; i < headers.Length; i += 2) dictionary[headers[i]] = headers[i + 1];
        return dictionary;
    }
}
