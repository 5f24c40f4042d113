using Spotify.Hosting.Telemetry;

namespace Spotify.Hosting.Tests.Telemetry;

public sealed class CloudTracePropagatorTests
{
    [Theory]
    [InlineData("105445aa7843bc8bf206b12000100000/1;o=1", "00-105445aa7843bc8bf206b12000100000-0000000000000001-01")]
    [InlineData("105445AA7843BC8BF206B12000100000/18446744073709551615;o=0", "00-105445aa7843bc8bf206b12000100000-ffffffffffffffff-00")]
    [InlineData("105445aa7843bc8bf206b12000100000", "00-105445aa7843bc8bf206b12000100000-0000000000000001-00")]
    [InlineData("105445aa7843bc8bf206b12000100000;o=1", "00-105445aa7843bc8bf206b12000100000-0000000000000001-01")]
    [InlineData("105445aa7843bc8bf206b12000100000/0;o=3", "00-105445aa7843bc8bf206b12000100000-0000000000000001-01")]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("105445aa", null)]
    [InlineData("00000000000000000000000000000000/1;o=1", null)]
    [InlineData("105445aa7843bc8bf206b1200010000g/1;o=1", null)]
    [InlineData("105445aa7843bc8bf206b12000100000/x;o=1", null)]
    [InlineData("105445aa7843bc8bf206b12000100000/-1", null)]
    [InlineData("105445aa7843bc8bf206b12000100000x1", null)]
    [InlineData("105445aa7843bc8bf206b12000100000/18446744073709551616", null)]
    public void The_legacy_header_becomes_a_traceparent(string? header, string? traceParent) =>
        Assert.Equal(traceParent, CloudTracePropagator.ToTraceParent(header));

    [Fact]
    public void The_standard_header_takes_precedence()
    {
        new CloudTracePropagator().ExtractTraceIdAndState(null, Get, out var id, out _);
        Assert.Equal("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", id);

        static void Get(object? carrier, string name, out string? value, out IEnumerable<string>? values)
        {
            values = null;
            value = name == "traceparent"
                ? "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
                : "105445aa7843bc8bf206b12000100000/1;o=1";
        }
    }
}
