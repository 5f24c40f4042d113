using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Spotify.Fixtures;
using Spotify.Hosting.Telemetry;

namespace Spotify.Hosting.Tests.Telemetry;

public sealed partial class CloudLogTests
{
    private readonly LogStream output = new();

    [Theory]
    [InlineData(LogLevel.Trace, "DEBUG")]
    [InlineData(LogLevel.Debug, "DEBUG")]
    [InlineData(LogLevel.Information, "INFO")]
    [InlineData(LogLevel.Warning, "WARNING")]
    [InlineData(LogLevel.Error, "ERROR")]
    [InlineData(LogLevel.Critical, "CRITICAL")]
    public void Levels_become_severities_of_Cloud_Logging(LogLevel level, string severity)
    {
        Logger().Log(level, "text");
        var entry = Assert.Single(output.Entries);
        Assert.Equal((severity, "text"), ((string?)entry["severity"], (string?)entry["message"]));
        Assert.Equal("Some.Category", (string?)entry["logger"]);
    }

    [Fact]
    public void Parameters_become_fields()
    {
        LogSome(Logger(), "Björk \"x\"\nnext line", 7, null);
        var entry = Assert.Single(output.Entries);
        Assert.Equal("Björk \"x\"\nnext line has 7 of (null)", (string?)entry["message"]);
        Assert.Equal(("Björk \"x\"\nnext line", 7), ((string?)entry["fields"]!["Name"], (int)entry["fields"]!["Count"]!));
        Assert.Equal("function", (string?)entry["logging.googleapis.com/labels"]!["function"]);
    }

    [Fact]
    public void An_error_has_the_fields_of_Error_Reporting()
    {
        try
        {
            throw new InvalidOperationException("it broke");
        }
        catch (InvalidOperationException e)
        {
            Logger().LogError(e, "Something failed");
        }

        var entry = Assert.Single(output.Entries);
        Assert.Equal("type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent", (string?)entry["@type"]);
        var context = entry["serviceContext"]!;
        Assert.Equal(("service", "service-00001"), ((string?)context["service"], (string?)context["version"]));
        Assert.StartsWith("System.InvalidOperationException: it broke\n   at ", (string?)entry["stack_trace"]);
    }

    [Fact]
    public void An_error_without_an_exception_has_a_location()
    {
        Logger().LogError("Something failed");
        Assert.Equal("Some.Category", (string?)Assert.Single(output.Entries)["context"]!["reportLocation"]!["functionName"]);
    }

    [Fact]
    public void A_warning_with_an_exception_is_not_reported_as_an_error()
    {
        Logger().LogWarning(new TimeoutException("slow"), "Again");
        var entry = Assert.Single(output.Entries);
        Assert.Null(entry["@type"]);
        Assert.Contains("slow", (string?)entry["stack_trace"]);
    }

    [Fact]
    public void Entries_belong_to_their_trace()
    {
        using var activity = new Activity("request").SetParentId("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").Start();
        Logger().LogInformation("text");
        var entry = Assert.Single(output.Entries);
        Assert.Equal("projects/test/traces/0af7651916cd43dd8448eb211c80319c", (string?)entry["logging.googleapis.com/trace"]);
        Assert.Equal(activity.SpanId.ToHexString(), (string?)entry["logging.googleapis.com/spanId"]);
        Assert.True((bool)entry["logging.googleapis.com/trace_sampled"]!);
    }

    [Fact]
    public void Long_or_malformed_text_is_one_line_within_the_size_limit()
    {
        LogSome(Logger(), "half \ud83c of a pair", 1, new string('x', 100_000));
        Logger().LogError(new InvalidOperationException(new string('y', 1_000_000)), "x");
        Assert.Equal(2, output.Entries.Count);
        Assert.All(output.Text.Split('\n'), line => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(line), 0, 256 << 10));
    }

    [Fact]
    public async Task Entries_of_concurrent_threads_do_not_mix()
    {
        var logger = Logger();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 200; i++) logger.LogInformation("entry {Number}", i);
        })));
        Assert.Equal(1600, output.Entries.Count);
    }

    private ILogger Logger()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["GOOGLE_CLOUD_PROJECT"] = "test",
            ["K_SERVICE"] = "service",
            ["K_REVISION"] = "service-00001",
            ["FUNCTION_TARGET"] = "Spotify.Google.function",
        }).Build();
        return new CloudLoggerProvider(new CloudLog(output, configuration)).CreateLogger("Some.Category");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} has {Count} of {What}")]
    private static partial void LogSome(ILogger logger, string name, int count, string? what);
}
